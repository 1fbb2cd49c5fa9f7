//! Field types: they exist, are complete, and their options and limits make sense.

use std::collections::HashMap;

use super::view::is_optional;
use super::{Kind, Scope, View, limits};
use crate::draft::FieldDraft;
use crate::name::{Name, is_snake};
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::read::Table;
use crate::suggest::suggest;

/// The longest prefix of an id's text (TypeID 0.3: 63 characters).
pub(crate) const MAX_PREFIX: usize = 63;

/// Where a field stands, which decides what may be said of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Entity,
    Event,
    Object,
    Item,
}

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        if let Some(table) = &entity.document.fields {
            fields(table, At::Entity, view, problems);
        }
        ids(entity, view.scope, problems);
    }
    prefixes(view, problems);
    for document in &view.draft.events {
        for (_, event) in document.events.iter().flatten() {
            if let Some(table) = &event.fields {
                fields(table, At::Event, view, problems);
            }
        }
    }
}

/// An entity has one id, which its operations and events refer to.
fn ids(entity: &super::EntityView<'_>, scope: Scope, problems: &mut Problems) {
    let mut ids = entity.fields().filter(|(_, field)| Kind::of(field) == Some(Kind::Id));
    let first = ids.next();
    if let (Some((first, _)), Some((name, _))) = (first, ids.next()) {
        let message = format!("`{}` has a second id, `{}`", entity.name, name.value);
        problems.push(
            Problem::new(Code::DuplicateName, name.place, message)
                .label(first.place, "the first")
                .help("give it the type `ref`, or `string`"),
        );
    }
    if first.is_none() && scope == Scope::Whole && entity.document.fields.is_some() {
        let snake = Name::new(entity.name).snake();
        let message = format!("entity `{}` has no id", entity.name);
        problems.push(Problem::new(Code::MissingId, entity.name_place, message).help(format!(
            "add `{snake}_id = {{ type = \"id\", prefix = \"{snake}\" }}` to its fields"
        )));
    }
}

