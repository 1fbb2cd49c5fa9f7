//! Fields and their types.

use super::model;
use crate::draft::Scalar;
use crate::name::Name;

model! {
    /// A field.
    Field {
        /// The name, in snake_case.
        name: Name,
        /// What it holds.
        description: Option<String>,
        /// Its type, with its limits.
        kind: Type,
        /// Whether it may be absent.
        optional: bool,
        /// The value of an input that leaves it out.
        default: Option<Scalar>,
        /// When the platform sets it.
        set: Option<SetOn>,
        /// Whether it counts: it starts at 0 and is only added to.
        counter: bool,
        /// Whether it never leaves the platform.
        hidden: bool,
        /// The permission that shows it to a caller; none where everybody sees it, or nobody.
        read_by: Option<String>,
        /// The permission under which a body may give it; none where every body may.
        write_by: Option<String>,
    }
}

impl Field {
    /// Whether an input may leave the field out.
    ///
    /// A collection without a least number of items is empty when it is left out.
    #[must_use]
    pub fn may_be_left_out(&self) -> bool {
        self.optional || self.default.is_some() || self.kind.may_be_empty()
    }
}

/// When the platform sets a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOn {
    /// When the item is made.
    Create,
    /// At every write.
    Write,
}

/// A field's type and limits. Every limit is inclusive.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Type {
    /// The entity's own id.
    Id {
        /// What the id's text begins with.
        prefix: String,
    },
    /// Another entity's id.
    Ref {
        /// The other entity.
        entity: Name,
    },
    /// Text, measured in Unicode scalar values.
    String {
        /// The least length.
        min_length: Option<u64>,
        /// The greatest length.
        max_length: Option<u64>,
        /// Whether it must be an e-mail address.
        email: bool,
    },
    /// A 64-bit integer.
    Integer {
        /// The least value.
        minimum: Option<i64>,
        /// The greatest value.
        maximum: Option<i64>,
    },
    /// A finite number of double precision.
    Number {
        /// The least value.
        minimum: Option<f64>,
        /// The greatest value.
        maximum: Option<f64>,
    },
    /// `true` or `false`.
    Boolean,
    /// One of several values in snake_case.
    Enum {
        /// The values.
        values: Vec<Name>,
    },
    /// A moment, in milliseconds.
    Timestamp,
    /// A structure of its own.
    Object {
        /// Its fields.
        fields: Vec<Field>,
    },
    /// An ordered collection.
    List {
        /// The type of each item.
        items: Box<Type>,
        /// The least number of items.
        min_items: Option<u64>,
        /// The greatest number of items.
        max_items: Option<u64>,
    },
    /// A collection of distinct items.
    Set {
        /// The type of each item.
        items: Box<Type>,
        /// The least number of items.
        min_items: Option<u64>,
        /// The greatest number of items.
        max_items: Option<u64>,
    },
    /// Values by name.
    Map {
        /// The type of each value.
        items: Box<Type>,
        /// The least number of entries.
        min_items: Option<u64>,
        /// The greatest number of entries.
        max_items: Option<u64>,
    },
    /// Any JSON value.
    Json,
    /// A type of Rust's, which only a hand-written struct has.
    Opaque,
}

impl Type {
    /// The word of the schema language for this type.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Id { .. } => "id",
            Self::Ref { .. } => "ref",
            Self::String { .. } => "string",
            Self::Integer { .. } => "integer",
            Self::Number { .. } => "number",
            Self::Boolean => "boolean",
            Self::Enum { .. } => "enum",
            Self::Timestamp => "timestamp",
            Self::Object { .. } => "object",
            Self::List { .. } => "list",
            Self::Set { .. } => "set",
            Self::Map { .. } => "map",
            Self::Json => "json",
            Self::Opaque => "opaque",
        }
    }

    /// Whether it is a collection that may hold nothing.
    #[must_use]
    pub fn may_be_empty(&self) -> bool {
        match self {
            Self::List { min_items, .. }
            | Self::Set { min_items, .. }
            | Self::Map { min_items, .. } => min_items.is_none_or(|least| least == 0),
            _ => false,
        }
    }
}
