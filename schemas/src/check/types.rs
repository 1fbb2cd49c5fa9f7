//! Field types: they exist, are complete, and their options and limits make sense.

use std::collections::HashMap;

use super::{Kind, Scope, View, limits};
use crate::draft::FieldDraft;
use crate::name::{Name, is_snake};
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::read::Table;
use crate::suggest::suggest;

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
    }
    for document in &view.draft.events {
        for (_, event) in document.events.iter().flatten() {
            for (_, own) in event.own() {
                field(own, At::Event, view, problems);
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
    let written: [(&str, Option<Place>, bool); 18] = [
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
        (
            "counter",
            place(&field.counter),
            matches!(kind, Integer | Kind::Opaque) && at == At::Entity,
        ),
        ("min_items", place(&field.min_items), collection),
        ("max_items", place(&field.max_items), collection),
        ("default", place(&field.default), scalar && at != At::Item),
        (
            "set",
            place(&field.set),
            matches!(kind, Kind::Timestamp | Kind::Opaque) && at == At::Entity,
        ),
        ("hidden", place(&field.hidden), at == At::Entity),
        ("read_by", place(&field.read_by), at == At::Entity),
        ("write_by", place(&field.write_by), at == At::Entity),
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
                Problem::new(Code::InapplicableOption, place, message).help(
                    match matches!(option, "hidden" | "read_by" | "write_by") {
                        true => "only an entity's own fields have it; remove it, or say it of the whole field of the entity",
                        false => "remove it, or change the type",
                    },
                ),
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
    if let Err(problem) = super::id::check_prefix(prefix) {
        problems.push(problem);
    }
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
