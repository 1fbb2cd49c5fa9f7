//! Events: their fields, their versions, and how they get to the bus.

use std::path::PathBuf;

use super::{Field, model};
use crate::draft::Scalar;
use crate::name::Name;

model! {
    /// A family of events.
    Family {
        /// The family's name, in snake_case.
        name: Name,
        /// What its events tell.
        description: Option<String>,
        /// What EventBridge calls the source: `agentic-platform.agents`.
        source: String,
        /// The events, in the order declared.
        events: Vec<Event>,
        /// The document that declares it.
        document: PathBuf,
    }
}

model! {
    /// An event.
    Event {
        /// The detail type, in PascalCase.
        name: Name,
        /// What has happened.
        description: Option<String>,
        /// The version of its shape, from 1.
        version: u32,
        /// The entity it is about.
        entity: Option<Name>,
        /// The fields it repeats of the entity, in the order written.
        carried: Vec<Field>,
        /// The fields it takes of the entity before or after the write, in the order written.
        sourced: Vec<Sourced>,
        /// The fields of its own, in the order written.
        own: Vec<Field>,
        /// How it gets to the bus.
        delivery: Delivery,
        /// How events of the versions before become the next, sorted by version, one for each.
        upcasts: Vec<Upcast>,
    }
}

impl Event {
    /// All fields: what it carries of the entity, what it takes of it before and after, then its own.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        let sourced = self.sourced.iter().map(|sourced| &sourced.field);
        self.carried.iter().chain(sourced).chain(&self.own)
    }

    /// Whether it tells what an item was before a write, so that no creation can emit it.
    #[must_use]
    pub fn tells_before(&self) -> bool {
        self.sourced.iter().any(|sourced| sourced.moment == Moment::Was)
    }
}

model! {
    /// A field that holds what one of the entity's fields held before the write, or holds after it.
    Sourced {
        /// The event's field, which has the type of the entity's.
        field: Field,
        /// Whether it is the value before or after the write.
        moment: Moment,
        /// The entity's field.
        of: Name,
    }
}

/// A side of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before it.
    Was,
    /// After it.
    Now,
}

/// How an event gets to the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// By the table: it is written in the transaction of what it tells, and published from there.
    Atomic,
    /// At once, without the table.
    Direct(Fallback),
}

/// What becomes of a direct event that the bus does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It is lost.
    Drop,
    /// It is written into the table, and published from there.
    Outbox,
}

model! {
    /// How an event of an earlier version becomes one of the next.
    Upcast {
        /// The earlier version.
        from: u32,
        /// For each renamed field its name before and its name now, in the order written.
        renames: Vec<(Name, Name)>,
        /// What fields get that were not there before, in the order written.
        sets: Vec<(Name, Scalar)>,
        /// The fields that are no longer there, in the order written.
        removes: Vec<Name>,
        /// Whether it is written by hand; then it says nothing else.
        custom: bool,
    }
}
