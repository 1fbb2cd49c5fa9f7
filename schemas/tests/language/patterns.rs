//! Subscribers' patterns: EventBridge takes them, and their events match.

use crate::folder::{Cases, EVENTS, accept, replace, write};
use crate::subscribers::PATH;

/// A subscriber to these events with this pattern.
fn subscriber(on: &str, pattern: &str) -> String {
    format!("[subscriber]\nname = \"watch\"\non = {on}\nrun = \"custom\"\n{pattern}\n")
}

const ONE: &str = "[\"OrderPlaced\"]";

const TWO: &str = "[\"OrderPlaced\", \"OrderWeighed\"]";

const WEIGHED: &str = "[events.OrderWeighed]\nentity = \"Order\"\ncarries = [\"order_id\"]\nfields.grams = { type = \"integer\", minimum = 1 }\n\n[events.OrderPlaced]\n";

#[test]
fn invalid_pattern() {
    let mut cases = Cases::new("patterns/invalid_pattern");
    for pattern in [
        "pattern = \"all\"",
        "pattern = {}",
        "pattern.detail.data.status = \"open\"",
        "pattern.detail.data.status = []",
        "pattern.detail.data.status = [{ prefx = \"o\" }]",
        "pattern.detail.data.status = [\"open\", { numeric = [\">\"] }]",
    ] {
        cases.check(&[write(PATH, &subscriber(ONE, pattern))]);
    }
    let many: Vec<String> = (0..200).map(|number| format!("\"a value {number}\"")).collect();
    let long = format!("pattern.detail.data.channel = [{}]", many.join(", "));
    cases.check(&[write(PATH, &subscriber(ONE, &long))]);
    for derived in ["source = [\"a\"]", "\"detail-type\" = [\"A\"]"] {
        let pattern = format!("pattern = {{ {derived} }}");
        cases.check(&[write(PATH, &subscriber(ONE, &pattern))]);
    }
    cases.finish();
}

#[test]
fn so_many_events_that_their_names_alone_are_too_long() {
    let mut cases = Cases::new("patterns/too_many_events");
    let mut check = |count: usize, problems: usize| {
        let names: Vec<String> =
            (0..count).map(|number| format!("AnEventOfAVeryLongName{}", number + 100)).collect();
        let events: Vec<String> = names.iter().map(|name| format!("[events.{name}]\n")).collect();
        let on: Vec<String> = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
        let events = format!("{}\n[events.OrderPlaced]\n", events.concat());
        cases.check_several(
            &[
                replace(EVENTS, "[events.OrderPlaced]\n", &events),
                write(PATH, &subscriber(&format!("[\n{}]", on.concat()), "")),
            ],
            problems,
        );
    };
    check(70, 0);
    check(80, 1);
    cases.finish();
}

#[test]
fn never_matches() {
    let mut cases = Cases::new("patterns/never_matches");
    for pattern in [
        "pattern.detail.data.stauts = [\"open\"]",
        "pattern.detail.data.order_id = [{ prefix = \"order_\" }]",
        "pattern.detail.data.status = [\"lost\"]",
        "pattern.detail.data.status = [\"open\", \"lost\"]",
        "pattern.detail.data.channel = [{ numeric = [\">\", 3] }]",
        "pattern.detail.metadata.entity.name = [\"Customer\"]",
        "pattern.detail.metadata.requestId = [\"a\"]",
        "pattern = { detail.data.\"$or\" = [{ status = [\"open\"] }, { sttaus = [\"open\"] }] }",
    ] {
        cases.check(&[write(PATH, &subscriber(ONE, pattern))]);
    }
    // One of several events that cannot match is named in vain.
    let weighed = || replace(EVENTS, "[events.OrderPlaced]\n", WEIGHED);
    for pattern in [
        "pattern.detail.data.status = [\"open\"]",
        "pattern.detail.data.orderId = [\"order_01h455vb4pex5vsknk084sn02q\", \"1\"]",
    ] {
        cases.check(&[weighed(), write(PATH, &subscriber(TWO, pattern))]);
    }
    // Here one has no such field, and the other no such value.
    let pattern = subscriber(TWO, "pattern.detail.data.grams = [0]");
    cases.check_several(&[weighed(), write(PATH, &pattern)], 2);
    cases.finish();
}

#[test]
fn what_may_match_is_taken() {
    for pattern in [
        "",
        "pattern.detail.data.status = [{ anything-but = [\"open\"] }]",
        "pattern.detail.data.channel = [{ exists = false }, { wildcard = \"*.shop\" }]",
        "pattern.detail.metadata.entity = { name = [\"Order\"], version = [{ numeric = [\">\", 1] }] }",
        "pattern.detail.metadata = { type = [\"OrderPlaced\"], source = [\"order-desk.orders\"], correlationId = [{ prefix = \"a\" }] }",
    ] {
        accept(&[write(PATH, &subscriber(ONE, pattern))]);
    }
    // Each alternative is for one of the events.
    let either = "pattern = { detail.data.\"$or\" = [{ status = [\"open\"] }, { grams = [{ numeric = [\">\", 9] }] }] }";
    accept(&[
        replace(EVENTS, "[events.OrderPlaced]\n", WEIGHED),
        write(PATH, &subscriber(TWO, either)),
    ]);
}
