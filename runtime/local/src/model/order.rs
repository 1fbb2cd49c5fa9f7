//! The values that keys are built of, compared as values: nothing here knows how a key is written.

use std::cmp::Ordering;

use aws_sdk_dynamodb::types::AttributeValue;
use purlin::{Item, KeyKind, Part, Template};

use super::domain::TOO_LONG;

/// A value in a key, which sorts by itself and not by its text in the key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyValue {
    /// By its bytes.
    Text(String),
    Integer(i128),
    Number(Finite),
    Boolean(bool),
}

/// A finite number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finite(f64);

impl Ord for Finite {
    fn cmp(&self, other: &Self) -> Ordering {
        // Adding zero makes -0.0 the 0.0 that it equals.
        (self.0 + 0.0).total_cmp(&(other.0 + 0.0))
    }
}

impl PartialOrd for Finite {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Finite {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Finite {}

/// The values of the fields in `template`, in its order; `None` where one is absent.
///
/// # Panics
/// If a value is not of the kind that the template says: the entity contradicts itself.
pub(super) fn values(template: Template, item: &Item) -> Option<Vec<KeyValue>> {
    let fields = template.iter().filter_map(|part| match part {
        Part::Literal(_) => None,
        Part::Field { path, kind } => Some((path, kind)),
    });
    fields.map(|(path, kind)| Some(read(lookup(path, item)?, Some(*kind)))).collect()
}

/// The values of these attributes, all of which the item has.
pub(super) fn identity(attributes: &[&str], item: &Item) -> Option<Vec<KeyValue>> {
    attributes.iter().map(|name| Some(read(item.get(*name)?, None))).collect()
}

/// Whether `template` makes a key that is over DynamoDB's limits.
pub(super) fn is_too_long(template: Template, item: &Item) -> bool {
    let long = |value: &KeyValue| matches!(value, KeyValue::Text(text) if text.len() >= TOO_LONG);
    values(template, item).is_some_and(|values| values.iter().any(long))
}

fn lookup<'i>(path: &[&str], item: &'i Item) -> Option<&'i AttributeValue> {
    let (first, rest) = path.split_first()?;
    let found =
        rest.iter().try_fold(item.get(*first)?, |value, name| value.as_m().ok()?.get(*name))?;
    (!found.is_null()).then_some(found)
}

fn read(value: &AttributeValue, kind: Option<KeyKind>) -> KeyValue {
    let number = |digits: &str| digits.parse().map(Finite).map(KeyValue::Number).ok();
    let integer = |digits: &str| digits.parse().map(KeyValue::Integer).ok();
    let read = match (value, kind) {
        (AttributeValue::S(text), None | Some(KeyKind::Text)) => Some(KeyValue::Text(text.clone())),
        (AttributeValue::Bool(value), None | Some(KeyKind::Boolean)) => {
            Some(KeyValue::Boolean(*value))
        }
        (AttributeValue::N(digits), Some(KeyKind::Integer)) => integer(digits),
        (AttributeValue::N(digits), Some(KeyKind::Number)) => number(digits),
        (AttributeValue::N(digits), None) => integer(digits).or_else(|| number(digits)),
        _ => None,
    };
    read.unwrap_or_else(|| panic!("a key holds {value:?} where it says {kind:?}"))
}
