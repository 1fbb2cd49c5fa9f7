//! A warm `GET /agents/{agent_id}`: the generated operation against a hand-written handler, on the same store.

use std::hint::black_box;
use std::mem::forget;
use std::time::Duration;

use purlin::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use purlin::{App, Shared, log, token};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::Program;
use crate::item::{AGENT_ID, USER_ID};
use crate::measure::{Clock, Contest, Peer, Side, count, time, valgrind};
use crate::peer;
use crate::store::{Process, config};

/// How many requests are timed at once, one after the other.
const BATCH: u64 = 20;

/// How many pairs of timings.
const ROUNDS: usize = 100;

/// How many times the hand-written handler's cost is aimed at.
const TARGET: f64 = 1.05;

/// What a process under Valgrind can be told to do.
pub(crate) const PROGRAMS: &[Program] = &[
    ("request-ours", |n, endpoint| Client::connect(endpoint).ours(n)),
    ("request-peer", |n, endpoint| Client::connect(endpoint).peer(n)),
    // An event is consumed by whoever answers it: making it is no part of the work.
    ("request-base", |n, endpoint| {
        let client = Client::connect(endpoint);
        (0..n).for_each(|_| forget(client.event.clone()));
    }),
];

/// Prints the rows.
pub(crate) fn measure() {
    let store = Process::start();
    let client = Client::connect(store.endpoint());
    let (own, other) = (client.own_answer(), client.peers_answer());
    assert_eq!(own.status_code, 200, "{own:?}");
    assert_eq!(meaning(&own), meaning(&other), "both answer the same");

    let name = "warm GET of an item";
    let target = (!valgrind()).then_some(TARGET);
    time(
        &format!("{name}, processor time"),
        target,
        ROUNDS,
        || timed(|| client.ours(BATCH)),
        || timed(|| client.peer(BATCH)),
    );
    let contest = Contest {
        name,
        ours: Side { work: "request-ours", base: Some("request-base") },
        peers: &[Peer {
            name: "",
            side: Side { work: "request-peer", base: Some("request-base") },
            target: TARGET,
        }],
        iterations: 200,
    };
    count(&contest, store.endpoint());
}

/// Both handlers as on Lambda: one thread, everything made at cold start, logging on.
struct Client {
    runtime: Runtime,
    app: App,
    shared: Shared,
    peer: peer::Handler,
    event: ApiGatewayV2httpRequest,
}

impl Client {
    fn connect(endpoint: &str) -> Self {
        let config = config(endpoint);
        log::init(&config);
        let token = token::sign(&config, USER_ID, "user", 3600).expect("the token is signed");
        let event = serde_json::from_value(event(&token)).expect("it is an event");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let shared = runtime.block_on(Shared::connect(config));
        let peer = runtime.block_on(peer::Handler::connect(endpoint));
        let client = Self { runtime, app: app::app(), shared, peer, event };
        // Warm: connected, and whatever else is done once is done.
        client.ours(3);
        client.peer(3);
        client
    }

    fn ours(&self, requests: u64) {
        for _ in 0..requests {
            drop(black_box(self.own_answer()));
        }
    }

    fn own_answer(&self) -> ApiGatewayV2httpResponse {
        let answer = self.app.call("agents.get", black_box(self.event.clone()), &self.shared);
        self.runtime.block_on(answer)
    }

    fn peer(&self, requests: u64) {
        for _ in 0..requests {
            drop(black_box(self.peers_answer()));
        }
    }

    fn peers_answer(&self) -> ApiGatewayV2httpResponse {
        self.runtime.block_on(self.peer.get(black_box(self.event.clone())))
    }
}

fn timed(requests: impl FnOnce()) -> Duration {
    let start = Clock::start();
    requests();
    start.elapsed() / BATCH as u32
}

/// The status, the headers that count and the body of an answer, however it is written.
fn meaning(answer: &ApiGatewayV2httpResponse) -> (i64, Vec<Option<String>>, Option<Value>) {
    let header = |name| Some(answer.headers.get(name)?.to_str().ok()?.to_owned());
    let headers = ["content-type", "etag"].map(header).into();
    let body = serde_json::to_value(&answer.body).ok();
    let body = body.and_then(|body| serde_json::from_str(body.as_str()?).ok());
    (answer.status_code, headers, body)
}

/// What API Gateway sends to a function, payload 2.0.
fn event(token: &str) -> Value {
    let path = format!("/agents/{AGENT_ID}");
    json!({
        "version": "2.0",
        "routeKey": "GET /agents/{agent_id}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "accept": "application/json",
            "accept-encoding": "gzip, deflate, br",
            "authorization": format!("Bearer {token}"),
            "content-length": "0",
            "host": "api.example.com",
            "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "x-amzn-trace-id": "Root=1-65f1a2b3-0123456789abcdef01234567",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "pathParameters": { "agent_id": AGENT_ID },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3d4e5",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": "GET",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "GET /agents/{agent_id}",
            "stage": "$default",
            "time": "02/Jan/2026:03:04:05 +0000",
            "timeEpoch": 1_767_323_045_678_u64,
        },
        "isBase64Encoded": false,
    })
}
