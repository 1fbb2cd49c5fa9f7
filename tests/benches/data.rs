//! What a repository costs a process: an item written and read, a page of a query, and batches of a thousand.
//!
//! Each against the SDK by hand, the SDK with `serde_dynamo`, and `modyne`: the same struct, the same keys, the same
//! conditions, answered by a stub.

use std::hint::black_box;
use std::mem::forget;

use agentic_platform::agent::{Agent, AgentId};
use agentic_platform::user::UserId;
use serde_json::Value;

use crate::Program;
use crate::item::{AGENT_ID, USER_ID, agent};
use crate::measure::{Contest, Peer, Side, count};
use crate::stub::{PAGE, Stub};
use by_hand::ByHand;
use ours::Ours;
use with_modyne::Modyne;
use with_serde::WithSerde;

mod by_hand;
mod ours;
mod sdk;
mod with_modyne;
mod with_serde;

/// How many items a batch has.
const BATCH: usize = 1000;

/// How many times the cost of what is written by hand is aimed at.
const TARGET: f64 = 1.05;

/// Why something was not done: any reason at all.
type Failure = Box<dyn std::error::Error>;

/// One way of keeping agents in the table.
trait Layer: Sized {
    async fn connect(endpoint: &str) -> Self;

    /// Writes an agent where there is none of its key.
    async fn create(&self, agent: &Agent) -> Result<(), Failure>;

    async fn get(&self, id: &AgentId) -> Result<Agent, Failure>;

    /// The newest agents of a user, at most [`PAGE`], and whether there are more.
    async fn by_user(&self, user: &UserId) -> Result<(Vec<Agent>, bool), Failure>;

    /// The agents with these ids, in their order.
    async fn batch_get(&self, ids: &[&AgentId]) -> Result<Vec<Option<Agent>>, Failure>;

    /// Writes agents over whatever there is.
    async fn batch_put(&self, agents: &[Agent]) -> Result<(), Failure>;
}

/// What a process under Valgrind can be told to do.
pub(crate) const PROGRAMS: &[Program] = &[
    ("create-ours", create::<Ours>),
    ("create-by-hand", create::<ByHand>),
    ("create-serde", create::<WithSerde>),
    ("create-modyne", create::<Modyne>),
    ("get-ours", get::<Ours>),
    ("get-by-hand", get::<ByHand>),
    ("get-serde", get::<WithSerde>),
    ("get-modyne", get::<Modyne>),
    ("query-ours", query::<Ours>),
    ("query-by-hand", query::<ByHand>),
    ("query-serde", query::<WithSerde>),
    ("query-modyne", query::<Modyne>),
    ("batch-get-ours", batch_get::<Ours>),
    ("batch-get-by-hand", batch_get::<ByHand>),
    ("batch-get-serde", batch_get::<WithSerde>),
    ("batch-get-modyne", batch_get::<Modyne>),
    ("batch-put-ours", batch_put::<Ours>),
    ("batch-put-by-hand", batch_put::<ByHand>),
    ("batch-put-serde", batch_put::<WithSerde>),
    ("batch-put-modyne", batch_put::<Modyne>),
    // `modyne` consumes what it writes; making it is no part of the work.
    ("create-modyne-base", |n, _| {
        let agent = agent();
        (0..n).for_each(|_| forget(black_box(&agent).clone()));
    }),
    ("batch-put-modyne-base", |n, _| {
        let agents = agents();
        (0..n).for_each(|_| forget(black_box(&agents).clone()));
    }),
];

/// Prints the rows.
pub(crate) fn measure() {
    let stub = Stub::start();
    let endpoint = stub.endpoint();
    // The first to put decides what everybody reads.
    batch_put::<Ours>(1, endpoint);
    let requests = check::<Ours>(&stub);
    for peers in [check::<ByHand>(&stub), check::<WithSerde>(&stub)] {
        requests.iter().zip(&peers).for_each(|(own, peers)| assert_eq!(own, peers));
    }
    check::<Modyne>(&stub);

    let operations = [
        ("create of an item", "create", 200, Some("create-modyne-base")),
        ("get of an item", "get", 200, None),
        ("query of 100 items", "query", 20, None),
        ("batch get of 1,000 items", "batch-get", 4, None),
        ("batch put of 1,000 items", "batch-put", 4, Some("batch-put-modyne-base")),
    ];
    for (name, operation, iterations, modyne_base) in operations {
        let side = |layer, base| Side { work: program(operation, layer), base };
        let peer = |name, layer, target, base| Peer { name, side: side(layer, base), target };
        let contest = Contest {
            name,
            ours: side("ours", None),
            peers: &[
                peer("the SDK by hand", "by-hand", TARGET, None),
                peer("the SDK with `serde_dynamo`", "serde", 1.0, None),
                peer("`modyne`", "modyne", 1.0, modyne_base),
            ],
            iterations,
        };
        count(&contest, endpoint);
    }
}

