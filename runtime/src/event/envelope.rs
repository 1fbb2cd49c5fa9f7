//! The envelope in which events travel: what EventBridge carries as their `detail`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The size that an event stays under, in bytes: its source, its detail type and its detail. EventBridge: less than
/// 1 MB for all entries of a request together, says the API reference of `PutEvents`; until January 2026 it was 256 KB,
/// and older emulators may still refuse more.
pub(crate) const MAX_DETAIL_BYTES: usize = 1024 * 1024;

/// What EventBridge carries as an event's `detail`.
#[derive(Serialize)]
pub(crate) struct Detail<'a, E: ?Sized> {
    pub(crate) metadata: &'a Metadata<'a>,
    pub(crate) data: &'a E,
}

/// What is known of an event besides its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Metadata<'a> {
    /// Identifies the event, however often it is sent: a UUIDv7, whose order is that of time.
    pub event_id: Cow<'a, str>,
    /// What happened: the detail type.
    #[serde(rename = "type")]
    pub detail_type: Cow<'a, str>,
    /// The version of the data's form.
    pub version: u32,
    /// Who emits it.
    pub source: Cow<'a, str>,
    /// When it happened.
    pub time: Timestamp,
    /// The item that it tells of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<EntityRef<'a>>,
    /// Who caused it; absent where no caller did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Cow<'a, str>>,
    /// The request that began it all: the same for whatever came of that.
    pub correlation_id: Cow<'a, str>,
    /// The event that it came of; absent where it came of a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Cow<'a, str>>,
    /// The W3C trace context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<Cow<'a, str>>,
}

/// The item that an event tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntityRef<'a> {
    /// The entity's name.
    pub name: Cow<'a, str>,
    /// The item's key: one text for one item.
    pub key: Cow<'a, str>,
    /// How many times it had been written, where the entity counts that. Of two events of one item the greater one is
    /// the later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

/// What the bus knows an event by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind<'a> {
    pub(crate) source: &'a str,
    pub(crate) detail_type: &'a str,
    pub(crate) version: u32,
}

impl Kind<'static> {
    pub(crate) const fn of<E: super::Event>() -> Self {
        Self { source: E::SOURCE, detail_type: E::DETAIL_TYPE, version: E::VERSION }
    }
}
