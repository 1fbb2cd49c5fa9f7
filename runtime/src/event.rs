//! Typed events, and the envelope in which they travel.

use serde::Serialize;

use crate::Timestamp;
use crate::context::Context;

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
}

/// What EventBridge carries as an event's `detail`.
#[derive(Serialize)]
pub(crate) struct Detail<'a, E> {
    metadata: Metadata<'a>,
    data: &'a E,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    event_id: &'a str,
    version: u32,
    time: Timestamp,
    request_id: &'a str,
    /// Who caused it; absent where no caller did.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<&'a str>,
}

/// What the bus knows an event by.
pub(crate) struct Kind<'a> {
    pub(crate) source: &'a str,
    pub(crate) detail_type: &'static str,
    pub(crate) version: u32,
}

impl Kind<'static> {
    pub(crate) const fn of<E: Event>() -> Self {
        Self { source: E::SOURCE, detail_type: E::DETAIL_TYPE, version: E::VERSION }
    }
}

impl<'a, E> Detail<'a, E> {
    pub(crate) fn new(ctx: &'a Context, event_id: &'a str, version: u32, event: &'a E) -> Self {
        let metadata = Metadata {
            event_id,
            version,
            time: Timestamp::now(),
            request_id: ctx.request_id(),
            actor: ctx.caller().map(|caller| caller.subject()),
        };
        Self { metadata, data: event }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::access::Caller;
    use crate::context::tests::shared;
    use crate::permission::Grants;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct ThingCreated {
        thing_id: &'static str,
    }

    impl Event for ThingCreated {
        const SOURCE: &'static str = "test.things";
        const DETAIL_TYPE: &'static str = "ThingCreated";
        const VERSION: u32 = 3;
    }

    fn detail(ctx: &Context) -> Value {
        let event = ThingCreated { thing_id: "thing_1" };
        serde_json::to_value(Detail::new(ctx, "an-event-id", ThingCreated::VERSION, &event))
            .expect("it is JSON")
    }

    #[test]
    fn the_envelope_says_which_event_when_why_and_by_whom() {
        let caller = Caller::new("user_1", "owner", Grants::NONE);
        let mut detail = detail(&Context::on_behalf_of(&shared(), caller, "a-request"));
        let time = detail["metadata"]["time"].take();
        let time = time.as_str().expect("a text");
        assert_eq!(
            (time.len(), time.ends_with('Z')),
            ("2026-01-02T03:04:05.678Z".len(), true),
            "{time}"
        );
        assert_eq!(
            detail,
            json!({
                "metadata": {
                    "eventId": "an-event-id", "version": 3, "time": null, "requestId": "a-request",
                    "actor": "user_1",
                },
                "data": { "thingId": "thing_1" },
            })
        );
    }

    #[test]
    fn without_a_caller_there_is_no_actor() {
        let detail = detail(&Context::without_caller(&shared(), "a-request"));
        assert_eq!(detail["metadata"].get("actor"), None);
    }
}
