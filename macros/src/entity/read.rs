//! From `#[entity(…)]` to the draft of an entity.

use proc_macro2::{Ident, Span};
use purlin_schema::draft::{AccessDraft, EntityDocument, EntitySection, FieldDraft, KeyDraft};
use purlin_schema::{Code, Located, Name, check_prefix};
use syn::DeriveInput;

use crate::arguments::{Argument, Keys, Value, arguments};
use crate::faults::Faults;
use crate::fields::Field;
use crate::names::plain;

/// What the attributes say.
pub(crate) struct Draft {
    /// What the schema knows of it.
    pub(crate) document: EntityDocument,
    /// What an id's text begins with.
    pub(crate) prefix: Option<Located<String>>,
    /// The access patterns' names, as tokens.
    pub(crate) patterns: Vec<Ident>,
}

pub(crate) fn read(input: &DeriveInput, fields: &[Field<'_>], faults: &mut Faults) -> Draft {
    let name = faults.located(plain(&input.ident), input.ident.span());
    let place = name.place;
    let written = arguments(&input.attrs, "entity", faults);
    let mut keys = Keys::new(written, faults);
    let key = KeyDraft {
        place,
        partition: keys.text("partition", faults),
        sort: keys.text("sort", faults),
    };
    let prefix = keys.text("id", faults);
    let version = keys.word("version", faults);
    let owner = keys.word("owner", faults);
    let mut patterns = Vec::new();
    let mut access = Vec::new();
    for (kind, key) in [(Kind::Index, "index"), (Kind::Table, "access")] {
        for (at, list) in keys.lists(key, faults) {
            if let Some((name, pattern, draft)) = pattern(kind, at, list, faults) {
                patterns.push(name);
                access.push((pattern, draft));
            }
        }
    }
    keys.finish(faults);
    missing_keys(&input.ident, &keys, &key, fields, faults);
    if let Some(Err(problem)) = prefix.as_ref().map(check_prefix) {
        faults.push(problem);
    }
    let fields = fields.iter().map(|field| field_draft(field, faults)).collect();
    let section = EntitySection {
        place,
        name: Some(name),
        key: Some(key),
        version,
        owner,
        ..EntitySection::default()
    };
    let document = EntityDocument {
        place,
        entity: Some(section),
        fields: Some(fields),
        access: Some(access.into_iter().collect()),
        ..EntityDocument::default()
    };
    Draft { document, prefix, patterns }
}

/// Without both parts of its key an item has no place in the table.
fn missing_keys(
    entity: &Ident,
    keys: &Keys,
    key: &KeyDraft,
    fields: &[Field<'_>],
    faults: &mut Faults,
) {
    if faults.is_broken() {
        return;
    }
    let upper = Name::new(plain(entity)).upper();
    let field = fields.first().map(|first| format!("#{{{}}}", first.name)).unwrap_or_default();
    let missing = [
        ("partition", key.partition.is_none(), format!("{upper}{field}")),
        ("sort", key.sort.is_none(), "METADATA".to_owned()),
    ];
    for (part, missing, example) in missing {
        // A value of the wrong form has been reported already.
        if missing && !keys.wrote(part) {
            let message = format!("`{entity}` has no {part} key");
            let help = format!("add `#[entity({part} = \"{example}\")]`");
            faults.at(entity.span(), Code::MissingKey, message, help);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Index,
    Table,
}

/// `index(by_user, on = GSI1, partition = "…", sort = "…", descending)` or `access(all, descending)`.
fn pattern(
    kind: Kind,
    at: Span,
    mut list: Vec<Argument>,
    faults: &mut Faults,
) -> Option<(Ident, Located<String>, AccessDraft)> {
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
    let descending = keys.flag("descending", faults);
    let ascending = keys.flag("ascending", faults);
    if let (Some(second), Some(_)) = (descending, ascending) {
        let message = "a pattern is either ascending or descending";
        faults.at(second, Code::DuplicateName, message, "remove one");
    }
    draft.order = descending.map(|token| faults.located("descending".to_owned(), token));
    keys.finish(faults);
    let located = faults.located(plain(&name), name.span());
    Some((name, located, draft))
}

fn field_draft(field: &Field<'_>, faults: &mut Faults) -> (Located<String>, FieldDraft) {
    let (name, mut draft) = field.draft(faults);
    let written = arguments(field.attributes, "entity", faults);
    let mut keys = Keys::new(written, faults);
    draft.set = keys.word("set", faults);
    keys.finish(faults);
    (name, draft)
}
