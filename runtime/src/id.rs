//! Typed ids in the TypeID form: a prefix that names the entity and a UUID that sorts by its creation.

pub(crate) mod base32;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::{Attribute, AttributeError, KeyKind, KeyPart};

/// The text before an id's `_`, for example `agent`.
pub trait IdPrefix {
    /// At most 63 of `a`–`z` and `_`, starting and ending with a letter; or empty, for ids without prefix.
    const PREFIX: &'static str;
}

/// Identifies a `T`, for example `agent_01h455vb4pex5vsknk084sn02q`.
///
/// Ids made later sort after ids made earlier, as values and as texts.
/// The text is the one of the [TypeID specification](https://github.com/jetify-com/typeid), version 0.3.
///
/// ```
/// use purlin::{Id, IdPrefix};
///
/// struct Agent;
/// impl IdPrefix for Agent {
///     const PREFIX: &'static str = "agent";
/// }
///
/// let id: Id<Agent> = "agent_01h455vb4pex5vsknk084sn02q".parse()?;
/// assert_eq!(id.to_string(), "agent_01h455vb4pex5vsknk084sn02q");
/// # Ok::<(), purlin::IdError>(())
/// ```
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// A new id, of this moment: a UUID version 7, greater than any this process made before.
    #[must_use]
    #[allow(
        clippy::new_without_default,
        reason = "a default that differs at each call would surprise"
    )]
    pub fn new() -> Self {
        Self::from_uuid(Uuid::now_v7())
    }

    /// The id of a known UUID, of any version.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The UUID without its prefix.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T: IdPrefix> Id<T> {
    /// Invariant: the prefix is one that the specification allows, or this does not compile.
    const PREFIX: &'static str = {
        assert!(
            valid_prefix(T::PREFIX),
            "a prefix is at most 63 of a-z and _, starting and ending with a letter"
        );
        T::PREFIX
    };

    fn text(self) -> String {
        let mut text = String::with_capacity(Self::PREFIX.len() + 1 + base32::LENGTH);
        if !Self::PREFIX.is_empty() {
            text.push_str(Self::PREFIX);
            text.push('_');
        }
        text.push_str(base32::encode(self.0.as_u128(), &mut [0; base32::LENGTH]));
        text
    }
}

/// A text is not an id of the type asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdError {
    prefix: &'static str,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.prefix.is_empty() { "" } else { "_" };
        write!(f, "expected an id like `{}{separator}01h455vb4pex5vsknk084sn02q`", self.prefix)
    }
}

impl std::error::Error for IdError {}

impl<T: IdPrefix> FromStr for Id<T> {
    type Err = IdError;

    /// Strict: lower case, the canonical 26 digits, the type's own prefix.
    fn from_str(text: &str) -> Result<Self, IdError> {
        let suffix = match Self::PREFIX {
            "" => Some(text),
            prefix => text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')),
        };
        suffix
            .and_then(base32::decode)
            .map(|bits| Self::from_uuid(Uuid::from_u128(bits)))
            .ok_or(IdError { prefix: Self::PREFIX })
    }
}

impl<T: IdPrefix> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

impl<T: IdPrefix> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T: IdPrefix> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de, T: IdPrefix> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(PhantomData<fn() -> T>);

        impl<T: IdPrefix> de::Visitor<'_> for Visitor<T> {
            type Value = Id<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Id<T>, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Visitor(PhantomData))
    }
}

impl<T: IdPrefix> JsonSchema for Id<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Id_{}", T::PREFIX).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let separator = if T::PREFIX.is_empty() { "" } else { "_" };
        json_schema!({
            "type": "string",
            "pattern": format!("^{}{separator}[0-7][0-9a-hjkmnp-tv-z]{{25}}$", T::PREFIX),
        })
    }
}

impl<T: IdPrefix> Attribute for Id<T> {
    fn to_attribute(&self) -> Option<AttributeValue> {
        Some(AttributeValue::S(self.text()))
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        let text = String::from_attribute(value)?;
        text.parse()
            .map_err(|_| AttributeError::invalid(&format!("an id of `{}`", T::PREFIX), &text))
    }
}

impl<T: IdPrefix> KeyPart for Id<T> {
    const KIND: KeyKind = KeyKind::Text;

    fn write(&self, out: &mut String) {
        // An id holds no character that a key would escape.
        out.push_str(&self.text());
    }
}

// Written out, since deriving them would ask the same of `T`.

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

const fn valid_prefix(prefix: &str) -> bool {
    let bytes = prefix.as_bytes();
    if bytes.is_empty() {
        return true;
    }
    let mut index = 0;
    while index < bytes.len() {
        let letter = bytes[index].is_ascii_lowercase();
        let end = index == 0 || index + 1 == bytes.len();
        if !(letter || bytes[index] == b'_' && !end) {
            return false;
        }
        index += 1;
    }
    bytes.len() <= 63
}

#[cfg(test)]
mod tests;
