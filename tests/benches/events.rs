//! What an event costs the process that tells of something: published at once, riding on an item that is written, and
//! relayed from the table's stream.

use std::hint::black_box;

use agentic_platform::agent::{Agent, AgentRepository};
use agentic_platform::events::AgentCreated;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use purlin::stream::Record;
use purlin::{Context, Event as _, Item, Shared, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Program;
use crate::item::agent;
use crate::measure::{Contest, Peer, Side, count};
use crate::peer;
use crate::store::{TABLE, config};
use crate::stub::Stub;

/// How many records are relayed at once, as the event source mapping hands them over, and how many events a request
/// of EventBridge's holds.
const RECORDS: u64 = 100;
const ENTRIES: usize = 10;

/// How many times the cost of what is done without us is aimed at.
const TARGET: f64 = 1.05;

/// The bus that the settings name.
const BUS: &str = "platform";

const SOURCE: &str = "agentic-platform.agents";
const DETAIL_TYPE: &str = "AgentCreated";
const REQUEST_ID: &str = "bench";

/// What a process under Valgrind can be told to do.
pub(crate) const PROGRAMS: &[Program] = &[
    ("publish-ours", |n, endpoint| run(publish(n, endpoint))),
    ("publish-sdk", |n, endpoint| run(publish_by_sdk(n, endpoint))),
    ("create-with-event", |n, endpoint| run(create(n, endpoint, true))),
    ("create-without-event", |n, endpoint| run(create(n, endpoint, false))),
    ("relay-ours", |n, endpoint| run(relay(n, endpoint, true))),
    ("relay-base", |n, endpoint| run(relay(n, endpoint, false))),
    ("relay-sdk", |n, endpoint| run(put_tens(n, endpoint))),
];

/// Prints the rows.
pub(crate) fn measure() {
    let stub = Stub::start();
    let endpoint = stub.endpoint();
    // The first to put decides what everybody reads: an item with its event.
    run(create(1, endpoint, true));
    run(publish(1, endpoint));
    let own = canonical(stub.request("PutEvents"));
    run(publish_by_sdk(1, endpoint));
    assert_eq!(own, canonical(stub.request("PutEvents")), "both publish the same");
    run(relay(1, endpoint, true));
    let relayed = stub.request("PutEvents").unwrap_or_default();
    assert_eq!(relayed["Entries"].as_array().map(Vec::len), Some(ENTRIES));

    let side = |work, base| Side { work, base };
    let peer = |name, work, target| Peer { name, side: side(work, None), target };
    for (name, ours, peer, iterations) in [
        (
            "publish an event",
            side("publish-ours", None),
            peer("`PutEvents` of the SDK", "publish-sdk", TARGET),
            200,
        ),
        (
            "create of an item with an event",
            side("create-with-event", None),
            peer("one without", "create-without-event", TARGET),
            200,
        ),
        (
            "relay 100 records with an event each",
            side("relay-ours", Some("relay-base")),
            peer("ten `PutEvents` of ten events", "relay-sdk", 2.0),
            5,
        ),
    ] {
        count(&Contest { name, ours, peers: &[peer], iterations }, endpoint);
    }
}

fn run(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(work);
}

async fn publish(times: u64, endpoint: &str) {
    let shared = Shared::connect(config(endpoint)).await;
    let ctx = Context::without_caller(&shared, REQUEST_ID);
    let event = AgentCreated::from(&agent());
    for _ in 0..times {
        ctx.events().publish(black_box(&event)).await.expect("the stub takes it");
    }
}

/// An event with its envelope, as it is written by hand.
#[derive(Serialize)]
struct Envelope<'a> {
    metadata: Metadata<'a>,
    data: &'a AgentCreated,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    event_id: Uuid,
    #[serde(rename = "type")]
    detail_type: &'a str,
    version: u32,
    source: &'a str,
    time: Timestamp,
    correlation_id: &'a str,
}

