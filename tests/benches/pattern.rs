//! Finding the rules that an event matches: the matcher against one pattern after the other, and many rules against
//! few.

use std::hint::black_box;
use std::time::Duration;

use purlin_schema::pattern::{Matcher, Pattern};
use serde_json::{Value, json};

use crate::Program;
use crate::measure::{Clock, Contest, Peer, Side, count, time, valgrind};

/// How many events are timed at once, and how many rules one after the other: enough for a clock that ticks in
/// milliseconds.
const BATCH: u32 = 10_000;
const EACH_BATCH: u32 = 200_000;

/// How many pairs of timings.
const ROUNDS: usize = 50;

/// How many times the cost of one rule's matcher that of ten thousand may be, of which the same one matches.
const GROWTH_TARGET: f64 = 2.0;

/// How many times the cost of its rules one by one a matcher may have that all of them match.
const ALL_TARGET: f64 = 2.0;

/// What a process under Valgrind can be told to do.
pub(crate) const PROGRAMS: &[Program] = &[
    ("pattern-1", |n, _| matched(&matcher(1, false), n)),
    ("pattern-100", |n, _| matched(&matcher(100, false), n)),
    ("pattern-10000", |n, _| matched(&matcher(10_000, false), n)),
];

/// Prints the rows.
pub(crate) fn measure() {
    let target = (!valgrind()).then_some(GROWTH_TARGET);
    let event = event();
    let one = matcher(1, false);
    for (rules, work, name) in [
        (100_u32, "pattern-100", "match an event against 100 rules, one of which it matches"),
        (10_000, "pattern-10000", "match an event against 10,000 rules, one of which it matches"),
    ] {
        let (many, patterns) = (matcher(rules, false), patterns(rules, false));
        time(
            &format!("{name}, against one rule, processor time"),
            target,
            ROUNDS,
            || timed(BATCH, || many.matches(black_box(&event)).len()),
            || timed(BATCH, || one.matches(black_box(&event)).len()),
        );
        time(
            &format!("{name}, against one rule after the other, processor time"),
            None,
            ROUNDS,
            || timed(BATCH, || many.matches(black_box(&event)).len()),
            || timed(EACH_BATCH / rules, || each(&patterns, black_box(&event))),
        );
        let peer = Side { work: "pattern-1", base: None };
        let peers = [Peer { name: "one rule", side: peer, target: GROWTH_TARGET }];
        let ours = Side { work, base: None };
        count(&Contest { name, ours, peers: &peers, iterations: 10_000 }, "");
    }
    let (all, patterns) = (matcher(100, true), patterns(100, true));
    time(
        "match an event against 100 rules, all of which it matches, against one after the other, processor time",
        Some(ALL_TARGET),
        ROUNDS,
        || timed(BATCH / 10, || all.matches(black_box(&event)).len()),
        || timed(BATCH / 10, || each(&patterns, black_box(&event))),
    );
}

/// Patterns as subscribers have them: a source and a detail type each, and a condition on the data of every other.
/// The event matches the first, or where `alike` all of them.
fn patterns(count: u32, alike: bool) -> Vec<Pattern> {
    (0..count)
        .map(|number| {
            let of = if alike { 0 } else { number };
            let mut pattern =
                json!({ "source": ["shop.orders"], "detail-type": [format!("Order{of}")] });
            if number % 2 == 1 {
                let data = json!({ "total": [{ "numeric": [">", 10] }] });
                pattern["detail"] = json!({ "data": data });
            }
            Pattern::parse(&pattern).expect("it is a pattern")
        })
        .collect()
}

fn matcher(count: u32, alike: bool) -> Matcher<usize> {
    patterns(count, alike).into_iter().enumerate().collect()
}

fn event() -> Value {
    json!({
        "version": "0", "id": "0190163d-8694-739b-aea5-966c26f8ad91", "detail-type": "Order0",
        "source": "shop.orders", "account": "000000000000", "time": "2030-01-01T00:00:00Z",
        "region": "us-east-1", "resources": [],
        "detail": {
            "metadata": { "eventId": "0190163d-8694-739b-aea5-966c26f8ad91", "type": "Order0", "version": 1 },
            "data": { "orderId": "order_01h455vb4pex5vsknk084sn02q", "total": 31.5, "items": 3, "note": "soon" },
        },
    })
}

fn each(patterns: &[Pattern], event: &Value) -> usize {
    patterns.iter().filter(|pattern| pattern.matches(event)).count()
}

fn matched(matcher: &Matcher<usize>, times: u64) {
    let event = event();
    for _ in 0..times {
        black_box(matcher.matches(black_box(&event)));
    }
}

fn timed(batch: u32, work: impl Fn() -> usize) -> Duration {
    let start = Clock::start();
    for _ in 0..batch {
        black_box(work());
    }
    start.elapsed() / batch
}
