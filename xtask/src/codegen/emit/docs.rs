//! `docs/`: what the table holds, how it is read and what each operation costs; who may do what; and which events
//! there are, and what reacts to them.

use std::fmt::Write as _;

use purlin_schema::Model;
use purlin_schema::cost::PAGE;
use purlin_schema::model::{Entity, IndexProjection, TableIndex};

use super::Target;
use crate::codegen::files::{Files, MARK};

mod diagram;
mod entity;
mod events;
mod flow;
mod permissions;

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    if !model.entities().is_empty() {
        files.add(target.path("docs/data.md"), page(model));
        files.add(target.path("docs/permissions.md"), permissions::page(model));
    }
    if !model.families().is_empty() {
        files.add(target.path("docs/events.md"), events::page(model));
    }
}

fn page(model: &Model) -> String {
    let mut page = format!(
        "<!-- {MARK} from schemas; do not edit. -->\n\n# The data of `{}`\n\n",
        model.service()
    );
    page += "One DynamoDB table holds all entities.\n\n";
    diagram::write(&mut page, model);
    indexes(&mut page, model);
    costs(&mut page);
    for entity in model.entities() {
        entity::write(&mut page, model, entity);
    }
    page
}

/// What the table and each of its indexes hold, and who reads it.
fn indexes(page: &mut String, model: &Model) {
    *page += "## Indexes\n\n";
    let mut rows = Table::new(&["Index", "Holds", "Read by"]);
    let own: Vec<String> =
        model.entities().iter().flat_map(|entity| readers(entity, None)).collect();
    rows.row(["the table".into(), "whole items".into(), list(own)]);
    for index in model.indexes() {
        let readers: Vec<String> = model
            .entities()
            .iter()
            .flat_map(|entity| readers(entity, Some(index.name())))
            .collect();
        rows.row([code(index.name()), held(index), list(readers)]);
    }
    *page += &rows.text;
}

/// The patterns and collections that read an index; of the table itself where none is named.
fn readers(entity: &Entity, index: Option<&str>) -> Vec<String> {
    let patterns = entity.accesses().iter().filter(|access| access.index_name() == index);
    let collections = entity.collections().iter();
    let collections = collections.filter(|collection| collection.index().as_deref() == index);
    patterns
        .map(|access| access.name())
        .chain(collections.map(|collection| collection.name()))
        .map(|name| format!("`{}.{name}`", entity.name()))
        .collect()
}

fn held(index: &TableIndex) -> String {
    match index.projection() {
        IndexProjection::All => "whole items".into(),
        IndexProjection::Keys => "keys".into(),
        IndexProjection::Include(attributes) => {
            let names: Vec<String> = attributes.iter().map(|attribute| code(attribute)).collect();
            format!("keys, {}", names.join(", "))
        }
    }
}

fn costs(page: &mut String) {
    // Writing to a `String` cannot fail.
    let _ = write!(
        page,
        "
## How costs are reckoned

In the units that DynamoDB bills on demand, for a call that succeeds at once, and for items of the size that each entity states below. Where a call may touch more or less, the more is counted.

- A read takes half a unit for each 4 KB, eventually consistent. What a write reads first it reads strongly consistent, at twice that.
- A page has {PAGE} items, and a collection as many of each kind. What a filter passes over costs as if it had been returned.
- A write takes a unit for each KB, in a transaction two. What indexes hold of the item is written besides.
- An event rides on the item whose write emits it, within the item's size. A delete for good leaves no item: it reads what the event tells, and keeps the event in an outbox item, in one transaction with the deletion.
"
    );
}

/// `2 hours`
fn duration(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] =
        [(24 * 60 * 60, "day"), (60 * 60, "hour"), (60, "minute"), (1, "second")];
    let unit = UNITS.iter().find(|(lasts, _)| seconds.is_multiple_of(*lasts));
    let (lasts, unit) = unit.copied().unwrap_or((1, "second"));
    let count = seconds / lasts;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A table of Markdown.
struct Table {
    text: String,
}

impl Table {
    fn new(heads: &[&str]) -> Self {
        let rule: String = heads.iter().map(|_| "---|").collect();
        Self { text: format!("| {} |\n|{rule}\n", heads.join(" | ")) }
    }

    fn row<const COLUMNS: usize>(&mut self, cells: [String; COLUMNS]) {
        self.cells(cells.to_vec());
    }

    /// A row of as many cells as there are columns.
    fn cells(&mut self, cells: Vec<String>) {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        self.text += &format!("| {} |\n", cells.join(" | "));
    }
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// The texts with commas between; a dash where there is none.
fn list(texts: Vec<String>) -> String {
    if texts.is_empty() { "—".into() } else { texts.join(", ") }
}
