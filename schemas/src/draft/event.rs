//! The documents in `events/`.

use super::FieldDraft;
use crate::place::{Located, Place};
use crate::read::{Table, table};

table! {
    /// `events/*.toml`: a family of events.
    EventDocument {
        required {
            /// The family itself.
            family: FamilySection,
            /// The events, by detail type in PascalCase.
            events: Table<EventDraft>,
        }
        optional {}
    }
}

table! {
    /// What a family's events have in common.
    FamilySection {
        required {
            /// The family's name in snake_case. The events' source is the service's name, a dot, and this.
            name: Located<String>,
        }
        optional {
            /// What the family's events tell, in a sentence.
            description: Located<String>,
        }
    }
}

table! {
    /// An event.
    EventDraft {
        required {}
        optional {
            /// What has happened, in a sentence.
            description: Located<String>,
            /// The version of the event's shape, from 1 (by default). A change that breaks readers needs the next.
            version: Located<i64>,
            /// The entity the event is about.
            entity: Located<String>,
            /// The entity's fields that the event repeats.
            carries: Vec<Located<String>>,
            /// Fields of the event's own. An operation can emit the event only where these are all optional.
            fields: Table<FieldDraft>,
        }
    }
}