/// An id's prefix says whose id it is, so no two entities share one.
fn prefixes(view: &View<'_>, problems: &mut Problems) {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    for entity in &view.entities {
        let ids = entity.fields().filter(|(_, field)| Kind::of(field) == Some(Kind::Id));
        let Some(prefix) = ids.filter_map(|(_, field)| field.prefix.as_ref()).next() else {
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

fn fields(table: &Table<FieldDraft>, at: At, view: &View<'_>, problems: &mut Problems) {
    for (_, draft) in table {
        field(draft, at, view, problems);
    }
}

fn field(field: &FieldDraft, at: At, view: &View<'_>, problems: &mut Problems) {
    let Some(word) = &field.kind else { return };
    let kind = Kind::of(field).filter(|kind| *kind != Kind::Opaque || view.scope == Scope::Alone);
    let Some(kind) = kind else {
        problems.push(
            Problem::new(Code::UnknownType, word.place, format!("unknown type `{}`", word.value))
                .maybe_help(suggest(&word.value, Kind::WORDS.iter().copied())),
        );
        return;
    };
    options(field, kind, at, problems);
    match kind {
        Kind::Id => id(field, at, problems),
        Kind::Ref => reference(field, view, problems),
        Kind::Enum => values(field, problems),
        Kind::Object => object(field, view, problems),
        Kind::List | Kind::Set | Kind::Map => items(field, kind, view, problems),
        _ => {}
    }
    limits::check(field, kind, problems);
}

/// An option on the wrong type would be ignored in silence, and its writer believe it holds.
fn options(field: &FieldDraft, kind: Kind, at: At, problems: &mut Problems) {
    use Kind::{Boolean, Enum, Id, Integer, List, Map, Number, Object, Ref, Set, String};
    let string = kind == String;
    let number = matches!(kind, Integer | Number);
    let collection = matches!(kind, List | Set | Map);
    let scalar = string || number || matches!(kind, Boolean | Enum);
    let has_default = field.default.is_some();
    let written: [(&str, Option<Place>, bool); 14] = [
        ("prefix", place(&field.prefix), kind == Id),
        ("entity", place(&field.entity), kind == Ref),
        ("min_length", place(&field.min_length), string),
        ("max_length", place(&field.max_length), string),
        ("format", place(&field.format), string),
        ("minimum", place(&field.minimum), number),
        ("maximum", place(&field.maximum), number),
        ("values", first(&field.values, field.place), kind == Enum),
        ("fields", inner(field), kind == Object),
        ("items", field.items.as_ref().map(|items| items.place), collection),
        ("min_items", place(&field.min_items), collection),
        ("max_items", place(&field.max_items), collection),
        ("default", place(&field.default), scalar && at != At::Item),
        (
            "set",
            place(&field.set),
            matches!(kind, Kind::Timestamp | Kind::Opaque) && at == At::Entity,
        ),
    ];
    let word = field.kind.as_ref().map_or("", |kind| kind.value.as_str());
    for (option, place, applies) in written {
        if let (Some(place), false) = (place, applies) {
            let message = format!(
                "`{option}` does not apply to a field of type `{word}`{}",
                match at {
                    At::Entity => "",
                    At::Event => " of an event",
                    At::Object => " within an object",
                    At::Item => " of a collection's items",
                }
            );
            problems.push(
                Problem::new(Code::InapplicableOption, place, message)
                    .help("remove it, or change the type"),
            );
        }
    }
    let Some(optional) = field.optional.as_ref().filter(|optional| optional.value) else { return };
    let why = match at {
        At::Item => "an item of a collection is never absent",
        _ if has_default => "a field with a default is never absent",
        _ if kind == Id => "an id is never absent",
        _ if field.set.is_some() => "a field the platform sets is never absent",
        _ => return,
    };
    problems.push(
        Problem::new(Code::InapplicableOption, optional.place, why).help("remove `optional`"),
    );
}

fn place<T>(option: &Option<Located<T>>) -> Option<Place> {
    option.as_ref().map(|value| value.place)
}

/// The place of a list: its first item's, or where the field itself stands.
fn first(list: &Option<Vec<Located<String>>>, field: Place) -> Option<Place> {
    list.as_ref().map(|list| list.first().map_or(field, |item| item.place))
}

/// The place of an object's fields: the first's, or where the object itself stands.
fn inner(field: &FieldDraft) -> Option<Place> {
    let table = field.fields.as_ref()?;
    Some(table.iter().next().map_or(field.place, |(name, _)| name.place))
}

fn id(field: &FieldDraft, at: At, problems: &mut Problems) {
    if at != At::Entity {
        problems.push(
            Problem::new(
                Code::InapplicableOption,
                word_place(field),
                "only an entity has an id of its own",
            )
            .help("to hold the id of an entity, write `type = \"ref\"` and `entity = \"…\"`"),
        );
        return;
    }
    let Some(prefix) = &field.prefix else {
        return incomplete(field, "id", "prefix = \"…\"", problems);
    };
    if let Err(problem) = check_prefix(prefix) {
        problems.push(problem);
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

fn reference(field: &FieldDraft, view: &View<'_>, problems: &mut Problems) {
    let Some(entity) = &field.entity else {
        return incomplete(field, "ref", "entity = \"…\"", problems);
    };
    if view.resolves_names() && view.entity(&entity.value).is_none() {
        problems.push(
            Problem::new(
                Code::UnknownEntity,
                entity.place,
                format!("unknown entity `{}`", entity.value),
            )
            .maybe_help(suggest(&entity.value, view.entity_names()))
            .or_help("declare it in a document of `entities/`"),
        );
    }
}

fn values(field: &FieldDraft, problems: &mut Problems) {
    let Some(values) = field.values.as_ref().filter(|values| !values.is_empty()) else {
        return incomplete(field, "enum", "values = [\"…\"]", problems);
    };
    let mut seen: HashMap<String, Place> = HashMap::new();
    for value in values {
        let variant = Name::new(&value.value).pascal();
        // Rust keeps `Self` for itself, and `None` would shadow the option's.
        let taken = matches!(variant.as_str(), "Self" | "None" | "Some");
        if taken || !is_snake(&value.value) {
            let message = format!("`{}` cannot be a value of an enum", value.value);
            let help = if taken {
                "Rust uses this name itself; choose another"
            } else {
                "write values in snake_case, for example `tool_call`"
            };
            problems.push(Problem::new(Code::InvalidValues, value.place, message).help(help));
        }
        match seen.get(&variant) {
            Some(first) => problems.push(
                Problem::new(
                    Code::InvalidValues,
                    value.place,
                    format!("the value `{}` is given twice", value.value),
                )
                .label(*first, "first given here")
                .help("values that differ only in underscores are the same value; remove one"),
            ),
            None => {
                seen.insert(variant, value.place);
            }
        }
    }
}

fn object(field: &FieldDraft, view: &View<'_>, problems: &mut Problems) {
    match field.fields.as_ref().filter(|table| table.iter().next().is_some()) {
        Some(table) => fields(table, At::Object, view, problems),
        None => incomplete(field, "object", "fields = { … }", problems),
    }
}

fn items(draft: &FieldDraft, kind: Kind, view: &View<'_>, problems: &mut Problems) {
    let Some(items) = &draft.items else {
        let word = draft.kind.as_ref().map_or("", |kind| kind.value.as_str());
        return incomplete(draft, word, "items = { type = \"…\" }", problems);
    };
    // DynamoDB has sets of strings and of numbers, and of nothing else.
    let fits = matches!(
        Kind::of(items),
        None | Some(Kind::String | Kind::Ref | Kind::Enum | Kind::Integer)
    );
    if kind == Kind::Set && !fits {
        let word = items.kind.as_ref().map_or("", |kind| kind.value.as_str());
        problems.push(
            Problem::new(
                Code::InapplicableOption,
                word_place(items),
                format!("a set cannot hold items of type `{word}`"),
            )
            .help(
                "a set holds `string`, `ref`, `enum` or `integer`; use a `list` for anything else",
            ),
        );
    }
    // The limits of what stands this deep could not be held, nor could duplicates be told.
    let nested = match kind {
        Kind::Map => matches!(Kind::of(items), Some(Kind::List | Kind::Set | Kind::Map)),
        _ => kind == Kind::List && matches!(Kind::of(items), Some(Kind::Set | Kind::Map)),
    };
    if nested {
        let outer = draft.kind.as_ref().map_or("", |kind| kind.value.as_str());
        let inner = items.kind.as_ref().map_or("", |kind| kind.value.as_str());
        problems.push(
            Problem::new(
                Code::InapplicableOption,
                word_place(items),
                format!("a {outer} cannot hold items of type `{inner}`"),
            )
            .help("put the inner collection into an `object` with a field for it"),
        );
    }
    field(items, At::Item, view, problems);
}

/// The place of a field's type.
fn word_place(field: &FieldDraft) -> Place {
    field.kind.as_ref().map_or(field.place, |kind| kind.place)
}

fn incomplete(field: &FieldDraft, word: &str, missing: &str, problems: &mut Problems) {
    let name = missing.split(' ').next().unwrap_or_default();
    problems.push(
        Problem::new(
            Code::IncompleteType,
            word_place(field),
            format!("a field of type `{word}` needs `{name}`"),
        )
        .help(format!("add `{missing}`")),
    );
}

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
pub(crate) fn resolve<'a, 'p>(
    entity: &super::EntityView<'a>,
    path: &'p [String],
) -> Resolved<'a, 'p> {
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
