//! From `#[entity(…)]` to the draft of an entity.

use proc_macro2::{Ident, Span};
use purlin_schema::draft::{EntityDocument, EntitySection, FieldDraft, KeyDraft};
use purlin_schema::{Code, Located, Name, check_prefix};
use quote::quote;
use syn::spanned::Spanned;
use syn::{DeriveInput, Path};

use crate::arguments::{Keys, arguments};
use crate::faults::Faults;
use crate::fields::Field;
use crate::names::plain;

mod pattern;
mod rule;

pub(crate) use pattern::Pattern;

/// What the attributes say.
pub(crate) struct Draft {
    /// What the schema knows of it.
    pub(crate) document: EntityDocument,
    /// What an id's text begins with.
    pub(crate) prefix: Option<Located<String>>,
    /// The access patterns, in the order of the document's.
    pub(crate) patterns: Vec<Pattern>,
    /// The fields that hold a state, with where it is said. The schema knows states by their names, which stand in
    /// another type here.
    pub(crate) states: Vec<(String, Span)>,
    /// Who sees and gives which fields.
    pub(crate) guarded: Vec<Guard>,
}

/// A field that only callers with some permission see, or may give.
pub(crate) struct Guard {
    /// The field's name.
    pub(crate) field: String,
    pub(crate) read_by: Option<Path>,
    pub(crate) write_by: Option<Path>,
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
    let ttl = rule::ttl(&mut keys, faults);
    let soft_delete = rule::soft_delete(&mut keys, faults);
    let unique = rule::unique(&mut keys, faults);
    let (patterns, access) = pattern::read(&mut keys, faults);
    keys.finish(faults);
    missing_keys(&input.ident, &keys, &key, fields, faults);
    if let Some(Err(problem)) = prefix.as_ref().map(check_prefix) {
        faults.push(problem);
    }
    let (mut states, mut guarded) = (Vec::new(), Vec::new());
    let fields =
        fields.iter().map(|field| field_draft(field, &mut states, &mut guarded, faults)).collect();
    let section = EntitySection {
        place,
        name: Some(name),
        key: Some(key),
        version,
        owner,
        ttl,
        soft_delete,
        ..EntitySection::default()
    };
    let document = EntityDocument {
        place,
        entity: Some(section),
        fields: Some(fields),
        unique: Some(unique.into_iter().collect()),
        access: Some(access.into_iter().collect()),
        ..EntityDocument::default()
    };
    Draft { document, prefix, patterns, states, guarded }
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

fn field_draft(
    field: &Field<'_>,
    states: &mut Vec<(String, Span)>,
    guarded: &mut Vec<Guard>,
    faults: &mut Faults,
) -> (Located<String>, FieldDraft) {
    let (name, mut draft) = field.draft(faults);
    let written = arguments(field.attributes, "entity", faults);
    let mut keys = Keys::new(written, faults);
    draft.set = keys.word("set", faults);
    draft.counter = keys.flag("counter", faults).map(|token| faults.located(true, token));
    if draft.counter.is_some() && draft.optional.take().is_some() {
        let ty = field.present();
        let message = "a counter is never absent";
        let help = format!("it starts at 0: write `{}`", quote! { #ty });
        faults.at(field.ty.span(), Code::InapplicableOption, message, help);
    }
    states.extend(keys.flag("status", faults).map(|token| (field.name.clone(), token)));
    hidden(field, &mut keys, &mut draft, faults);
    let (read_by, write_by) = (keys.path("read_by", faults), keys.path("write_by", faults));
    draft.read_by = read_by.as_ref().map(|path| located(path, faults));
    draft.write_by = write_by.as_ref().map(|path| located(path, faults));
    if read_by.is_some() || write_by.is_some() {
        guarded.push(Guard { field: field.name.clone(), read_by, write_by });
    }
    keys.finish(faults);
    (name, draft)
}

/// `hidden`: a derive cannot keep serde from writing a field, so the field says it to both.
fn hidden(field: &Field<'_>, keys: &mut Keys, draft: &mut FieldDraft, faults: &mut Faults) {
    let Some(token) = keys.flag("hidden", faults) else { return };
    draft.hidden = Some(faults.located(true, token));
    if !field.unwritten {
        let message = format!("`{}` is hidden, and yet serde writes it", field.name);
        let help = "add `#[serde(skip_serializing)]`, so that no answer can show it";
        faults.at(token, Code::InapplicableOption, message, help);
    }
}

/// A path as it is written, at its last word.
fn located(path: &Path, faults: &mut Faults) -> Located<String> {
    let words: Vec<String> = path.segments.iter().map(|segment| plain(&segment.ident)).collect();
    let last = path.segments.last().map_or_else(|| path.span(), |last| last.ident.span());
    faults.located(words.join("::"), last)
}
