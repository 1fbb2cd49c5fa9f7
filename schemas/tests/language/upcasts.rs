//! How events of earlier versions become those of the newest.

use purlin_schema::draft::{EventDocument, EventDraft, Scalar};
use purlin_schema::{Located, Place, check_event};

use crate::folder::{Cases, EVENTS, accept, replace};

/// The event of the base documents, of this version and with these upcasts.
fn version(version: &str, upcasts: &str) -> String {
    format!("[events.OrderPlaced]\nversion = {version}\n{upcasts}\n")
}

const PLACED: &str = "[events.OrderPlaced]\n";

const RENAME: &str = "upcast.1 = { rename = { origin = \"channel\" } }";

#[test]
fn each_version_leads_to_the_next() {
    let text = version(
        "4",
        "upcast.3 = { set = { channel = \"web\", status = \"open\" } }\nupcast.1 = { rename = { a = \"b\", c = \"d\" }, remove = [\"e\"] }\nupcast.2.custom = true",
    );
    let model = accept(&[replace(EVENTS, PLACED, &text)]);
    let event = model.event("OrderPlaced").expect("the event");
    let from: Vec<u32> = event.upcasts().iter().map(|upcast| *upcast.from()).collect();
    assert_eq!(from, [1, 2, 3]);
    let [first, second, third] = &event.upcasts()[..] else { panic!("three upcasts") };
    let renames: Vec<_> =
        first.renames().iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
    assert_eq!(renames, [("a", "b"), ("c", "d")]);
    assert_eq!(first.removes().iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["e"]);
    assert!(*second.custom() && second.renames().is_empty() && !*first.custom());
    let sets: Vec<_> =
        third.sets().iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let text = |text: &str| Scalar::String(text.to_owned());
    assert_eq!(sets, [("channel", text("web")), ("status", text("open"))]);
}

#[test]
fn missing_upcast() {
    let mut cases = Cases::new("upcasts/missing_upcast");
    cases.check(&[replace(EVENTS, PLACED, &version("2", ""))]);
    cases.check(&[replace(EVENTS, PLACED, &version("4", "upcast.2.custom = true"))]);
    cases.check(&[replace(EVENTS, PLACED, &version("4294967295", RENAME))]);
    cases.finish();
}

#[test]
fn invalid_upcast() {
    let mut cases = Cases::new("upcasts/invalid_upcast");
    for (newest, upcasts) in [
        ("1", RENAME),
        ("2", "upcast.1.custom = true\nupcast.2.custom = true"),
        ("3", "upcast.1.custom = true\nupcast.2.custom = true\nupcast.01.custom = true"),
        ("2", "upcast.1 = {}"),
        ("2", "upcast.1.custom = false"),
        ("2", "upcast.1 = { custom = true, remove = [\"a\"] }"),
        ("2", "upcast.1 = { rename = { a = \"chanel\" } }"),
        ("2", "upcast.1 = { set = { colour = \"red\" } }"),
        ("2", "upcast.1 = { set = { channel = 3 } }"),
        ("2", "upcast.1 = { set = { status = \"lost\" } }"),
        ("2", "upcast.1 = { set = { order_id = \"order_1\" } }"),
        ("2", "upcast.1 = { remove = [\"channel\"] }"),
        ("2", "upcast.1 = { rename = { a = \"channel\", b = \"channel\" } }"),
        ("2", "upcast.1 = { rename = { a = \"channel\" }, set = { channel = \"web\" } }"),
        ("2", "upcast.1 = { rename = { a = \"channel\" }, remove = [\"a\"] }"),
        ("2", "upcast.1 = { rename = { aB = \"channel\" } }"),
    ] {
        cases.check(&[replace(EVENTS, PLACED, &version(newest, upcasts))]);
    }
    // What is there before the last upcast, only its writer knows.
    accept(&[replace(
        EVENTS,
        PLACED,
        &version(
            "3",
            "upcast.1 = { rename = { a = \"b\" }, set = { c = 1 } }\nupcast.2.custom = true",
        ),
    )]);
    accept(&[replace(
        EVENTS,
        PLACED,
        &version("2", "upcast.1 = { remove = [\"channel\"], set = { channel = \"web\" } }"),
    )]);
    cases.finish();
}

#[test]
fn a_struct_written_by_hand_needs_no_upcasts() {
    let located = |text: &str| Located::new(text.to_owned(), Place::default());
    let event =
        EventDraft { version: Some(Located::new(3, Place::default())), ..EventDraft::default() };
    let document = EventDocument {
        events: Some([(located("BoxMoved"), event)].into_iter().collect()),
        ..EventDocument::default()
    };
    let event = check_event(&document).expect("a valid event");
    assert_eq!((*event.version(), event.upcasts().len()), (3, 0));
}
