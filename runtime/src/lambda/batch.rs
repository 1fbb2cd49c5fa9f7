//! What event sources hand to functions in batches: records of the table's stream, and messages of a queue.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::stream::Record;
use crate::subscriber::{Attempt, Retry};
use crate::{Error, Result, Shared, Timestamp};

/// A batch of the table's stream.
#[derive(Deserialize)]
pub(super) struct Records {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

/// What a batch leaves undone. An empty list means that all of it is done.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Undone {
    batch_item_failures: Vec<Item>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    item_identifier: String,
}

impl Undone {
    fn of(identifiers: impl IntoIterator<Item = String>) -> Self {
        let item = |item_identifier| Item { item_identifier };
        Self { batch_item_failures: identifiers.into_iter().map(item).collect() }
    }
}

/// Relays a batch of the stream. Lambda goes on from the first record that is named, and so one is enough.
pub(super) async fn relay(app: &App, records: Records, shared: &Shared) -> Undone {
    let relayed = app.relay(&records.records, shared).await;
    Undone::of(relayed.failed.into_iter().next())
}

/// What a subscriber's function is handed: messages of its queue, or an event by EventBridge itself.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Deliveries {
    Queue {
        #[serde(rename = "Records")]
        messages: Vec<Message>,
    },
    Event(Value),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    message_id: String,
    body: String,
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    approximate_receive_count: Option<String>,
    sent_timestamp: Option<String>,
}

impl Message {
    /// Which attempt it is: the queue counts them.
    fn attempt(&self, retry: Retry) -> Attempt {
        let number = |text: &Option<String>| text.as_ref()?.parse::<i64>().ok();
        let count = number(&self.attributes.approximate_receive_count).unwrap_or(1);
        let count = u32::try_from(count.max(1)).unwrap_or(u32::MAX);
        let sent = number(&self.attributes.sent_timestamp);
        let is_old = sent.is_some_and(|sent| {
            let age = Timestamp::now().as_millis().saturating_sub(sent).max(0);
            Duration::from_millis(age.unsigned_abs()) >= retry.max_age
        });
        Attempt { number: count, is_last: is_old || count >= retry.attempts }
    }
}

/// Delivers what a subscriber's function is handed.
///
/// # Errors
/// An event that EventBridge handed over itself could not be acted on: Lambda tries again.
pub(super) async fn deliver(
    app: &App,
    subscriber: &str,
    deliveries: Deliveries,
    shared: &Shared,
) -> Result<Undone> {
    let retry = app.subscriber(subscriber).map(|it| it.retries()).unwrap_or_default();
    let messages = match deliveries {
        Deliveries::Queue { messages } => messages,
        Deliveries::Event(event) => {
            // Nobody says which attempt it is; what becomes of the last one is for the function's settings to say.
            let attempt = Attempt { number: 1, is_last: false };
            app.deliver(subscriber, &event, attempt, shared).await?;
            return Ok(Undone::default());
        }
    };
    let mut undone = Vec::new();
    for message in messages {
        let attempt = message.attempt(retry);
        // What is no JSON is no event, and becomes a dead letter as one that cannot be read.
        let event = serde_json::from_str(&message.body)
            .unwrap_or_else(|_| Value::String(message.body.clone()));
        if app.deliver(subscriber, &event, attempt, shared).await.is_err() {
            undone.push(message.message_id);
        }
    }
    Ok(Undone::of(undone))
}

