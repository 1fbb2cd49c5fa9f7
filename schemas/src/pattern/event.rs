//! An event as patterns see it: fields by path, and the values of each.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// What stands between the names of a path.
pub(super) const SEPARATOR: char = '.';

/// The event with each name that holds a dot taken apart: `{"a.b": 1}` is `{"a": {"b": 1}}`.
///
/// EventBridge compares whole paths, in which the two cannot be told apart. Few events have such names; the others
/// are not copied.
pub(super) fn nested(event: &Value) -> Cow<'_, Value> {
    if has_dots(event) { Cow::Owned(apart(event)) } else { Cow::Borrowed(event) }
}

fn has_dots(value: &Value) -> bool {
    match value {
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.contains(SEPARATOR) || has_dots(value))
        }
        Value::Array(items) => items.iter().any(has_dots),
        _ => false,
    }
}

fn apart(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut nested = Map::new();
            for (name, value) in fields {
                let mut names = name.rsplit(SEPARATOR);
                let last = names.next().unwrap_or_default();
                let whole = names.fold((last, apart(value)), |(name, value), around| {
                    (around, Value::Object(Map::from_iter([(name.to_owned(), value)])))
                });
                put(&mut nested, whole.0, whole.1);
            }
            Value::Object(nested)
        }
        Value::Array(items) => Value::Array(items.iter().map(apart).collect()),
        scalar => scalar.clone(),
    }
}

fn put(fields: &mut Map<String, Value>, name: &str, value: Value) {
    match (fields.get_mut(name), value) {
        (None, value) => {
            fields.insert(name.to_owned(), value);
        }
        (Some(Value::Object(there)), Value::Object(more)) => {
            more.into_iter().for_each(|(name, value)| put(there, &name, value));
        }
        // The path has the values of both.
        (Some(there), value) => *there = Value::Array(vec![there.take(), value]),
    }
}

/// Whether a value, or any item of a list however deep, is no object and passes.
pub(super) fn any_scalar(value: &Value, test: &mut impl FnMut(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| any_scalar(item, test)),
        Value::Object(_) => false,
        scalar => test(scalar),
    }
}

/// Whether there is any value that is neither object nor empty list.
pub(super) fn has_scalar(value: &Value) -> bool {
    any_scalar(value, &mut |_| true)
}

/// Adds the objects that a value is or that a list holds, however deep.
pub(super) fn objects<'e>(value: &'e Value, found: &mut Vec<&'e Map<String, Value>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        Value::Object(fields) => found.push(fields),
        _ => {}
    }
}
