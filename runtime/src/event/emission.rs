//! Events that ride on the item that they tell of: a note beside the item's attributes, from which the relay makes
//! the event once the write is in the table's stream.

use std::borrow::Cow;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::envelope::{EntityRef, Kind, MAX_DETAIL_BYTES, Metadata};
use super::{Event, EventOf};
use crate::entity::Shape;
use crate::key::PrimaryKey;
use crate::{Context, Entity as _, Error, Item, Result, Timestamp};

/// The attribute with the note of the events of an item's last write that had any. A write without events leaves it:
/// the relay knows by the ids that these events are not of that write.
pub(crate) const EVENTS: &str = "_events";

/// Bytes of an envelope besides the event's data, and more than there ever are.
const ENVELOPE_BYTES: usize = 8 * 1024;

/// Bytes of JSON that a byte of an item is at most: a control character, `\u0001`.
const JSON_BYTES: usize = 6;

/// An event that writes of an entity emit, as the relay knows it.
#[derive(Clone, Copy)]
pub struct Emitted {
    kind: Kind<'static>,
    shape: &'static Shape,
    data: fn(&Item, Option<&Item>) -> Result<Box<RawValue>>,
}

impl Emitted {
    /// The event `V`.
    #[must_use]
    pub const fn of<V: EventOf>() -> Self {
        Self { kind: Kind::of::<V>(), shape: Shape::of::<V::Entity>(), data: data::<V> }
    }

    /// Its detail type.
    #[must_use]
    pub fn detail_type(&self) -> &'static str {
        self.kind.detail_type
    }

    pub(crate) fn kind(&self) -> Kind<'static> {
        self.kind
    }

    /// The event's data, of a write of this item.
    pub(crate) fn data(&self, item: &Item, before: Option<&Item>) -> Result<Box<RawValue>> {
        (self.data)(item, before)
    }

    /// The item that the event tells of.
    pub(crate) fn entity_of(&self, item: &Item) -> EntityRef<'static> {
        let version = self.shape.version.and_then(|name| item.get(name)?.as_n().ok()?.parse().ok());
        EntityRef { name: self.shape.name.into(), key: key_text(item).into(), version }
    }
}

impl fmt::Debug for Emitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.kind.detail_type, self.shape.name)
    }
}

fn data<V: EventOf>(item: &Item, before: Option<&Item>) -> Result<Box<RawValue>> {
    let read = |item: &Item| V::Entity::from_item(item.clone()).map_err(Error::internal);
    let item = read(item)?;
    let event = match before {
        Some(before) => V::of(&item, &read(before)?),
        None => V::of(&item, &item),
    };
    json(&event)
}

pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<Box<RawValue>> {
    serde_json::value::to_raw_value(value).map_err(Error::internal)
}

/// One text for one item.
pub(crate) fn key_text(item: &Item) -> String {
    match PrimaryKey::of(item) {
        Some(PrimaryKey { partition, sort }) => format!("{partition}|{sort}"),
        None => String::new(),
    }
}

/// An event that a repository's writes emit.
#[derive(Clone, Debug)]
pub(crate) enum Emission {
    /// Made of the item that is written.
    OfItem(Emitted),
    /// Known as a whole beforehand.
    Whole(Kind<'static>, Box<RawValue>),
}

impl Emission {
    /// An event at hand.
    ///
    /// # Errors
    /// It cannot be written as JSON, or is too large to be published.
    pub(crate) fn whole<E: Event>(event: &E) -> Result<Self> {
        let (kind, data) = (Kind::of::<E>(), json(event)?);
        check_size(kind, data.get().len())?;
        Ok(Self::Whole(kind, data))
    }

    pub(crate) fn kind(&self) -> Kind<'static> {
        match self {
            Self::OfItem(emitted) => emitted.kind(),
            Self::Whole(kind, _) => *kind,
        }
    }

    /// The event's data, of a write that leaves, or removes, this item.
    pub(crate) fn data(&self, item: &Item) -> Result<Box<RawValue>> {
        match self {
            Self::OfItem(emitted) => emitted.data(item, None),
            Self::Whole(_, data) => Ok(data.clone()),
        }
    }

    /// Refuses an item whose event would be too large to be published, once the write has happened.
    pub(crate) fn check(&self, item: &Item, bytes: usize) -> Result<()> {
        match self {
            Self::OfItem(emitted) if bytes * JSON_BYTES + ENVELOPE_BYTES >= MAX_DETAIL_BYTES => {
                check_size(emitted.kind(), emitted.data(item, None)?.get().len())
            }
            _ => Ok(()),
        }
    }
}