/// What a function is handed, read as `T`.
pub(super) fn read<'v, T: Deserialize<'v>>(payload: &'v Value) -> Result<T> {
    T::deserialize(payload).map_err(|error| {
        Error::internal(format!("the function was handed what it cannot read: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::publisher::testing::{Bus, answer};

    fn attempt(count: &str, sent: i64) -> Attempt {
        let message = json!({
            "messageId": "m", "body": "{}",
            "attributes": { "ApproximateReceiveCount": count, "SentTimestamp": sent.to_string() },
        });
        let message: Message = serde_json::from_value(message).expect("it is a message");
        message.attempt(Retry::default())
    }

    #[test]
    fn the_queue_says_which_attempt_is_the_last() {
        let now = Timestamp::now().as_millis();
        assert_eq!(attempt("1", now), Attempt { number: 1, is_last: false });
        assert_eq!(attempt("4", now), Attempt { number: 4, is_last: false });
        assert_eq!(attempt("5", now), Attempt { number: 5, is_last: true });
        let yesterday = now - 24 * 60 * 60 * 1000;
        assert_eq!(attempt("2", yesterday), Attempt { number: 2, is_last: true });
        assert_eq!(attempt("many", now), Attempt { number: 1, is_last: false });
    }

    #[test]
    fn an_event_by_eventbridge_itself_is_no_queues() {
        let event = json!({ "id": "1", "detail-type": "Made", "source": "s", "detail": {} });
        assert!(matches!(read(&event), Ok(Deliveries::Event(_))));
        let queue = json!({ "Records": [{ "messageId": "m", "body": "{}" }] });
        assert!(matches!(read(&queue), Ok(Deliveries::Queue { .. })));
    }

    #[test]
    fn nothing_undone_is_an_empty_list() {
        let undone = serde_json::to_value(Undone::default()).expect("it is JSON");
        assert_eq!(undone, json!({ "batchItemFailures": [] }));
        let undone = serde_json::to_value(Undone::of(["7".to_owned()])).expect("it is JSON");
        assert_eq!(undone, json!({ "batchItemFailures": [{ "itemIdentifier": "7" }] }));
    }

    /// What the relay's function answers to three events, of three items, to whose entries the bus answers so.
    async fn relayed(answers: Vec<(u16, Value)>) -> Value {
        let record = |number: usize| {
            let id = Uuid::now_v7().to_string();
            let text = |text: &str| json!({ "S": text });
            json!({
                "eventID": number.to_string(), "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": number.to_string(),
                    "NewImage": {
                        "PK": text(&format!("$OUTBOX#{id}")), "SK": text("$"),
                        "_entity": text("$outbox"), "_id": text(&id), "_source": text("a.b"),
                        "_type": text("Made"), "_detail": text("{}"),
                    },
                },
            })
        };
        let batch = json!({ "Records": [record(101), record(102), record(103)] });
        let records = read(&batch).expect("it is a batch");
        let bus = Bus::new(answers);
        let undone = relay(&App::new("test"), records, bus.shared()).await;
        bus.requests();
        serde_json::to_value(undone).expect("it is JSON")
    }

    #[tokio::test]
    async fn a_batch_that_is_relayed_answers_an_empty_list() {
        let undone = relayed(vec![answer(&["", "", ""])]).await;
        assert_eq!(undone, json!({ "batchItemFailures": [] }));
        let undone = relayed(vec![answer(&["", "InternalFailure", ""]), answer(&[""])]).await;
        assert_eq!(undone, json!({ "batchItemFailures": [] }));
    }

    #[tokio::test]
    async fn a_batch_that_is_not_relayed_answers_where_it_begins_again() {
        let busy = "ThrottlingException";
        let answers = vec![answer(&["", busy, busy]), answer(&[busy, ""]), answer(&[busy])];
        let undone = relayed(answers).await;
        assert_eq!(undone, json!({ "batchItemFailures": [{ "itemIdentifier": "102" }] }));
        let down = || (503, json!({ "__type": "ServiceUnavailable", "message": "down" }));
        let undone = relayed(vec![down(), down(), down()]).await;
        assert_eq!(undone, json!({ "batchItemFailures": [{ "itemIdentifier": "101" }] }));
    }

    /// Each message of a queue is one of its own: those that failed come again, and no others.
    #[tokio::test]
    async fn messages_that_fail_are_named_and_no_others() {
        let bus = Bus::new(Vec::new());
        let app = App::new("test");
        let message = |id: &str| json!({ "messageId": id, "body": "{}" });
        let batch = json!({ "Records": [message("1"), message("2")] });
        let deliveries = read(&batch).expect("it is a batch");
        let undone = deliver(&app, "nobody", deliveries, bus.shared()).await;
        let undone = serde_json::to_value(undone.expect("it is answered")).expect("it is JSON");
        let failed = [json!({ "itemIdentifier": "1" }), json!({ "itemIdentifier": "2" })];
        assert_eq!(undone, json!({ "batchItemFailures": failed }));
        let event = json!({ "id": "1", "detail-type": "Made", "source": "s", "detail": {} });
        let deliveries = read(&event).expect("it is an event");
        assert!(deliver(&app, "nobody", deliveries, bus.shared()).await.is_err());
    }
}
