//! Rendering a template from the values of attributes, within DynamoDB's limits on keys.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{KeyKind, Part, encode};
use crate::entity::Shape;
use crate::{Error, Index, Item, Result, Template};

/// DynamoDB: 2,048 bytes a partition key.
const PARTITION_BYTES: usize = 2048;
/// DynamoDB: 1,024 bytes a sort key.
const SORT_BYTES: usize = 1024;

/// Where the values of a template's fields come from.
pub(crate) trait Values {
    /// The value of a top-level attribute; `None` where it is absent.
    fn value(&self, attribute: &str) -> Option<&AttributeValue>;
}

impl Values for Item {
    fn value(&self, attribute: &str) -> Option<&AttributeValue> {
        self.get(attribute)
    }
}

impl Values for [(&'static str, AttributeValue)] {
    fn value(&self, attribute: &str) -> Option<&AttributeValue> {
        self.iter().find(|(name, _)| *name == attribute).map(|(_, value)| value)
    }
}

/// The two texts that identify an item in the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PrimaryKey {
    pub(crate) partition: String,
    pub(crate) sort: String,
}

impl PrimaryKey {
    /// # Errors
    /// A field has no value, or the key is empty or too long.
    pub(crate) fn render(shape: &Shape, values: &(impl Values + ?Sized)) -> Result<Self> {
        let missing =
            || Error::internal(format!("a field of the key of `{}` has no value", shape.name));
        let partition = render(shape.partition, values)?.ok_or_else(missing)?;
        check("PK", &partition, PARTITION_BYTES)?;
        let sort = match shape.sort {
            Some(sort) => render(sort, values)?.ok_or_else(missing)?,
            None => partition.clone(),
        };
        check("SK", &sort, SORT_BYTES)?;
        Ok(Self { partition, sort })
    }

    /// The key of an item as it is stored, or as an index holds it.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        match (item.get("PK")?, item.get("SK")?) {
            (AttributeValue::S(partition), AttributeValue::S(sort)) => {
                Some(Self { partition: partition.clone(), sort: sort.clone() })
            }
            _ => None,
        }
    }

    /// The key of an item that was read: as it is stored or, where it was not asked for, as the fields make it.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub(crate) fn of_read(shape: &Shape, item: &Item) -> Result<Self> {
        Self::of(item).map_or_else(|| Self::render(shape, item), Ok)
    }
}

/// One of the two keys of an index.
pub(crate) struct IndexKey {
    pub(crate) attribute: &'static str,
    pub(crate) template: Template,
    limit: usize,
}

impl Index {
    pub(crate) fn keys(&self) -> [IndexKey; 2] {
        let &Self { partition, partition_attribute, sort, sort_attribute, .. } = self;
        [
            IndexKey {
                attribute: partition_attribute,
                template: partition,
                limit: PARTITION_BYTES,
            },
            IndexKey { attribute: sort_attribute, template: sort, limit: SORT_BYTES },
        ]
    }
}

impl IndexKey {
    /// The key's value; `None` where a part is absent, so that the index leaves the item out.
    pub(crate) fn render(&self, values: &(impl Values + ?Sized)) -> Result<Option<AttributeValue>> {
        let Some(key) = render(self.template, values)? else {
            return Ok(None);
        };
        check(self.attribute, &key, self.limit)?;
        Ok(Some(AttributeValue::S(key)))
    }
}

/// Refuses the partition key of a query that no item can have.
pub(crate) fn check_partition(key: &str) -> Result<()> {
    check("the partition key", key, PARTITION_BYTES)
}

/// The template's text; `None` where a field is absent.
///
/// # Errors
/// A value is not of the field's kind: the entity's template contradicts its fields.
pub(crate) fn render(template: &[Part], values: &(impl Values + ?Sized)) -> Result<Option<String>> {
    // Room for a literal and an id, which most keys are.
    let mut out = String::with_capacity(48);
    for part in template {
        match part {
            Part::Literal(literal) => out.push_str(literal),
            Part::Field { path, kind } => match lookup(path, values) {
                None | Some(AttributeValue::Null(_)) => return Ok(None),
                Some(value) => {
                    write(value, *kind, &mut out).ok_or_else(|| mismatch(path, *kind))?
                }
            },
        }
    }
    Ok(Some(out))
}

fn lookup<'a>(path: &[&str], values: &'a (impl Values + ?Sized)) -> Option<&'a AttributeValue> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(values.value(first)?, |value, name| value.as_m().ok()?.get(*name))
}

fn write(value: &AttributeValue, kind: KeyKind, out: &mut String) -> Option<()> {
    match (kind, value) {
        (KeyKind::Text, AttributeValue::S(text)) => encode::text(text, out),
        (KeyKind::Integer, AttributeValue::N(digits)) => encode::integer(digits.parse().ok()?, out),
        (KeyKind::Number, AttributeValue::N(digits)) => {
            encode::number(digits.parse().ok().filter(|value: &f64| value.is_finite())?, out);
        }
        (KeyKind::Boolean, AttributeValue::Bool(value)) => encode::boolean(*value, out),
        _ => return None,
    }
    Some(())
}

fn mismatch(path: &[&str], kind: KeyKind) -> Error {
    let path = path.join(".");
    match kind {
        // The only kind of which a caller can send a value that a key cannot hold.
        KeyKind::Number => {
            Error::invalid("invalid-key", format!("`{path}` must be a finite number"))
        }
        _ => Error::internal(format!("`{path}` is not a {kind:?}, which its key needs")),
    }
}

fn check(attribute: &str, key: &str, limit: usize) -> Result<()> {
    if key.is_empty() {
        return Err(Error::invalid(
            "invalid-key",
            format!("{attribute} is empty, which no key can be"),
        ));
    }
    if key.len() > limit {
        let bytes = key.len();
        return Err(Error::invalid(
            "invalid-key",
            format!("{attribute} has {bytes} bytes; a key of its kind has at most {limit}"),
        ));
    }
    Ok(())
}
