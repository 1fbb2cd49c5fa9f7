//! Drafts: the schema documents as written, every leaf with its place, nothing yet believed.
//!
//! The language is defined here, once: reading TOML, the JSON Schema that editors complete from,
//! and the reference page all follow from these tables and their comments.

use std::collections::HashSet;

use schemars::JsonSchema;

use crate::place::{Located, Place};
use crate::read::table;

pub use crate::read::Table;
pub use api_key::AccessKeyDraft;
pub use entity::{
    AccessDraft, CollectionDraft, EntityDocument, EntitySection, FieldDraft, KeyDraft,
    OperationDraft, SoftDeleteDraft, StatusDraft, TransitionDraft, TtlDraft,
};
pub use event::{EventDocument, EventDraft, FamilySection};
pub use event_field::{EventFieldDraft, SourcedDraft};
pub use json::JsonDraft;
pub use permission::{PermissionDraft, PermissionTable, PermissionsDocument, RoleDraft};
pub use subscriber::{ProjectDraft, RetryDraft, StepDraft, SubscriberDocument, SubscriberDraft};
pub use upcast::UpcastDraft;

mod api_key;
mod entity;
mod event;
mod event_field;
mod json;
mod permission;
mod subscriber;
mod upcast;
pub(crate) mod words;

/// Everything that was written, document by document.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// `service.toml`.
    pub service: ServiceDocument,
    /// `permissions.toml`.
    pub permissions: PermissionsDocument,
    /// `entities/*.toml`, sorted by path.
    pub entities: Vec<EntityDocument>,
    /// `events/*.toml`, sorted by path.
    pub events: Vec<EventDocument>,
    /// `subscribers/*.toml`, sorted by path.
    pub subscribers: Vec<SubscriberDocument>,
    /// Whether something declared may be missing here, because its document could not be read.
    pub incomplete: bool,
    /// The numbers of the files of which only a part could be read.
    pub partial: Vec<u32>,
    /// Tables with unknown keys, and the values in them: what they mean is not known.
    pub doubtful: HashSet<Place>,
}

table! {
    /// `service.toml`: what the whole backend is.
    ServiceDocument {
        required {
            /// The service itself.
            service: ServiceSection,
        }
        optional {}
    }
}

table! {
    /// The service itself.
    ServiceSection {
        required {
            /// The service's name in kebab-case. Its events' sources begin with it, and the generated crate bears it.
            name: Located<String>,
        }
        optional {
            /// What the service does, in a sentence or two.
            description: Located<String>,
            /// The most write units that a call of any operation may cost, where the operation does not say.
            max_write_units: Located<i64>,
            /// The most read units that a call of any operation may cost, where the operation does not say.
            max_read_units: Located<i64>,
            /// The event that tells what was given up: published when a subscriber has failed for the last time. It has the strings `component`, `code` and `message`; its other fields are optional, and get the values of the fields of the same names of the event that was given up.
            failures: Located<String>,
        }
    }
}

/// A schema document: one of these stands in each file.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its JSON Schema is used")]
pub(crate) enum Document {
    /// `entities/*.toml`
    Entity(Box<EntityDocument>),
    /// `events/*.toml`
    Events(EventDocument),
    /// `subscribers/*.toml`
    Subscriber(Box<SubscriberDocument>),
    /// `permissions.toml`
    Permissions(PermissionsDocument),
    /// `service.toml`
    Service(ServiceDocument),
}

/// A scalar written where any type may stand, such as a default.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
#[schemars(untagged)]
pub enum Scalar {
    /// A string.
    String(String),
    /// An integer.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
}

impl Default for Scalar {
    fn default() -> Self {
        Self::Boolean(false)
    }
}
