//! The documents in `events/`.

use super::{EventFieldDraft, FieldDraft, SourcedDraft, UpcastDraft, words};
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
            /// Fields of the event's own, and the entity's before and after the write. A write can emit the event only where its own are all optional.
            fields: Table<EventFieldDraft>,
            /// `atomic` (by default): the event is written in the transaction of what it tells, and published from there. `direct`: it is published at once and without the table, and is lost or comes late where the bus does not take it.
            #[schemars(extend("enum" = words::DELIVERY))]
            delivery: Located<String>,
            /// What becomes of a `direct` event that the bus does not take: `drop` loses it, `outbox` writes it into the table, from where it is published later.
            #[schemars(extend("enum" = words::FALLBACK))]
            fallback: Located<String>,
            /// For each version before this one, how an event of it becomes one of the next.
            upcast: Table<UpcastDraft>,
        }
    }
}

impl EventDraft {
    /// The fields of its own, in the order written.
    pub fn own(&self) -> impl Iterator<Item = (&Located<String>, &FieldDraft)> {
        self.fields.iter().flatten().filter_map(|(name, field)| match field {
            EventFieldDraft::Own(field) => Some((name, &**field)),
            EventFieldDraft::Sourced(_) => None,
        })
    }

    /// The fields that are taken of the entity before or after the write, in the order written.
    pub fn sourced(&self) -> impl Iterator<Item = (&Located<String>, &SourcedDraft)> {
        self.fields.iter().flatten().filter_map(|(name, field)| match field {
            EventFieldDraft::Own(_) => None,
            EventFieldDraft::Sourced(field) => Some((name, field)),
        })
    }
}
