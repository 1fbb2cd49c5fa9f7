//! Contracts: what readers of an event's version rely on, and which changes would break them.
//!
//! A contract is the JSON Schema of what EventBridge calls `detail`, in a committed file. A version keeps what it has
//! promised: whatever it may hold later, it might have held before. What is added, readers pass over.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::compile::Refusal;
use crate::draft::{Draft, EventDraft, FieldDraft, Table};
use crate::load::load;
use crate::name::Name;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use difference::Difference;

mod difference;
mod pointer;

/// The committed contract of one version of an event that there still is.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The event.
    pub event: Name,
    /// The version whose contract this is.
    pub version: u32,
    /// Where it is committed.
    pub path: PathBuf,
    /// What stands there.
    pub text: String,
    /// The version that the event is of by now.
    pub newest: u32,
    /// The contract of that version, as the documents say it.
    pub now: String,
}

/// Refuses what would break readers of the committed contracts of the documents below `root`.
///
/// # Errors
/// Every field that breaks a promise, every version that is gone, and every contract that is none.
pub fn check(root: &Path, contracts: &[Contract]) -> Result<(), Box<Refusal>> {
    // Nearly always all stand as they did, and then no document need be looked at again.
    let broken: Vec<(&Contract, Vec<Difference>)> = contracts
        .iter()
        .map(|contract| (contract, differences(contract)))
        .filter(|(_, differences)| !differences.is_empty())
        .collect();
    if broken.is_empty() {
        return Ok(());
    }
    let loaded = load(root);
    let (draft, mut sources) = (loaded.draft, loaded.sources);
    let mut problems = Problems::new();
    for (contract, differences) in broken {
        let file = sources.add(&contract.path, contract.text.as_str());
        for difference in differences {
            problems.push(problem(&draft, contract, file, difference));
        }
    }
    problems.sort(&sources);
    Err(Box::new(Refusal { sources, problems }))
}

fn differences(contract: &Contract) -> Vec<Difference> {
    if contract.text == contract.now {
        return Vec::new();
    }
    let before = match serde_json::from_str::<Value>(&contract.text) {
        Ok(before) => before,
        Err(error) => return vec![Difference::Unreadable(error.to_string())],
    };
    match contract.version.cmp(&contract.newest) {
        // It is no longer published, and nobody's to change.
        std::cmp::Ordering::Less => Vec::new(),
        std::cmp::Ordering::Greater => vec![Difference::Gone],
        std::cmp::Ordering::Equal => {
            let now = serde_json::from_str(&contract.now).unwrap_or_default();
            difference::between(&before, &now)
        }
    }
}

fn problem(draft: &Draft, contract: &Contract, file: u32, difference: Difference) -> Problem {
    let Contract { event, version, newest, .. } = contract;
    let path = contract.path.display();
    let declared = declaration(draft, event);
    let place = declared.map_or(Place::new(file, 0..0), |(name, _)| name.place);
    let at = |pointer: &[String]| Place::new(file, pointer::key(&contract.text, pointer));
    let unpublished = format!("if version {version} was never published, delete `{path}`");
    match difference {
        Difference::Unreadable(reason) => Problem::new(
            Code::UnreadableFile,
            Place::new(file, 0..0),
            format!(
                "the contract of version {version} of event `{event}` cannot be read: {reason}"
            ),
        )
        .help(format!("restore what was committed; {unpublished}")),
        Difference::Gone => Problem::new(
            Code::BreakingChange,
            declared.and_then(|(_, draft)| draft.version.as_ref()).map_or(place, |it| it.place),
            format!("event `{event}` goes back to version {newest} from version {version}"),
        )
        .label(at(&difference::version()), format!("readers of version {version} rely on it"))
        .help(format!("give it `version = {version}`; {unpublished}")),
        Difference::Broken(broken) => {
            let own = declared.and_then(|(_, event)| field(draft, event, &broken.field));
            let (first, further) = own.unwrap_or((place, None));
            let next = version.saturating_add(1);
            let mut problem =
                Problem::new(Code::BreakingChange, first, broken.message(event.as_str()));
            if let Some(further) = further {
                problem = problem.label(further, "what the event carries");
            }
            problem
                .label(at(&broken.pointer), format!("readers of version {version} rely on this"))
                .help(format!(
                    "give it `version = {next}` and say how version {version} becomes it: \
                     `[events.{event}.upcast.{version}]`; {unpublished}"
                ))
        }
    }
}

fn declaration<'a>(
    draft: &'a Draft,
    event: &Name,
) -> Option<(&'a Located<String>, &'a EventDraft)> {
    let events = draft.events.iter().filter_map(|document| document.events.as_ref());
    let (name, event) = events.into_iter().find_map(|events| events.entry(event.as_str()))?;
    Some((name, event))
}

/// Where the event says that it has the field, by its names in JSON; and where the entity says what that is.
fn field(draft: &Draft, event: &EventDraft, path: &[String]) -> Option<(Place, Option<Place>)> {
    let first = path.first()?;
    if let Some(own) = within(event.own(), path) {
        return Some((own, None));
    }
    let mut sourced = event.sourced().map(|(name, _)| name);
    if let Some(name) = sourced.find(|name| Name::new(&name.value).camel() == *first) {
        return Some((name.place, None));
    }
    let mut carried = event.carries.iter().flatten();
    let carried = carried.find(|name| Name::new(&name.value).camel() == *first)?;
    let entity = event.entity.as_ref()?;
    let named = |section: &Option<Located<String>>| {
        section.as_ref().is_some_and(|name| name.value == entity.value)
    };
    let document = draft
        .entities
        .iter()
        .find(|document| document.entity.as_ref().is_some_and(|section| named(&section.name)));
    let fields = document.and_then(|document| document.fields.as_ref());
    Some((carried.place, fields.and_then(|fields| within_table(fields, path))))
}

/// The place of the field, or of the innermost one around it that there is.
fn within<'d>(
    mut fields: impl Iterator<Item = (&'d Located<String>, &'d FieldDraft)>,
    path: &[String],
) -> Option<Place> {
    let (first, rest) = path.split_first()?;
    let (name, mut field) = fields.find(|(name, _)| Name::new(&name.value).camel() == *first)?;
    while let Some(items) = &field.items {
        field = items;
    }
    let inner = field.fields.as_ref().and_then(|fields| within_table(fields, rest));
    Some(inner.unwrap_or(name.place))
}

fn within_table(fields: &Table<FieldDraft>, path: &[String]) -> Option<Place> {
    within(Box::new(fields.iter().map(|(name, field)| (name, field))) as Fields<'_>, path)
}

/// Boxed: a field within a field is looked for as the field itself is.
type Fields<'d> = Box<dyn Iterator<Item = (&'d Located<String>, &'d FieldDraft)> + 'd>;
