//! Counters: what only counts has no other value, and no other meaning.

use super::view::{is_counter, is_optional};
use super::{EntityView, Kind, View};
use crate::draft::{FieldDraft, Scalar};
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        // Where `counter` does not apply to a field's type, that has been said.
        let counts = |field: &FieldDraft| {
            is_counter(field) && matches!(Kind::of(field), Some(Kind::Integer | Kind::Opaque))
        };
        for (name, field) in entity.fields().filter(|(_, field)| counts(field)) {
            contradictions(field, problems);
            roles(entity, name, problems);
        }
    }
}

/// A counter starts at 0 and is added to where it is kept, so that nobody reads it first.
fn contradictions(field: &FieldDraft, problems: &mut Problems) {
    let Some(counter) = &field.counter else { return };
    let mut refuse = |code, place, message: &str, help: &str| {
        problems.push(Problem::new(code, place, message).label(counter.place, "counts").help(help));
    };
    if let Some(optional) = field.optional.as_ref().filter(|_| is_optional(field)) {
        let message = "a counter is never absent";
        refuse(Code::InapplicableOption, optional.place, message, "remove `optional`");
    }
    if let Some(default) = &field.default {
        // A default of 0 says what is so anyway, as if another could be said.
        let message = match default.value {
            Scalar::Integer(0) => "a counter starts at 0 as it is",
            _ => "a counter starts at 0",
        };
        refuse(Code::InapplicableOption, default.place, message, "remove `default`");
    }
    if let Some(set) = &field.set {
        let message = "a counter is added to, and holds no time";
        refuse(Code::InapplicableOption, set.place, message, "remove `set`, or `counter`");
    }
    if let Some(minimum) = field.minimum.as_ref().filter(|minimum| minimum.value > 0.0) {
        let message = "a counter starts at 0, which is below this `minimum`";
        refuse(Code::ImpossibleLimit, minimum.place, message, "write `minimum = 0`, or remove it");
    }
    if let Some(maximum) = &field.maximum {
        let message = "nothing keeps a counter at or below a `maximum`";
        refuse(Code::InapplicableOption, maximum.place, message, "remove `maximum`");
    }
}

/// The version is counted already, and whom an item belongs to is no number.
fn roles(entity: &EntityView<'_>, counter: &Located<String>, problems: &mut Problems) {
    let Some(section) = entity.document.entity.as_ref().filter(|_| entity.clear) else { return };
    let deleted = section.soft_delete.as_ref().map(|deleted| &deleted.field);
    let expires = section.ttl.as_ref().map(|ttl| &ttl.field);
    let roles = [
        (
            "the version",
            Some(&section.version),
            "the platform counts the version itself; remove `counter`",
        ),
        ("the owner", Some(&section.owner), "name another field"),
        ("when an item expires", expires, "name another field"),
        ("when an item was deleted", deleted, "name another field"),
    ];
    for (role, written, help) in roles {
        let written = written.and_then(|written| written.as_ref());
        if let Some(written) = written.filter(|written| written.value == counter.value) {
            let message = format!("the counter `{}` cannot be {role}", counter.value);
            problems.push(
                Problem::new(Code::UnfitField, written.place, message)
                    .label(counter.place, "the counter")
                    .help(help),
            );
        }
    }
}
