//! What events of a kind look like, as far as a pattern can tell.

use crate::model::{Event, Family, Field, Model, Type};

/// The values that a place in an event may have.
///
/// A shape may allow more than ever occurs, never less: what it does not allow, a pattern cannot match.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// Any JSON value.
    Any,
    /// Text.
    Text(TextShape),
    /// A number between these two, inclusive.
    Number {
        /// The least value.
        minimum: Option<f64>,
        /// The greatest value.
        maximum: Option<f64>,
        /// Whether it is a whole number.
        integer: bool,
    },
    /// `true` or `false`.
    Boolean,
    /// A moment as RFC 3339 writes it, in UTC.
    Timestamp,
    /// A list.
    List {
        /// What each item is.
        items: Box<Shape>,
        /// Whether there may be none.
        may_be_empty: bool,
    },
    /// An object whose names are not known.
    Map(Box<Shape>),
    /// An object that has no other fields than these.
    Object(Vec<FieldShape>),
}

/// What a text may be. The default is any text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextShape {
    /// The only values, where they are known.
    pub values: Option<Vec<String>>,
    /// What each value begins with.
    pub begins: String,
    /// The least length, in Unicode scalar values.
    pub min_length: Option<u64>,
    /// The greatest length, in Unicode scalar values.
    pub max_length: Option<u64>,
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldShape {
    /// Its name in JSON.
    pub name: String,
    /// What it holds.
    pub shape: Shape,
    /// Whether it is always there.
    pub presence: Presence,
}

/// Whether a field is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is always there, and never null.
    Required,
    /// It may be absent, but is never null.
    Optional,
    /// It may be absent, and it may be null.
    Nullable,
}

impl FieldShape {
    /// A field that is always there.
    pub fn required(name: impl Into<String>, shape: Shape) -> Self {
        Self { name: name.into(), shape, presence: Presence::Required }
    }

    /// A field that may be absent, but is never null.
    pub fn optional(name: impl Into<String>, shape: Shape) -> Self {
        Self { name: name.into(), shape, presence: Presence::Optional }
    }
}

/// The digits of an id after its prefix and `_`, as the TypeID specification has them.
const ID_DIGITS: u64 = 26;

impl Shape {
    /// Any text.
    #[must_use]
    pub fn text() -> Self {
        Self::Text(TextShape::default())
    }

