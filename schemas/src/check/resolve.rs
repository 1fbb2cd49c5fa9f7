//! Placeholders of key templates: the fields they name.

use super::view::is_optional;
use super::{EntityView, Kind};
use crate::draft::FieldDraft;

/// What a template's placeholder names.
pub(crate) enum Resolved<'a, 'p> {
    /// A field, and whether it, or an object around it, may be absent.
    Field(&'a FieldDraft, bool),
    /// A field of a type of Rust's, which only the compiler can look into.
    Trusted,
    /// Nothing: the field so far, where it is not the entity itself, and the name it does not have.
    Unknown(Option<(&'p str, &'a FieldDraft)>, &'p str),
}

/// Follows a placeholder from the entity down.
pub(crate) fn resolve<'a, 'p>(entity: &EntityView<'a>, path: &'p [String]) -> Resolved<'a, 'p> {
    let mut table = entity.document.fields.as_ref();
    let (mut within, mut optional) = (None, false);
    for name in path {
        if let Some((_, field)) = within
            && Kind::of(field) == Some(Kind::Opaque)
        {
            return Resolved::Trusted;
        }
        let Some(field) = table.and_then(|table| table.get(name)) else {
            return Resolved::Unknown(within, name);
        };
        optional |= is_optional(field);
        table = field.fields.as_ref();
        within = Some((name.as_str(), field));
    }
    within.map_or(Resolved::Trusted, |(_, field)| Resolved::Field(field, optional))
}
