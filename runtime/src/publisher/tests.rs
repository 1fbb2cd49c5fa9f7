//! Publishing against a stub that speaks EventBridge's wire protocol over a real socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use aws_sdk_eventbridge::config::retry::RetryConfig;
use aws_sdk_eventbridge::config::{Credentials, Region};
use serde::Serialize;
use serde_json::{Value, json};

use super::*;
use crate::config::tests::config;
use crate::shared::Shared;

#[derive(Serialize)]
struct Happened {
    text: String,
}

impl Event for Happened {
    const SOURCE: &'static str = "test.things";
    const DETAIL_TYPE: &'static str = "Happened";
    const VERSION: u32 = 1;
}

/// A bus that gives each request the next of `answers`, and then hangs up for good.
struct Bus {
    shared: Shared,
    address: SocketAddr,
    requests: JoinHandle<Vec<Value>>,
}

impl Bus {
    fn new(answers: Vec<(u16, Value)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let requests = std::thread::spawn(move || {
            answers.iter().map_while(|answer| serve_one(&listener, answer)).collect()
        });
        let eventbridge = aws_sdk_eventbridge::Config::builder()
            .behavior_version_latest()
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .endpoint_url(format!("http://{address}"))
            .retry_config(RetryConfig::disabled())
            .build();
        let dynamodb = aws_sdk_dynamodb::Config::builder().behavior_version_latest().build();
        let shared = Shared::with_clients(
            config(),
            aws_sdk_dynamodb::Client::from_conf(dynamodb),
            aws_sdk_eventbridge::Client::from_conf(eventbridge),
        );
        Self { shared, address, requests }
    }

    /// Sends as many events, and answers the outcome with the texts that each request carried.
    fn send(self, events: usize) -> (Result<()>, Vec<Vec<String>>) {
        let ctx = Context::without_caller(&self.shared, "a-request");
        let prepared =
            (0..events).map(|i| prepare(&ctx, i.to_string()).expect("it is small")).collect();
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let outcome = runtime.block_on(ctx.events().send(prepared));
        // Where fewer requests came than there are answers, the bus waits for one that it need not read.
        drop(TcpStream::connect(self.address));
        let requests = self.requests.join().expect("the bus does not panic");
        (outcome, requests.iter().map(texts).collect())
    }
}

fn prepare(ctx: &Context, text: String) -> Result<PreparedEvent> {
    ctx.events().prepare(&Happened { text })
}

/// One request on one connection, or `None` where that ends without one.
fn serve_one(listener: &TcpListener, (status, answer): &(u16, Value)) -> Option<Value> {
    let (stream, _) = listener.accept().expect("a connection");
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).expect("a header") == 0 {
            return None;
        }
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    let answer = answer.to_string();
    let head = format!(
        "HTTP/1.1 {status} -\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.len()
    );
    reader.get_mut().write_all((head + &answer).as_bytes()).expect("the answer is sent");
    Some(serde_json::from_slice(&body).expect("the request is JSON"))
}

fn texts(request: &Value) -> Vec<String> {
    let entries = request["Entries"].as_array().expect("entries");
    let text = |entry: &Value| {
        assert_eq!(
            (&entry["Source"], &entry["DetailType"]),
            (&"test.things".into(), &"Happened".into())
        );
        assert_eq!(entry["EventBusName"], "platform");
        let detail: Value =
            serde_json::from_str(entry["Detail"].as_str().expect("a text")).expect("JSON");
        detail["data"]["text"].as_str().expect("a text").to_owned()
    };
    entries.iter().map(text).collect()
}

/// An answer to entries with these error codes; an empty one is a success.
fn answer(codes: &[&str]) -> (u16, Value) {
    let failed = codes.iter().filter(|code| !code.is_empty()).count();
    let entries: Vec<Value> = codes
        .iter()
        .map(|code| match *code {
            "" => json!({ "EventId": "id" }),
            code => json!({ "ErrorCode": code, "ErrorMessage": "because" }),
        })
        .collect();
    (200, json!({ "FailedEntryCount": failed, "Entries": entries }))
}

