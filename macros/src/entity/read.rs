//! From `#[entity(…)]` to the draft of an entity.

use proc_macro2::{Ident, Span};
use purlin_schema::draft::{EntityDocument, EntitySection, FieldDraft, KeyDraft};
use purlin_schema::{Code, Located, Name, check_prefix};
use quote::quote;
use syn::DeriveInput;
use syn::spanned::Spanned;

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
    let mut states = Vec::new();
    let fields = fields.iter().map(|field| field_draft(field, &mut states, faults)).collect();
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
    Draft { document, prefix, patterns, states }
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
    keys.finish(faults);
    (name, draft)
}