/// The program's own name in [`PROGRAMS`], which outlives everything.
fn program(operation: &str, layer: &str) -> &'static str {
    let is_it =
        |name: &str| name.strip_prefix(operation).is_some_and(|rest| rest == format!("-{layer}"));
    PROGRAMS
        .iter()
        .map(|(name, _)| *name)
        .find(|name| is_it(name))
        .expect("there is such a program")
}

/// Does everything once, sees that it is done, and returns the requests that were sent.
fn check<L: Layer>(stub: &Stub) -> Vec<(&'static str, Value)> {
    let (endpoint, agents) = (stub.endpoint(), agents());
    run::<L>(endpoint, async |layer| {
        layer.create(&agents[0]).await?;
        assert_eq!(layer.get(&agents[0].agent_id).await?, agents[0]);
        let user = USER_ID.parse().expect("an id");
        let (page, more) = layer.by_user(&user).await?;
        assert_eq!((page.len(), more), (PAGE, false));
        assert!(page.iter().all(|agent| agents.contains(agent)));
        let ids: Vec<_> = agents.iter().map(|agent| &agent.agent_id).collect();
        let read = layer.batch_get(&ids).await?;
        assert!(read.iter().zip(&agents).all(|(read, agent)| read.as_ref() == Some(agent)));
        layer.batch_put(&agents).await
    });
    ["PutItem", "GetItem", "Query"]
        .map(|operation| (operation, canonical(stub.request(operation).expect("it was sent"))))
        .into()
}

/// A request without what says nothing, and without what no two writes share.
fn canonical(mut request: Value) -> Value {
    if let Some(item) = request["Item"].as_object_mut() {
        item.remove("_write");
    }
    // The struct says nothing of sets to `serde`, which writes a list.
    if let Some(tools) = request.pointer_mut("/Item/configuration/M/tools")
        && let Some(list) = tools["L"].as_array()
    {
        let texts: Vec<_> = list.iter().map(|text| text["S"].clone()).collect();
        *tools = serde_json::json!({ "SS": texts });
    }
    if let Some(fields) = request.as_object_mut() {
        fields.retain(|_, value| *value != Value::Null && *value != Value::Bool(false));
    }
    request
}

/// As many agents as a batch has, all of one user.
fn agents() -> Vec<Agent> {
    let first: AgentId = AGENT_ID.parse().expect("an id");
    let id = |number| AgentId::from_uuid(uuid::Uuid::from_u128(first.uuid().as_u128() + number));
    (0..BATCH as u128).map(|number| Agent { agent_id: id(number), ..agent() }).collect()
}

fn create<L: Layer>(times: u64, endpoint: &str) {
    let agent = agent();
    repeat::<L, _>(times, endpoint, async |layer| layer.create(black_box(&agent)).await);
}

fn get<L: Layer>(times: u64, endpoint: &str) {
    let id = AGENT_ID.parse().expect("an id");
    repeat::<L, _>(times, endpoint, async |layer| layer.get(black_box(&id)).await);
}

fn query<L: Layer>(times: u64, endpoint: &str) {
    let user = USER_ID.parse().expect("an id");
    repeat::<L, _>(times, endpoint, async |layer| layer.by_user(black_box(&user)).await);
}

fn batch_get<L: Layer>(times: u64, endpoint: &str) {
    let agents = agents();
    let ids: Vec<_> = agents.iter().map(|agent| &agent.agent_id).collect();
    repeat::<L, _>(times, endpoint, async |layer| layer.batch_get(black_box(&ids)).await);
}

fn batch_put<L: Layer>(times: u64, endpoint: &str) {
    let agents = agents();
    repeat::<L, _>(times, endpoint, async |layer| layer.batch_put(black_box(&agents)).await);
}

/// Does the same so many times over one client, on one thread as on Lambda.
fn repeat<L: Layer, T>(times: u64, endpoint: &str, work: impl AsyncFn(&L) -> Result<T, Failure>) {
    run::<L>(endpoint, async |layer| {
        for _ in 0..times {
            drop(black_box(work(layer).await?));
        }
        Ok(())
    });
}

fn run<L: Layer>(endpoint: &str, work: impl AsyncFn(&L) -> Result<(), Failure>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done =
        runtime.expect("a runtime").block_on(async { work(&L::connect(endpoint).await).await });
    done.expect("the stub answers");
}
