//! Values of DynamoDB attributes: how Rust types are written to an item and read back.

mod collection;
mod error;
mod json;
mod scalar;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

pub use error::AttributeError;
pub(crate) use scalar::number;

/// The attributes of one DynamoDB item, by name.
pub type Item = HashMap<String, AttributeValue>;

/// A value that one DynamoDB attribute can hold.
///
/// | Rust | DynamoDB |
/// |---|---|
/// | `String`, [`Id`](crate::Id), [`Timestamp`](crate::Timestamp), enums deriving `Attribute` | `S` |
/// | integers up to 64 bits, `f64` | `N` |
/// | `bool` | `BOOL` |
/// | `Option<T>` | as `T`, or absent |
/// | `Vec<T>` | `L` |
/// | `BTreeSet<T>` | `SS` or `NS`; absent when empty, since DynamoDB has no empty set |
/// | `BTreeMap<String, T>`, structs deriving `Attribute` | `M` |
/// | `serde_json::Value` | the matching type of each value |
///
/// Inside a list or a map, where nothing can be absent, an absent value is written as `NULL`.
///
/// DynamoDB holds numbers of magnitude 1e-130 to 9.99e125; another `f64` is refused before the request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a DynamoDB attribute",
    label = "not an attribute value",
    note = "derive `purlin::Attribute` on your own structs and enums"
)]
pub trait Attribute: Sized {
    /// The attribute's value, or `None` where the item leaves the attribute out.
    fn to_attribute(&self) -> Option<AttributeValue>;

    /// Reads the value back.
    ///
    /// # Errors
    /// The value has another type, or is outside the type's range.
    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError>;

    /// What an absent attribute reads as.
    ///
    /// # Errors
    /// The type has no absent value, which is the case unless an implementation says otherwise.
    fn absent() -> Result<Self, AttributeError> {
        Err(AttributeError::missing())
    }
}

impl<T: Attribute> Attribute for Option<T> {
    fn to_attribute(&self) -> Option<AttributeValue> {
        self.as_ref()?.to_attribute()
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        match value {
            AttributeValue::Null(_) => Ok(None),
            value => T::from_attribute(value).map(Some),
        }
    }

    fn absent() -> Result<Self, AttributeError> {
        Ok(None)
    }
}

impl<T: Attribute> Attribute for Box<T> {
    fn to_attribute(&self) -> Option<AttributeValue> {
        T::to_attribute(self)
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        T::from_attribute(value).map(Box::new)
    }

    fn absent() -> Result<Self, AttributeError> {
        T::absent().map(Box::new)
    }
}

#[cfg(test)]
mod tests;
