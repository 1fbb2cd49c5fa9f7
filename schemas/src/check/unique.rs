//! Unique fields: values that a lock can hold, and that an item can keep to itself.

use std::collections::HashMap;

use super::view::is_counter;
use super::{EntityView, Kind, Scope, View, key};
use crate::draft::FieldDraft;
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};

/// DynamoDB: 100 actions a transaction. A change may take two for each unique (the old value's
/// lock goes, the new one's comes), besides the item itself.
pub(crate) const MAX_UNIQUES: usize = 49;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        let mut seen: HashMap<Vec<&str>, &Located<String>> = HashMap::new();
        for (index, (name, fields)) in entity.uniques().enumerate() {
            if index == MAX_UNIQUES {
                let message = format!("`{}` has more than {MAX_UNIQUES} uniques", entity.name);
                problems.push(
                    Problem::new(Code::TooManyUniques, name.place, message)
                        .help("a write changes them all in one transaction, and DynamoDB has it hold 100 actions; remove some"),
                );
            }
            one(view.scope, entity, name, fields, problems);
            let mut set: Vec<&str> = fields.iter().map(|field| field.value.as_str()).collect();
            set.sort_unstable();
            match seen.get(&set).filter(|_| !set.is_empty()) {
                Some(first) => {
                    let message = format!(
                        "`{}` holds the same fields unique as `{}`",
                        name.value, first.value
                    );
                    problems.push(
                        Problem::new(Code::DuplicateName, name.place, message)
                            .label(first.place, "the other")
                            .help("remove one; each costs a further write"),
                    );
                }
                None => {
                    seen.insert(set, name);
                }
            }
        }
    }
}

fn one(
    scope: Scope,
    entity: &EntityView<'_>,
    name: &Located<String>,
    fields: &[Located<String>],
    problems: &mut Problems,
) {
    if fields.is_empty() {
        let message = format!("the unique `{}` names no field", name.value);
        problems.push(
            Problem::new(Code::MissingKey, name.place, message)
                .help(format!("name the fields: `{} = [\"…\"]`", name.value)),
        );
    }
    super::names::listed_once(fields, problems);
    let before = problems.len();
    for written in fields {
        let Some(field) = entity.field(&written.value) else {
            super::entity::unknown_field(entity, written, problems);
            continue;
        };
        if let Some((why, help)) = unfit(entity, &written.value, field) {
            let message = format!("`{}` {why}, so it cannot be unique", written.value);
            problems.push(
                Problem::new(Code::UnfitForUnique, written.place, message)
                    .label(field.place, "the field")
                    .help(help),
            );
        }
    }
    if scope == Scope::Whole && problems.len() == before {
        length(entity, name, fields, problems);
    }
}

/// Why no item can keep the field's value to itself, if none can; and what to do.
fn unfit(
    entity: &EntityView<'_>,
    name: &str,
    field: &FieldDraft,
) -> Option<(String, &'static str)> {
    if Kind::of(field).is_some_and(|kind| !kind.fits_key()) {
        let word = field.kind.as_ref().map_or("", |word| word.value.as_str());
        let help = "use a string, number, boolean, enum, timestamp, id or ref";
        return Some((format!("is of type `{word}`"), help));
    }
    let deleted = entity.soft_delete().and_then(|deleted| deleted.field.as_ref());
    let known = "use a field whose value is known before the write";
    let (why, help) = if entity.version() == Some(name) {
        ("counts writes", known)
    } else if is_counter(field) {
        ("counts", known)
    } else if entity.status_field() == Some(name) {
        ("changes from state to state, and items share states", "remove it")
    } else if field.set.as_ref().is_some_and(|set| set.value == "on_write") {
        ("changes with every write", "use a field that only an input changes")
    } else if deleted.is_some_and(|deleted| deleted.value == name) {
        ("is absent while an item is there", "remove it; a field that is absent is not held unique")
    } else {
        return None;
    };
    Some((why.to_owned(), help))
}

/// A lock's partition key holds the values, and DynamoDB would refuse one that is too long when
/// the item is written.
fn length(
    entity: &EntityView<'_>,
    name: &Located<String>,
    fields: &[Located<String>],
    problems: &mut Problems,
) {
    let [(_, most), _] = key::MAX_BYTES;
    // `$unique#Entity#name`, and a separator before each value.
    let mut bytes = "$unique##".len() + entity.name.len() + name.value.len() + fields.len();
    for written in fields {
        let Some(field) = entity.field(&written.value) else { return };
        let Some(longest) = key::longest(field) else {
            let message =
                format!("`{}` may be longer than a key, so it cannot be unique", written.value);
            let help = format!(
                "give the field a `max_length`; the values stand in a partition key, which DynamoDB limits to {most} bytes, and a character takes up to 4"
            );
            problems.push(
                Problem::new(Code::UnfitForUnique, written.place, message)
                    .label(field.place, "the field")
                    .help(help),
            );
            return;
        };
        bytes = bytes.saturating_add(usize::try_from(longest).unwrap_or(usize::MAX));
    }
    if bytes as u64 > most {
        let message = format!("the lock of the unique `{}` may take {bytes} bytes", name.value);
        problems.push(Problem::new(Code::UnfitForUnique, name.place, message).help(format!(
            "lower `max_length` of its fields; DynamoDB's limit for a partition key is {most} bytes, and a character takes up to 4"
        )));
    }
}
