//! Access patterns: `index(…)` and `access(…)`.

use proc_macro2::{Ident, Span};
use purlin_schema::draft::AccessDraft;
use purlin_schema::{Code, Located};
use syn::Path;
use syn::spanned::Spanned;

use crate::arguments::{Argument, Keys, Value};
use crate::faults::Faults;
use crate::names::plain;

/// What the schema does not know of a pattern.
pub(crate) struct Pattern {
    /// The name, as a token.
    pub(crate) name: Ident,
    /// The type of a row, where the index holds only a part of an item.
    pub(crate) project: Option<Path>,
}

/// The function that every entity has beside those of its patterns.
const FIELDS: &str = "fields";

/// The patterns, those on indexes first, and their drafts.
pub(super) fn read(
    keys: &mut Keys,
    faults: &mut Faults,
) -> (Vec<Pattern>, Vec<(Located<String>, AccessDraft)>) {
    let mut patterns = Vec::new();
    let mut drafts = Vec::new();
    for (kind, key) in [(Kind::Index, "index"), (Kind::Table, "access")] {
        for (at, list) in keys.lists(key, faults) {
            if let Some((pattern, name, draft)) = pattern(kind, at, list, faults) {
                patterns.push(pattern);
                drafts.push((name, draft));
            }
        }
    }
    (patterns, drafts)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Index,
    Table,
}

/// `index(by_user, on = GSI1, partition = "…", sort = "…", descending, project = Type)` or
/// `access(all, descending)`.
fn pattern(
    kind: Kind,
    at: Span,
    mut list: Vec<Argument>,
    faults: &mut Faults,
) -> Option<(Pattern, Located<String>, AccessDraft)> {
    if !matches!(list.first(), Some(Argument::Key(_, Value::Nothing))) {
        let help = "write its name first, for example `by_owner`";
        faults.at(at, Code::MissingKey, "the access pattern has no name", help);
        return None;
    }
    let Argument::Key(name, _) = list.remove(0) else { return None };
    let place = faults.place(at);
    let mut keys = Keys::new(list, faults);
    let mut draft = AccessDraft { place, ..AccessDraft::default() };
    if kind == Kind::Index {
        let written = keys.wrote("on");
        draft.index = keys.word("on", faults);
        draft.partition = keys.text("partition", faults);
        draft.sort = keys.text("sort", faults);
        if draft.index.is_none() && !written {
            let message = format!("`{name}` names no index");
            faults.at(name.span(), Code::MissingKey, message, "add `on = GSI1`");
            return None;
        }
    }
    // The table holds whole items, so that the key is known there, too, only for its message.
    let project = keys.path("project", faults);
    if let Some(path) = project.as_ref().filter(|_| kind == Kind::Table) {
        let message = "`project` does not apply to a pattern of the table itself";
        let help = "the table holds whole items: `select` of a query leaves fields out";
        faults.at(path.span(), Code::InapplicableOption, message, help);
    }
    let descending = keys.flag("descending", faults);
    let ascending = keys.flag("ascending", faults);
    if let (Some(second), Some(_)) = (descending, ascending) {
        let message = "a pattern is either ascending or descending";
        faults.at(second, Code::DuplicateName, message, "remove one");
    }
    draft.order = descending.map(|token| faults.located("descending".to_owned(), token));
    keys.finish(faults);
    if name == FIELDS {
        let message = format!("`{name}` is a reserved word for an access pattern");
        let help =
            "the function that returns the paths to the fields has this name; choose another one";
        faults.at(name.span(), Code::ReservedWord, message, help);
    }
    let located = faults.located(plain(&name), name.span());
    Some((Pattern { name, project }, located, draft))
}
