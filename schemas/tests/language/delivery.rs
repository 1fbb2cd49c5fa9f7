//! How events get to the bus.

use purlin_schema::model::{Delivery, Fallback};

use crate::folder::{Cases, EVENTS, accept, replace};

/// An event about no write.
fn seen(lines: &str) -> String {
    format!("[events.OrderSeen]\n{lines}\n\n[events.OrderPlaced]\n")
}

#[test]
fn an_event_says_how_it_gets_to_the_bus() {
    for (lines, expected) in [
        ("", Delivery::Atomic),
        ("delivery = \"atomic\"", Delivery::Atomic),
        ("delivery = \"direct\"\nfallback = \"drop\"", Delivery::Direct(Fallback::Drop)),
        ("delivery = \"direct\"\nfallback = \"outbox\"", Delivery::Direct(Fallback::Outbox)),
    ] {
        let model = accept(&[replace(EVENTS, "[events.OrderPlaced]\n", &seen(lines))]);
        let event = model.event("OrderSeen").expect("the event");
        assert_eq!(*event.delivery(), expected, "{lines}");
    }
}

#[test]
fn contradictions() {
    let mut cases = Cases::new("delivery/contradictions");
    for lines in [
        "delivery = \"later\"",
        "delivery = \"direct\"",
        "delivery = \"direct\"\nfallback = \"retry\"",
        "fallback = \"drop\"",
        "delivery = \"atomic\"\nfallback = \"outbox\"",
        "delivery = \"direct\"\nfallback = \"drop\"\nentity = \"Order\"\nfields.before = { was = \"status\" }",
    ] {
        cases.check(&[replace(EVENTS, "[events.OrderPlaced]\n", &seen(lines))]);
    }
    cases.finish();
}
