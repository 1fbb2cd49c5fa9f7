//! What the derives call. Not an interface for people: it changes without notice.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

pub use aws_sdk_dynamodb::types::AttributeValue as Value;

pub use crate::derived::{
    Fields, Texts, Version, counts, expires, is_deleted, nested_kind, nested_name, patchable,
    projected, projects, same_kind, set_by_platform,
};

use crate::{Attribute, AttributeError, Item};

/// An item with room for its fields and for what the repository adds: the primary key, two bookkeeping
/// attributes and two keys for each index.
#[must_use]
pub fn item(fields: usize, indexes: usize) -> Item {
    Item::with_capacity(fields + 4 + 2 * indexes)
}

/// A map with room for a nested object's fields.
#[must_use]
pub fn map(fields: usize) -> HashMap<String, AttributeValue> {
    HashMap::with_capacity(fields)
}

/// A field's way into an item and out of it.
///
/// Methods of one trait rather than functions, so that a field of a type that cannot be stored is one
/// error, told at that type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a DynamoDB attribute",
    label = "not an attribute value",
    note = "derive `purlin::Attribute` on your own structs and enums"
)]
pub trait Stored: Sized {
    /// Adds the field, unless its value is an absent one.
    fn put(&self, item: &mut Item, name: &'static str);

    /// Reads the field.
    ///
    /// # Errors
    /// As [`Attribute::from_attribute`] or [`Attribute::absent`], with the field's name.
    fn take(value: Option<AttributeValue>, name: &'static str) -> Result<Self, AttributeError>;

    /// Reads a field that has a default where the item does not hold it.
    ///
    /// # Errors
    /// As [`Attribute::from_attribute`], with the field's name.
    fn take_or_else(
        value: Option<AttributeValue>,
        name: &'static str,
        default: impl FnOnce() -> Self,
    ) -> Result<Self, AttributeError>;

    /// One of the values of a primary key.
    fn key_value(&self, name: &'static str) -> (&'static str, AttributeValue);
}

impl<T: Attribute> Stored for T {
    fn put(&self, item: &mut Item, name: &'static str) {
        if let Some(value) = self.to_attribute() {
            item.insert(name.to_owned(), value);
        }
    }

    fn take(value: Option<AttributeValue>, name: &'static str) -> Result<Self, AttributeError> {
        match value {
            Some(value) => T::from_attribute(value),
            None => T::absent(),
        }
        .map_err(|error| error.within(name))
    }

    fn take_or_else(
        value: Option<AttributeValue>,
        name: &'static str,
        default: impl FnOnce() -> Self,
    ) -> Result<Self, AttributeError> {
        match value {
            Some(value) => T::from_attribute(value).map_err(|error| error.within(name)),
            None => Ok(default()),
        }
    }

    // A key's field is never optional, so it always has a value; `NULL` stands for an implementation that
    // nevertheless has none, and makes rendering the key fail.
    fn key_value(&self, name: &'static str) -> (&'static str, AttributeValue) {
        (name, self.to_attribute().unwrap_or(AttributeValue::Null(true)))
    }
}

/// The text of an enum's value.
#[must_use]
pub fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// The text of an enum's value, read back.
///
/// # Errors
/// The attribute is no string.
pub fn take_text(value: AttributeValue) -> Result<String, AttributeError> {
    String::from_attribute(value)
}

/// The fields of a nested object.
///
/// # Errors
/// The attribute is no map.
pub fn take_map(value: AttributeValue) -> Result<HashMap<String, AttributeValue>, AttributeError> {
    match value {
        AttributeValue::M(map) => Ok(map),
        other => Err(AttributeError::expected("a map", &other)),
    }
}
