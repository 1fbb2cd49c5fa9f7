//! Subscribers: what reacts to events, or is called by the clock.

use std::path::PathBuf;

use serde_json::Value;

use super::{Schedule, model};
use crate::name::Name;

model! {
    /// A subscriber.
    Subscriber {
        /// The name, in snake_case.
        name: Name,
        /// What it does.
        description: Option<String>,
        /// The events that it reacts to, in the order written; none where the clock calls it.
        events: Vec<Name>,
        /// When the clock calls it; none where it reacts to events.
        schedule: Option<Schedule>,
        /// The whole event pattern of its rule; null where the clock calls it.
        pattern: Value,
        /// How often, and for how long, it is tried again.
        retry: Retry,
        /// What it does.
        reaction: Reaction,
        /// The document that declares it.
        document: PathBuf,
    }
}

model! {
    /// How often, and for how long, a subscriber is tried again.
    Retry {
        /// How often it is tried altogether.
        attempts: u32,
        /// How many milliseconds after the first failure it is tried again.
        backoff_ms: u64,
        /// How many seconds old an event may be that is still tried.
        max_age_seconds: u64,
    }
}

/// What a subscriber does.
#[derive(Clone, Debug)]
pub enum Reaction {
    /// What is written by hand.
    Custom,
    /// It takes a step of the item whose key is in the event's fields.
    Transition {
        /// The entity.
        entity: Name,
        /// The transition.
        step: Name,
    },
    /// It writes to the item whose key is in the event's fields, and makes it where it is missing.
    Project {
        /// The entity.
        into: Name,
        /// For each of the entity's fields the event's field that it gets its value from, in the order written.
        sets: Vec<(Name, Name)>,
        /// For each of the entity's fields what is added to it, in the order written.
        adds: Vec<(Name, i64)>,
    },
}