fn entry(event: &AgentCreated) -> PutEventsRequestEntry {
    let metadata = Metadata {
        event_id: Uuid::now_v7(),
        detail_type: DETAIL_TYPE,
        version: AgentCreated::VERSION,
        source: SOURCE,
        time: Timestamp::now(),
        correlation_id: REQUEST_ID,
    };
    let detail = serde_json::to_string(&Envelope { metadata, data: event }).expect("it is JSON");
    PutEventsRequestEntry::builder()
        .event_bus_name(BUS)
        .source(SOURCE)
        .detail_type(DETAIL_TYPE)
        .detail(detail)
        .build()
}

async fn publish_by_sdk(times: u64, endpoint: &str) {
    let client = aws_sdk_eventbridge::Client::new(&peer::sdk(endpoint).await);
    let event = AgentCreated::from(&agent());
    for _ in 0..times {
        let request = client.put_events().entries(entry(black_box(&event)));
        let answer = request.send().await.expect("the stub answers");
        assert_eq!(answer.failed_entry_count(), 0);
    }
}

async fn create(times: u64, endpoint: &str, emits: bool) {
    let shared = Shared::connect(config(endpoint)).await;
    let ctx = Context::without_caller(&shared, REQUEST_ID);
    let agent = agent();
    for _ in 0..times {
        // Made for each request, as an operation makes it.
        let agents = AgentRepository::new(&ctx);
        let agents = if emits { agents.emitting::<AgentCreated>() } else { agents };
        agents.create(black_box(&agent)).await.expect("the stub takes it");
    }
}

/// Makes records of the table's stream, all new ones each time, and relays them.
async fn relay(times: u64, endpoint: &str, does: bool) {
    let shared = Shared::connect(config(endpoint)).await;
    let app = app::app();
    let item = stored(&shared).await;
    for _ in 0..times {
        let records: Vec<Record> = (0..RECORDS).map(|number| record(&item, number)).collect();
        if does {
            let relayed = app.relay(black_box(&records), &shared).await;
            assert_eq!((relayed.published as u64, relayed.failed.len()), (RECORDS, 0));
        } else {
            drop(black_box(records));
        }
    }
}

/// An item with the event that rides on it.
async fn stored(shared: &Shared) -> Item {
    let agent: Agent = agent();
    let text = |text: String| AttributeValue::S(text);
    let request = shared
        .dynamodb()
        .get_item()
        .table_name(TABLE)
        .key("PK", text(format!("AGENT#{}", agent.agent_id)))
        .key("SK", text("METADATA".to_owned()));
    request.send().await.expect("the stub answers").item.expect("it was put")
}

/// The write of another item with another event.
fn record(item: &Item, number: u64) -> Record {
    let mut item = item.clone();
    item.insert("PK".to_owned(), AttributeValue::S(format!("AGENT#{number}")));
    let note = item.get("_events").and_then(|note| note.as_s().ok()).expect("an event rides on it");
    let mut note: Value = serde_json::from_str(note).expect("its note is JSON");
    note["e"][0]["i"] = json!(Uuid::now_v7());
    item.insert("_events".to_owned(), AttributeValue::S(note.to_string()));
    Record::of_images(None, Some(item))
}

async fn put_tens(times: u64, endpoint: &str) {
    let client = aws_sdk_eventbridge::Client::new(&peer::sdk(endpoint).await);
    let entries = vec![entry(&AgentCreated::from(&agent())); ENTRIES];
    for _ in 0..times * RECORDS / ENTRIES as u64 {
        let request = client.put_events().set_entries(Some(black_box(&entries).clone()));
        let answer = request.send().await.expect("the stub answers");
        assert_eq!(answer.failed_entry_count(), 0);
    }
}

/// A request without what no two events share.
fn canonical(request: Option<Value>) -> Value {
    let mut request = request.expect("it was sent");
    for entry in request["Entries"].as_array_mut().into_iter().flatten() {
        let mut detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap_or_default())
            .expect("the detail is JSON");
        for field in ["eventId", "time"] {
            assert!(detail["metadata"][field].is_string(), "{detail}");
            detail["metadata"][field] = Value::Null;
        }
        entry["Detail"] = detail;
    }
    request
}