fn check_size(kind: Kind<'_>, bytes: usize) -> Result<()> {
    if bytes + ENVELOPE_BYTES < MAX_DETAIL_BYTES {
        return Ok(());
    }
    Err(too_large(kind, bytes + ENVELOPE_BYTES))
}

pub(crate) fn too_large(kind: Kind<'_>, bytes: usize) -> Error {
    let detail = format!(
        "the event `{}` is {bytes} bytes with its envelope, not less than 1 MB",
        kind.detail_type
    );
    Error::invalid("event-too-large", detail)
}

/// What an item bears of the events of its last write that had any. Names are short: an item is paid for by its size.
#[derive(Serialize, Deserialize)]
pub(crate) struct Note<'a> {
    #[serde(rename = "e", borrow)]
    pub(crate) events: Vec<Noted<'a>>,
    #[serde(rename = "by", default, skip_serializing_if = "Option::is_none")]
    actor: Option<Cow<'a, str>>,
    #[serde(rename = "re")]
    correlation_id: Cow<'a, str>,
    #[serde(rename = "on", default, skip_serializing_if = "Option::is_none")]
    causation_id: Option<Cow<'a, str>>,
    #[serde(rename = "tp", default, skip_serializing_if = "Option::is_none")]
    traceparent: Option<Cow<'a, str>>,
}

/// One event of a note.
#[derive(Serialize, Deserialize)]
pub(crate) struct Noted<'a> {
    #[serde(rename = "i")]
    pub(crate) id: Uuid,
    #[serde(rename = "t")]
    pub(crate) detail_type: Cow<'a, str>,
    /// What was known as a whole.
    #[serde(rename = "w", borrow, default, skip_serializing_if = "Option::is_none")]
    whole: Option<Whole<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Whole<'a> {
    #[serde(rename = "s")]
    source: Cow<'a, str>,
    #[serde(rename = "v")]
    version: u32,
    #[serde(rename = "d")]
    data: Box<RawValue>,
}

impl<'a> Note<'a> {
    /// The note of a write's events, each with an id of its own.
    pub(crate) fn new(ctx: &'a Context, emissions: &'a [Emission]) -> Self {
        let note = |emission: &'a Emission| Noted {
            id: Uuid::now_v7(),
            detail_type: emission.kind().detail_type.into(),
            whole: match emission {
                Emission::OfItem(_) => None,
                Emission::Whole(kind, data) => Some(Whole {
                    source: kind.source.into(),
                    version: kind.version,
                    data: data.clone(),
                }),
            },
        };
        Self {
            events: emissions.iter().map(note).collect(),
            actor: ctx.actor().map(Cow::Borrowed),
            correlation_id: ctx.request_id().into(),
            causation_id: ctx.causation_id().map(Cow::Borrowed),
            traceparent: ctx.trace().map(|trace| trace.child().to_string().into()),
        }
    }

    pub(crate) fn read(text: &'a str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| {
            Error::internal(format!("the note of an item's events cannot be read: {error}"))
        })
    }

    pub(crate) fn to_attribute(&self) -> Result<AttributeValue> {
        serde_json::to_string(self).map(AttributeValue::S).map_err(Error::internal)
    }

    /// What is known of one of the events, of the item that it tells of.
    pub(crate) fn metadata<'m>(
        &'m self,
        noted: &'m Noted<'a>,
        kind: Kind<'m>,
        entity: Option<EntityRef<'m>>,
    ) -> Metadata<'m> {
        Metadata {
            event_id: noted.id.to_string().into(),
            detail_type: kind.detail_type.into(),
            version: kind.version,
            source: kind.source.into(),
            time: moment(noted.id),
            entity,
            actor: self.actor.as_deref().map(Cow::Borrowed),
            correlation_id: (&*self.correlation_id).into(),
            causation_id: self.causation_id.as_deref().map(Cow::Borrowed),
            traceparent: self.traceparent.as_deref().map(Cow::Borrowed),
        }
    }
}

impl Noted<'_> {
    /// The event as it was known as a whole.
    pub(crate) fn whole(&self) -> Option<(Kind<'_>, &RawValue)> {
        let Whole { source, version, data } = self.whole.as_ref()?;
        Some((Kind { source, detail_type: &self.detail_type, version: *version }, data))
    }
}

/// When an id was given: a UUIDv7 begins with its moment.
pub(crate) fn moment(id: Uuid) -> Timestamp {
    let given = id.get_timestamp().and_then(|given| {
        let (seconds, nanos) = given.to_unix();
        i64::try_from(seconds * 1000 + u64::from(nanos / 1_000_000)).ok()
    });
    given.and_then(|millis| Timestamp::from_millis(millis).ok()).unwrap_or_else(Timestamp::now)
}
