//! Publishing against a stub that speaks EventBridge's wire protocol over a real socket.

use serde::Serialize;
use serde_json::{Value, json};

use super::testing::{Bus, answer};
use super::*;

#[derive(Serialize)]
struct Happened {
    text: String,
}

impl Event for Happened {
    const SOURCE: &'static str = "test.things";
    const DETAIL_TYPE: &'static str = "Happened";
    const VERSION: u32 = 1;
}

/// Sends as many events, and answers the outcome with the texts that each request carried.
fn send(bus: Bus, events: usize) -> (Result<()>, Vec<Vec<String>>) {
    let ctx = Context::without_caller(bus.shared(), "a-request");
    let prepared =
        (0..events).map(|i| prepare(&ctx, i.to_string()).expect("it is small")).collect();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let outcome = runtime.block_on(ctx.events().send(prepared));
    (outcome, bus.requests().iter().map(texts).collect())
}

fn prepare(ctx: &Context, text: String) -> Result<PreparedEvent> {
    ctx.events().prepare(&Happened { text })
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

fn numbers(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|i| i.to_string()).collect()
}

#[test]
fn events_go_ten_a_request() {
    let bus = Bus::new(vec![answer(&[""; 10]), answer(&[""; 10]), answer(&[""; 5])]);
    let (outcome, requests) = send(bus, 25);
    outcome.expect("all are published");
    assert_eq!(requests, [numbers(0..10), numbers(10..20), numbers(20..25)]);
}

#[test]
fn only_the_entry_that_failed_is_sent_again() {
    let mut codes = [""; 10];
    codes[3] = "InternalFailure";
    let (outcome, requests) =
        send(Bus::new(vec![answer(&codes), answer(&["ThrottlingException"]), answer(&[""])]), 10);
    outcome.expect("all are published in the end");
    assert_eq!(requests, [numbers(0..10), numbers(3..4), numbers(3..4)]);
}

#[test]
fn an_entry_that_is_at_fault_itself_is_not_sent_again_and_named() {
    let (outcome, requests) = send(
        Bus::new(vec![answer(&["", "MalformedDetail", "InternalException"]), answer(&[""])]),
        3,
    );
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
    let (outcome, requests) = send(Bus::new((0..MAX_ATTEMPTS).map(|_| throttled()).collect()), 2);
    let error = outcome.expect_err("the bus never takes them");
    assert!(error.is_throttled());
    assert_eq!(requests.len(), 4);
}

#[test]
fn an_entry_without_a_result_is_not_taken_for_published() {
    let short = (200, json!({ "FailedEntryCount": 0, "Entries": [{ "EventId": "id" }] }));
    let (outcome, _) = send(Bus::new(vec![short]), 2);
    assert!(crate::log::chain(&outcome.expect_err("one is unknown")).contains("MissingResult"));
}

#[test]
fn a_request_refused_as_a_whole_fails_all_of_it_and_the_next_is_sent() {
    let refused = (400, json!({ "__type": "AccessDeniedException", "message": "no" }));
    let (outcome, requests) = send(Bus::new(vec![refused, answer(&[""])]), 11);
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
