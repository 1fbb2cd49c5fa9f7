//! The documents in `subscribers/`.

use super::{JsonDraft, words};
use crate::duration;
use crate::place::{Located, Place};
use crate::read::{Table, table};

table! {
    /// `subscribers/*.toml`: one subscriber.
    SubscriberDocument {
        required {
            /// The subscriber itself.
            subscriber: SubscriberDraft,
        }
        optional {}
    }
}

table! {
    /// What reacts to events, or is called by the clock: with what is written by hand (`run`), with a step of an entity's (`transition`), or by writing to another entity (`project`).
    SubscriberDraft {
        required {
            /// The name, in snake_case, which no two subscribers share.
            name: Located<String>,
        }
        optional {
            /// What it does, in a sentence.
            description: Located<String>,
            /// The events that it reacts to.
            on: Vec<Located<String>>,
            /// When it is called, instead of `on`: `rate(5 minutes)` or `cron(0 12 * * ? *)`, in UTC, as EventBridge Scheduler writes them.
            schedule: Located<String>,
            /// Which of the events in `on` it is about, in EventBridge's pattern language: `{ detail = { data = { percent = [{ numeric = [">=", 100] }] } } }`. By default all of them.
            pattern: JsonDraft,
            /// How often, and for how long, it is tried again where it fails.
            retry: RetryDraft,
            /// `custom`: it is written by hand.
            #[schemars(extend("enum" = words::RUN))]
            run: Located<String>,
            /// The step that it takes.
            transition: StepDraft,
            /// The entity that it writes to.
            project: ProjectDraft,
        }
    }
}

table! {
    /// How often, and for how long, a subscriber is tried again. What still fails then is kept as a dead letter.
    RetryDraft {
        required {}
        optional {
            /// How often it is tried altogether, from 1 to 100; by default 5.
            attempts: Located<i64>,
            /// How long after the first failure it is tried again, for example `1s` (by default). It is twice as long after each further one.
            #[schemars(extend("pattern" = duration::PATTERN))]
            backoff: Located<String>,
            /// How old an event may be that is still tried, for example `1d` (by default); from `60s` to `14d`.
            #[schemars(extend("pattern" = duration::PATTERN))]
            max_age: Located<String>,
        }
    }
}

table! {
    /// A step of an entity's state machine, taken by the item whose key is in the event's fields.
    StepDraft {
        required {
            /// The entity.
            entity: Located<String>,
            /// The transition.
            step: Located<String>,
        }
        optional {}
    }
}

table! {
    /// What is written to the item of another entity whose key is in the event's fields. It is made where it is missing.
    ProjectDraft {
        required {
            /// The entity.
            into: Located<String>,
        }
        optional {
            /// For each field of the entity, the event's field that it gets its value from.
            set: Table<Located<String>>,
            /// For each field of the entity, what is added to it. It starts at 0.
            add: Table<Located<i64>>,
        }
    }
}
