//! Ids: whatever is referred to has one, and each begins with a prefix of its own.

use std::collections::HashMap;

use super::{EntityView, Kind, Scope, View};
use crate::draft::FieldDraft;
use crate::name::{Name, is_snake};
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};

/// The longest prefix of an id's text (TypeID 0.3: 63 characters).
pub(crate) const MAX_PREFIX: usize = 63;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        second(entity, problems);
    }
    prefixes(view, problems);
    if view.scope == Scope::Whole {
        referred_to(view, problems);
    }
}

fn ids<'a>(entity: &EntityView<'a>) -> impl Iterator<Item = &'a (Located<String>, FieldDraft)> {
    entity.fields().filter(|(_, field)| Kind::of(field) == Some(Kind::Id))
}

/// An entity has one id, which its operations and events refer to.
fn second(entity: &EntityView<'_>, problems: &mut Problems) {
    let mut ids = ids(entity);
    if let (Some((first, _)), Some((name, _))) = (ids.next(), ids.next()) {
        let message = format!("`{}` has a second id, `{}`", entity.name, name.value);
        problems.push(
            Problem::new(Code::DuplicateName, name.place, message)
                .label(first.place, "the first")
                .help("give it the type `ref`, or `string`"),
        );
    }
}

/// An id's prefix says whose id it is, so no two entities share one.
fn prefixes(view: &View<'_>, problems: &mut Problems) {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    for entity in &view.entities {
        let Some(prefix) = ids(entity).filter_map(|(_, field)| field.prefix.as_ref()).next() else {
            continue;
        };
        match seen.get(prefix.value.as_str()) {
            Some(first) => problems.push(
                Problem::new(
                    Code::DuplicateName,
                    prefix.place,
                    format!("the prefix `{}` begins the ids of two entities", prefix.value),
                )
                .label(*first, "first given here")
                .help("give each entity a prefix of its own"),
            ),
            None => {
                seen.insert(&prefix.value, prefix.place);
            }
        }
    }
}

/// A field of type `ref` holds an id, so what it refers to must have one. An entity that nothing
/// refers to may do without: its key is then built of values that are given.
fn referred_to(view: &View<'_>, problems: &mut Problems) {
    let nameless = |entity: &&EntityView<'_>| {
        // Where the fields themselves are missing, that has been said.
        entity.document.fields.is_some() && ids(entity).next().is_none()
    };
    let mut without: HashMap<&str, &EntityView<'_>> =
        view.entities.iter().filter(nameless).map(|entity| (entity.name, entity)).collect();
    if without.is_empty() {
        return;
    }
    let events = view.draft.events.iter().filter_map(|document| document.events.as_ref());
    let own = events.flatten().flat_map(|(_, event)| event.own().map(|(_, field)| field));
    let fields = view.entities.iter().flat_map(EntityView::fields).map(|(_, field)| field);
    for field in fields.chain(own) {
        refs(field, &mut |reference| {
            let Some(entity) = without.remove(reference.value.as_str()) else { return };
            let snake = Name::new(entity.name).snake();
            let message = format!("entity `{}` has no id, and is referred to", entity.name);
            problems.push(
                Problem::new(Code::MissingId, entity.name_place, message)
                    .label(reference.place, "referred to here")
                    .help(format!(
                        "add `{snake}_id = {{ type = \"id\", prefix = \"{snake}\" }}` to its fields"
                    )),
            );
        });
    }
}

/// Every entity that a field, or a field within it, refers to.
fn refs<'a>(field: &'a FieldDraft, found: &mut dyn FnMut(&'a Located<String>)) {
    if Kind::of(field) == Some(Kind::Ref)
        && let Some(entity) = &field.entity
    {
        found(entity);
    }
    if let Some(items) = &field.items {
        refs(items, found);
    }
    for (_, field) in field.fields.iter().flatten() {
        refs(field, found);
    }
}

/// Checks what the text of an id begins with.
///
/// # Errors
/// It is not of the form that an id's text allows.
pub fn check_prefix(prefix: &Located<String>) -> Result<(), Problem> {
    let valid = prefix.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        && is_snake(&prefix.value)
        && prefix.len() <= MAX_PREFIX;
    if valid {
        return Ok(());
    }
    let message = format!("`{}` cannot begin an id", prefix.value);
    let help = format!(
        "a prefix is at most {MAX_PREFIX} lower-case letters and underscores, without one at either end"
    );
    Err(Problem::new(Code::InvalidName, prefix.place, message).help(help))
}
