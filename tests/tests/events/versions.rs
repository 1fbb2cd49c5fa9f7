//! Events of other versions than the subscriber's own: older ones are made new, newer ones wait.

use std::sync::{Arc, Mutex};

use purlin::event::Data;
use purlin::{
    Attempt, Delivered, Error, Event, Received, Result, Subscriber, Transaction, Upcast,
    dead_letter,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::shop::shop;
use super::stand::Stand;

/// In its first version it had a `name`, in its second one `title` and no `priority`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Event)]
#[serde(rename_all = "camelCase")]
#[event(source = "shop.jobs", version = 3, upcast = upcast)]
struct JobMade {
    headline: String,
    priority: String,
}

/// What a schema declares: a step for each version but those made by hand.
fn upcast(version: u32, data: Data) -> Result<Data> {
    match version {
        1 => Ok(data.rename("name", "title").remove("legacy")),
        2 => Ok(data.rename("title", "headline").set("priority", "normal")),
        _ => Err(Error::internal("there is no such version")),
    }
}

/// Nothing says what becomes of its first version, unless that is written by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Event)]
#[event(source = "shop.jobs", version = 2)]
struct JobDone {
    seconds: u64,
}

fn from_minutes(data: Data) -> Result<Data> {
    let minutes: u64 = data.get("minutes")?.unwrap_or_default();
    Ok(data.remove("minutes").set("seconds", minutes * 60))
}

const JOBS: &str = r#"{ "source": ["shop.jobs"] }"#;

type Seen<V> = Arc<Mutex<Vec<V>>>;

fn keeping<V>(name: &'static str, seen: &Seen<V>) -> Subscriber
where
    V: purlin::FromEvent + Send + 'static,
{
    let seen = Arc::clone(seen);
    Subscriber::new(name, JOBS, move |received: Received<V>| {
        seen.lock().expect("nobody panics").push(received.into_event());
        async { Ok(Transaction::new()) }
    })
}

fn event(detail_type: &str, version: u32, data: &Value) -> Value {
    let id = uuid::Uuid::now_v7();
    json!({
        "id": "of-the-bus", "source": "shop.jobs", "detail-type": detail_type,
        "detail": {
            "metadata": {
                "eventId": id, "type": detail_type, "version": version, "source": "shop.jobs",
                "time": "2026-01-02T03:04:05.678Z", "correlationId": "a-request",
            },
            "data": data,
        },
    })
}

async fn deliver(stand: &Stand, event: &Value, is_last: bool) -> Result<Delivered> {
    let attempt = Attempt { number: if is_last { 5 } else { 1 }, is_last };
    stand.app().deliver("keeper", event, attempt, stand.shared()).await
}

#[tokio::test]
async fn an_older_event_is_made_new_step_by_step() {
    let seen: Seen<JobMade> = Arc::default();
    let stand = Stand::of(shop().subscribers([keeping("keeper", &seen)])).await;
    for (version, data) in [
        (1, json!({ "name": "a", "legacy": true })),
        (2, json!({ "title": "a" })),
        (2, json!({ "title": "a", "priority": "high" })),
        (3, json!({ "headline": "a", "priority": "low" })),
    ] {
        let delivered = deliver(&stand, &event("JobMade", version, &data), false).await;
        assert_eq!(delivered.expect("it is read"), Delivered::Now, "{version}");
    }
    let made = |priority: &str| JobMade { headline: "a".to_owned(), priority: priority.to_owned() };
    let expected = ["normal", "normal", "high", "low"].map(made);
    assert_eq!(*seen.lock().expect("nobody panics"), expected);
}

#[tokio::test]
async fn an_older_event_is_made_new_by_hand_and_what_is_declared_goes_on() {
    const UPCASTS: &[Upcast] = &[
        Upcast { detail_type: "JobDone", from: 1, run: from_minutes },
        Upcast { detail_type: "JobMade", from: 1, run: |data| Ok(data.rename("call", "title")) },
    ];
    let (done, made): (Seen<JobDone>, Seen<JobMade>) = Default::default();
    let app = shop().subscribers([keeping("keeper", &done), keeping("maker", &made)]);
    let stand = Stand::of(app.upcasting(UPCASTS)).await;
    let old = event("JobDone", 1, &json!({ "minutes": 2 }));
    deliver(&stand, &old, false).await.expect("it is read");
    assert_eq!(*done.lock().expect("nobody panics"), [JobDone { seconds: 120 }]);
    let old = event("JobMade", 1, &json!({ "call": "a" }));
    let attempt = Attempt { number: 1, is_last: false };
    stand.app().deliver("maker", &old, attempt, stand.shared()).await.expect("it is read");
    let expected = JobMade { headline: "a".to_owned(), priority: "normal".to_owned() };
    assert_eq!(*made.lock().expect("nobody panics"), [expected]);
}

/// What cannot be read is tried again, and then a dead letter: it is dropped by nobody.
#[tokio::test]
async fn a_newer_event_waits_for_the_release_that_knows_it() {
    let seen: Seen<JobMade> = Arc::default();
    let stand = Stand::of(shop().subscribers([keeping("keeper", &seen)])).await;
    let whole = json!({ "headline": "a", "priority": "low" });
    for (version, data, error) in [
        (4, &whole, "`JobMade` is of version 4; 3 is the newest known"),
        (0, &whole, "`JobMade` is of version 0"),
        (3, &json!({}), "`JobMade` of version 3 cannot be read: missing field `headline`"),
        (1, &json!({}), "`JobMade` of version 1 cannot be read: missing field `headline`"),
        (1, &json!([]), "the data of an event is no object"),
    ] {
        let event = event("JobMade", version, data);
        for _ in 0..4 {
            assert!(deliver(&stand, &event, false).await.is_err(), "{version}");
        }
        assert_eq!(deliver(&stand, &event, true).await.expect("it is kept"), Delivered::Dead);
        let letters = dead_letter::newest(&stand.context(), 1).await.expect("they are read");
        assert!(letters[0].error.contains(error), "{version}: {}", letters[0].error);
        assert_eq!(letters[0].event, event);
    }
    assert!(seen.lock().expect("nobody panics").is_empty());
    assert!(stand.items("$receipt").await.is_empty());
}

#[tokio::test]
async fn an_older_event_that_nothing_makes_new_is_not_dropped() {
    let seen: Seen<JobDone> = Arc::default();
    let stand = Stand::of(shop().subscribers([keeping("keeper", &seen)])).await;
    let old = event("JobDone", 1, &json!({ "minutes": 2 }));
    assert!(deliver(&stand, &old, false).await.is_err());
    assert_eq!(deliver(&stand, &old, true).await.expect("it is kept"), Delivered::Dead);
    assert_eq!(stand.items("$dead").await.len(), 1);
}