fn numbers(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|i| i.to_string()).collect()
}

#[test]
fn events_go_ten_a_request() {
    let bus = Bus::new(vec![answer(&[""; 10]), answer(&[""; 10]), answer(&[""; 5])]);
    let (outcome, requests) = bus.send(25);
    outcome.expect("all are published");
    assert_eq!(requests, [numbers(0..10), numbers(10..20), numbers(20..25)]);
}

#[test]
fn only_the_entry_that_failed_is_sent_again() {
    let mut codes = [""; 10];
    codes[3] = "InternalFailure";
    let (outcome, requests) =
        Bus::new(vec![answer(&codes), answer(&["ThrottlingException"]), answer(&[""])]).send(10);
    outcome.expect("all are published in the end");
    assert_eq!(requests, [numbers(0..10), numbers(3..4), numbers(3..4)]);
}

#[test]
fn an_entry_that_is_at_fault_itself_is_not_sent_again_and_named() {
    let (outcome, requests) =
        Bus::new(vec![answer(&["", "MalformedDetail", "InternalException"]), answer(&[""])])
            .send(3);
    let error = outcome.expect_err("one is not published");
    assert!(!error.is_throttled());
    let cause = crate::log::chain(&error);
    assert!(cause.contains("1 events were not published: `Happened`"), "{cause}");
    assert!(cause.contains("MalformedDetail: because"), "{cause}");
    assert!(!error.to_string().contains("MalformedDetail"), "the caller sees it: {error}");
    assert_eq!(requests, [numbers(0..3), numbers(2..3)]);
}

#[test]
fn retries_are_bounded() {
    let throttled = || answer(&["ThrottlingException", "ThrottlingException"]);
    let (outcome, requests) = Bus::new((0..MAX_ATTEMPTS).map(|_| throttled()).collect()).send(2);
    let error = outcome.expect_err("the bus never takes them");
    assert!(error.is_throttled());
    assert_eq!(requests.len(), 4);
}

#[test]
fn an_entry_without_a_result_is_not_taken_for_published() {
    let short = (200, json!({ "FailedEntryCount": 0, "Entries": [{ "EventId": "id" }] }));
    let (outcome, _) = Bus::new(vec![short]).send(2);
    assert!(crate::log::chain(&outcome.expect_err("one is unknown")).contains("MissingResult"));
}

#[test]
fn a_request_refused_as_a_whole_fails_all_of_it_and_the_next_is_sent() {
    let refused = (400, json!({ "__type": "AccessDeniedException", "message": "no" }));
    let (outcome, requests) = Bus::new(vec![refused, answer(&[""])]).send(11);
    let cause = crate::log::chain(&outcome.expect_err("ten are not published"));
    assert!(
        cause.contains("10 events were not published") && cause.contains("AccessDeniedException"),
        "{cause}"
    );
    assert_eq!(requests.len(), 2);
}

#[test]
fn an_event_too_large_is_refused_before_any_request() {
    let shared = crate::context::tests::shared();
    let ctx = Context::without_caller(&shared, "a-request");
    let overhead = prepare(&ctx, String::new()).expect("it is small").bytes;
    let largest = MAX_REQUEST_BYTES - 1 - overhead;
    assert!(prepare(&ctx, "x".repeat(largest)).is_ok());
    let error = prepare(&ctx, "x".repeat(largest + 1)).expect_err("it is too large");
    assert_eq!((error.code(), error.is_invalid()), ("event-too-large", true));
}

#[test]
fn large_events_are_split_by_size() {
    let shared = crate::context::tests::shared();
    let ctx = Context::without_caller(&shared, "a-request");
    let events = (0..5).map(|_| prepare(&ctx, "x".repeat(400_000)).expect("it fits")).collect();
    let sizes: Vec<usize> = requests(events).iter().map(Vec::len).collect();
    assert_eq!(sizes, [2, 2, 1]);
}

#[test]
fn waits_grow_and_stay_bounded() {
    for attempt in 1..MAX_ATTEMPTS {
        assert!(backoff(attempt) < BACKOFF * 2_u32.pow(attempt - 1));
    }
}
