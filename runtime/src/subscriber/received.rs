//! What a subscriber receives: an event, read as its type, with what is known of it.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::context::Origin;
use crate::event::{Data, Event, Metadata, TraceContext};
use crate::{Context, Error, Result, Shared, Timestamp};

/// An event as the bus delivers it.
#[derive(Clone, Debug)]
pub struct Delivery {
    metadata: Metadata<'static>,
    data: Value,
    /// Versions of events that code by hand makes into the next ones.
    upcasts: &'static [Upcast],
}

/// Code by hand that makes data of a version of an event into that of the next one.
#[derive(Clone, Copy, Debug)]
pub struct Upcast {
    /// The event.
    pub detail_type: &'static str,
    /// The version of which it takes data.
    pub from: u32,
    /// What it does.
    pub run: fn(Data) -> Result<Data>,
}

/// What EventBridge hands to a target, as far as it counts here.
#[derive(Deserialize)]
struct Whole {
    id: String,
    source: String,
    #[serde(rename = "detail-type")]
    detail_type: String,
    #[serde(default)]
    time: Option<String>,
    detail: Value,
}

impl Delivery {
    /// Reads what EventBridge hands to a target. An event that was not published by a platform like this one has no
    /// envelope: its id is EventBridge's, its version 1, and its data is all of its detail.
    ///
    /// # Errors
    /// It is no event.
    pub fn read(event: &Value) -> Result<Self> {
        let no_event = |error: serde_json::Error| {
            Error::internal(format!("what was delivered is no event: {error}"))
        };
        let Whole { id, source, detail_type, time, mut detail } =
            Whole::deserialize(event).map_err(no_event)?;
        let enveloped = detail.get("metadata").is_some() && detail.get("data").is_some();
        if !enveloped {
            let time = time.and_then(|time| time.parse().ok()).unwrap_or_else(Timestamp::now);
            let metadata = Metadata {
                event_id: id.clone().into(),
                detail_type: detail_type.into(),
                version: 1,
                source: source.into(),
                time,
                entity: None,
                actor: None,
                correlation_id: id.into(),
                causation_id: None,
                traceparent: None,
            };
            return Ok(Self { metadata, data: detail, upcasts: &[] });
        }
        let metadata =
            serde_json::from_value::<Metadata<'_>>(detail["metadata"].take()).map_err(no_event)?;
        Ok(Self { metadata, data: detail["data"].take(), upcasts: &[] })
    }

    /// What is known of the event.
    #[must_use]
    pub fn metadata(&self) -> &Metadata<'static> {
        &self.metadata
    }

    /// The event's data, in the form of its version.
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.data
    }

    /// The same, with what code by hand makes of older versions.
    #[must_use]
    pub fn with_upcasts(self, upcasts: &'static [Upcast]) -> Self {
        Self { upcasts, ..self }
    }

    fn upcast<E: Event>(&self, version: u32, data: Data) -> Result<Data> {
        let by_hand =
            |upcast: &&Upcast| upcast.detail_type == E::DETAIL_TYPE && upcast.from == version;
        match self.upcasts.iter().find(by_hand) {
            Some(upcast) => (upcast.run)(data),
            None => E::upcast(version, data),
        }
    }

    /// The context in which it is reacted to.
    pub(super) fn context(&self, shared: &Shared) -> Context {
        let Metadata { event_id, actor, correlation_id, traceparent, .. } = &self.metadata;
        let origin = Origin {
            causation_id: Some(event_id.to_string()),
            actor: actor.as_deref().map(str::to_owned),
            trace: traceparent.as_deref().and_then(TraceContext::parse),
        };
        Context::after(shared, correlation_id.to_string(), origin)
    }
}

/// What can be read of a delivered event: an [`Event`], or one of several.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be received",
    label = "no event that can be read",
    note = "derive `Deserialize` and `Event` for it"
)]
pub trait FromEvent: Sized {
    /// Reads the event.
    ///
    /// # Errors
    /// It is another event, of a version that is not known, or its data is not what its type says.
    fn from_event(delivery: &Delivery) -> Result<Self>;
}

impl<E: Event + DeserializeOwned> FromEvent for E {
    fn from_event(delivery: &Delivery) -> Result<Self> {
        let Metadata { detail_type, version, .. } = &delivery.metadata;
        if detail_type != E::DETAIL_TYPE {
            let message = format!("`{detail_type}` was delivered, not `{}`", E::DETAIL_TYPE);
            return Err(Error::internal(message));
        }
        // A later release has written it. It is not dropped: once that release is here, it is read.
        if *version > E::VERSION || *version == 0 {
            let message = format!(
                "`{detail_type}` is of version {version}; {} is the newest known",
                E::VERSION
            );
            return Err(Error::internal(message));
        }
        let read = |error| {
            Error::internal(format!("`{detail_type}` of version {version} cannot be read: {error}"))
        };
        if *version == E::VERSION {
            return E::deserialize(&delivery.data).map_err(read);
        }
        let mut data = Data::new(delivery.data.clone())?;
        for version in *version..E::VERSION {
            data = delivery.upcast::<E>(version, data)?;
        }
        data.read().map_err(read)
    }
}

/// What starts a subscriber by the time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Scheduled {
    /// The schedule's name, which is the subscriber's.
    pub schedule: String,
    /// The time that it was due.
    pub scheduled_for: Timestamp,
}

impl FromEvent for Scheduled {
    fn from_event(delivery: &Delivery) -> Result<Self> {
        Self::deserialize(&delivery.data).map_err(|error| {
            Error::internal(format!("what a schedule delivered cannot be read: {error}"))
        })
    }
}

/// An event that a subscriber is to react to.
pub struct Received<V> {
    ctx: Context,
    event: V,
    delivery: Delivery,
}

impl<V> Received<V> {
    pub(super) fn new(ctx: Context, event: V, delivery: Delivery) -> Self {
        Self { ctx, event, delivery }
    }

    /// What the reaction works with: nobody calls, and events that it emits say that they came of this one.
    #[must_use]
    pub fn ctx(&self) -> &Context {
        &self.ctx
    }

    /// The event, in its newest form.
    #[must_use]
    pub fn event(&self) -> &V {
        &self.event
    }

    /// What is known of it.
    #[must_use]
    pub fn metadata(&self) -> &Metadata<'static> {
        self.delivery.metadata()
    }

    /// The event, for itself.
    #[must_use]
    pub fn into_event(self) -> V {
        self.event
    }
}

impl<V: fmt::Debug> fmt::Debug for Received<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("metadata", self.metadata())
            .field("event", &self.event)
            .finish_non_exhaustive()
    }
}
