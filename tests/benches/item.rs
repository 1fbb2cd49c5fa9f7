//! An item to a struct and back: the derived conversions against `serde_dynamo` on the same struct.

use std::hint::black_box;
use std::mem::forget;
use std::time::{Duration, Instant};

use agentic_platform::agent::{
    Agent, AgentConfiguration, AgentConfigurationProvider, AgentRole, AgentStatus,
};
use purlin::{Entity, Item};
use serde_dynamo::aws_sdk_dynamodb_1 as serde_items;

use crate::Program;
use crate::measure::{Contest, Peer, Side, count, time};

/// How many conversions are timed at once: enough for the clock, few enough to stay in the cache.
const BATCH: u64 = 64;

/// How many pairs of timings.
const ROUNDS: usize = 2000;

/// What a process under Valgrind can be told to do.
pub(crate) const PROGRAMS: &[Program] = &[
    ("read-ours", |n, _| read(clones(&own_item(), n), own_read)),
    ("read-ours-base", |n, _| forget(clones(&own_item(), n))),
    ("read-peer", |n, _| read(clones(&peer_item(), n), peer_read)),
    ("read-peer-base", |n, _| forget(clones(&peer_item(), n))),
    ("write-ours", |n, _| write(n, Agent::to_item)),
    ("write-peer", |n, _| write(n, peer_write)),
    ("write-base", |n, _| write(n, |_| Item::new())),
];

/// Prints the rows.
pub(crate) fn measure() {
    assert_eq!(own_read(own_item()), agent(), "what is written is read back");
    assert_eq!(peer_read(peer_item()), agent(), "the peer reads what it writes");

    let (own, other) = (own_item(), peer_item());
    time(
        "item to struct",
        Some(1.0),
        ROUNDS,
        || timed_read(&own, own_read),
        || timed_read(&other, peer_read),
    );
    count(
        &Contest {
            name: "item to struct",
            ours: Side { work: "read-ours", base: Some("read-ours-base") },
            peers: &[peer("read-peer", "read-peer-base")],
            iterations: 2000,
        },
        "",
    );
    time(
        "struct to item",
        Some(1.0),
        ROUNDS,
        || timed_write(Agent::to_item),
        || timed_write(peer_write),
    );
    count(
        &Contest {
            name: "struct to item",
            ours: Side { work: "write-ours", base: Some("write-base") },
            peers: &[peer("write-peer", "write-base")],
            iterations: 2000,
        },
        "",
    );
}

fn peer(work: &'static str, base: &'static str) -> Peer {
    Peer { name: "", side: Side { work, base: Some(base) }, target: 1.0 }
}

/// An agent such as people make, with everything that may be absent.
pub(crate) fn agent() -> Agent {
    let moment = |text: &str| text.parse().expect("a timestamp");
    Agent {
        agent_id: AGENT_ID.parse().expect("an id"),
        user_id: USER_ID.parse().expect("an id"),
        name: "Reviewer of pull requests".to_owned(),
        role: AgentRole::Reviewer,
        status: AgentStatus::Processing,
        created_at: moment("2026-01-02T03:04:05.678Z"),
        updated_at: moment("2026-02-03T04:05:06.789Z"),
        version: 42,
        configuration: AgentConfiguration {
            provider: AgentConfigurationProvider::Bedrock,
            model: "a-model-of-the-provider-v2".to_owned(),
            system_prompt: Some("Say what is wrong, where, and what to write instead. ".repeat(8)),
            temperature: 0.25,
            max_tokens: 8192,
            tools: ["diff", "read", "search", "test"].map(str::to_owned).into(),
        },
    }
}

/// The id of that agent.
pub(crate) const AGENT_ID: &str = "agent_01h455vb4pex5vsknk084sn02q";

/// The id of whoever owns it.
pub(crate) const USER_ID: &str = "user_01h2xcejqtf2nbrexx3vqjhp41";

fn own_item() -> Item {
    agent().to_item()
}

fn own_read(item: Item) -> Agent {
    Agent::from_item(item).expect("it is an agent")
}

fn peer_item() -> Item {
    peer_write(&agent())
}

fn peer_read(item: Item) -> Agent {
    serde_items::from_item(item).expect("it is an agent")
}

fn peer_write(agent: &Agent) -> Item {
    serde_items::to_item(agent).expect("it is an item")
}

/// Reading consumes an item, so as many are made beforehand.
fn clones(item: &Item, count: u64) -> Vec<Item> {
    (0..count).map(|_| item.clone()).collect()
}

fn read(items: Vec<Item>, read: fn(Item) -> Agent) {
    for item in items {
        drop(black_box(read(black_box(item))));
    }
}

fn write(count: u64, write: fn(&Agent) -> Item) {
    let agent = agent();
    for _ in 0..count {
        drop(black_box(write(black_box(&agent))));
    }
}

fn timed_read(item: &Item, one: fn(Item) -> Agent) -> Duration {
    let items = clones(item, BATCH);
    let start = Instant::now();
    read(items, one);
    start.elapsed() / BATCH as u32
}

fn timed_write(one: fn(&Agent) -> Item) -> Duration {
    let start = Instant::now();
    write(BATCH, one);
    start.elapsed() / BATCH as u32
}
