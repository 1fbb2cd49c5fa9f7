//! Typed events: what the bus is told of a type, and how it comes about.

use serde::Serialize;

use crate::{Entity, Error, Result};

pub(crate) mod emission;
pub(crate) mod envelope;
mod trace;
mod upcast;

pub(crate) use emission::Emission;
pub use emission::Emitted;
pub use envelope::{EntityRef, Metadata};
pub(crate) use envelope::{Kind, MAX_DETAIL_BYTES};
pub use trace::TraceContext;
pub use upcast::Data;

/// An event, as `#[derive(Event)]` describes a struct to the bus.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "derive it: `#[derive(Serialize, Event)]` with `#[event(source = \"…\", version = 1)]`"
)]
pub trait Event: Serialize + Sync {
    /// Who emits it, for example `agentic-platform.agents`: EventBridge's `source`.
    const SOURCE: &'static str;

    /// What happened, for example `AgentCreated`: EventBridge's `detail-type`.
    const DETAIL_TYPE: &'static str;

    /// The version of the event's form, counted from 1.
    const VERSION: u32;

    /// What becomes of one that is published directly, and that the bus does not take.
    const FALLBACK: Fallback = Fallback::Report;

    /// Makes the data of an earlier version into that of the next one.
    ///
    /// # Errors
    /// Nothing says how, or the data is not what that version's is.
    fn upcast(version: u32, data: Data) -> Result<Data> {
        let _ = data;
        Err(Error::unknown_version(Self::DETAIL_TYPE, version))
    }
}

/// What becomes of an event that the bus does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fallback {
    /// Whoever publishes it is told.
    Report,
    /// It is dropped, and counted: [`EventPublisher::dropped`](crate::EventPublisher::dropped).
    Drop,
    /// It is written to the table, from where the relay publishes it later.
    Outbox,
}

/// An event that tells of a write of an item, and is made of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not tell of an entity",
    label = "cannot be made of an item",
    note = "say of which: `#[event(source = \"…\", version = 1, of = Order)]`, with `impl From<&Order>` for the event"
)]
pub trait EventOf: Event + Sized {
    /// The entity that it tells of.
    type Entity: Entity;

    /// The event of a write of `item`, as it is after the write; one that is deleted, as it was.
    ///
    /// `before` is the item as it was before the write, and `item` itself where there was none.
    fn of(item: &Self::Entity, before: &Self::Entity) -> Self;
}