    /// Text that is one of these.
    pub fn one_of<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        let values = Some(values.into_iter().map(Into::into).collect());
        Self::Text(TextShape { values, ..TextShape::default() })
    }

    /// An event in its envelope, as a rule on the bus sees it: EventBridge's own fields, and in `detail` the
    /// `metadata` that the publisher writes and the event itself as `data`.
    #[must_use]
    pub fn of_event(model: &Model, family: &Family, event: &Event) -> Self {
        let data = event.fields().map(|field| Self::of_field(model, field)).collect();
        let detail = Self::Object(vec![
            FieldShape::required("metadata", Self::metadata(family, event)),
            FieldShape::required("data", Self::Object(data)),
        ]);
        Self::envelope(
            Self::one_of([family.source().as_str()]),
            Self::one_of([event.name().as_str()]),
            detail,
        )
    }

    /// An event of this source and detail type. EventBridge: the User Guide, "Event structure".
    #[must_use]
    pub fn envelope(source: Self, detail_type: Self, detail: Self) -> Self {
        let resources = Self::List { items: Box::new(Self::text()), may_be_empty: true };
        Self::Object(vec![
            FieldShape::required("version", Self::one_of(["0"])),
            FieldShape::required("id", Self::text()),
            FieldShape::required("detail-type", detail_type),
            FieldShape::required("source", source),
            FieldShape::required("account", Self::text()),
            FieldShape::required("time", Self::Timestamp),
            FieldShape::required("region", Self::text()),
            FieldShape::required("resources", resources),
            FieldShape::required("detail", detail),
            // Only events that are replayed from an archive have it.
            FieldShape::optional("replay-name", Self::text()),
        ])
    }

    fn metadata(family: &Family, event: &Event) -> Self {
        // Events of earlier versions may still be under way, or be replayed.
        let versions = Self::Number {
            minimum: Some(1.0),
            maximum: Some(f64::from(*event.version())),
            integer: true,
        };
        let counted = Self::Number { minimum: None, maximum: None, integer: true };
        let about = match event.entity() {
            Some(entity) => Self::one_of([entity.as_str()]),
            None => Self::text(),
        };
        let entity = Self::Object(vec![
            FieldShape::required("name", about),
            FieldShape::required("key", Self::Any),
            FieldShape::optional("version", counted),
        ]);
        Self::Object(vec![
            FieldShape::required("eventId", Self::text()),
            FieldShape::required("type", Self::one_of([event.name().as_str()])),
            FieldShape::required("version", versions),
            FieldShape::required("source", Self::one_of([family.source().as_str()])),
            FieldShape::required("time", Self::Timestamp),
            FieldShape::optional("entity", entity),
            FieldShape::optional("actor", Self::text()),
            FieldShape::required("correlationId", Self::text()),
            FieldShape::optional("causationId", Self::text()),
            FieldShape::optional("traceparent", Self::text()),
        ])
    }

    fn of_field(model: &Model, field: &Field) -> FieldShape {
        FieldShape {
            name: field.name().camel(),
            shape: Self::of_type(model, field.kind()),
            // Generated types leave out what is not there.
            presence: if *field.optional() { Presence::Optional } else { Presence::Required },
        }
    }

    /// The values of a type, as JSON has them.
    #[must_use]
    pub fn of_type(model: &Model, kind: &Type) -> Self {
        let list = |items: &Type, least: Option<u64>| Self::List {
            items: Box::new(Self::of_type(model, items)),
            may_be_empty: least.is_none_or(|least| least == 0),
        };
        match kind {
            Type::Id { prefix } => Self::id(prefix),
            Type::Ref { entity } => {
                let fields = model.entity(entity.as_str()).map(|entity| entity.fields().iter());
                let id = fields.into_iter().flatten().find_map(|field| match field.kind() {
                    Type::Id { prefix } => Some(Self::id(prefix)),
                    _ => None,
                });
                id.unwrap_or_else(Self::text)
            }
            Type::String { min_length, max_length, .. } => Self::Text(TextShape {
                min_length: *min_length,
                max_length: *max_length,
                ..TextShape::default()
            }),
            // Rounding keeps the order, and so never excludes a value that is within the limits.
            Type::Integer { minimum, maximum } => Self::Number {
                minimum: minimum.map(|limit| limit as f64),
                maximum: maximum.map(|limit| limit as f64),
                integer: true,
            },
            Type::Number { minimum, maximum } => {
                Self::Number { minimum: *minimum, maximum: *maximum, integer: false }
            }
            Type::Boolean => Self::Boolean,
            Type::Enum { values } => Self::one_of(values.iter().map(|value| value.as_str())),
            Type::Timestamp => Self::Timestamp,
            Type::Object { fields } => {
                Self::Object(fields.iter().map(|field| Self::of_field(model, field)).collect())
            }
            Type::List { items, min_items, .. } | Type::Set { items, min_items, .. } => {
                list(items, *min_items)
            }
            Type::Map { items, .. } => Self::Map(Box::new(Self::of_type(model, items))),
            Type::Json | Type::Opaque => Self::Any,
        }
    }

    fn id(prefix: &str) -> Self {
        let begins = if prefix.is_empty() { String::new() } else { format!("{prefix}_") };
        let length = begins.chars().count() as u64 + ID_DIGITS;
        Self::Text(TextShape {
            values: None,
            begins,
            min_length: Some(length),
            max_length: Some(length),
        })
    }

    /// What it is, in a message.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Any => "any value",
            Self::Text(_) => "text",
            Self::Number { integer: true, .. } => "a whole number",
            Self::Number { .. } => "a number",
            Self::Boolean => "`true` or `false`",
            Self::Timestamp => "a timestamp",
            Self::List { .. } => "a list",
            Self::Map(_) | Self::Object(_) => "an object",
        }
    }
}
