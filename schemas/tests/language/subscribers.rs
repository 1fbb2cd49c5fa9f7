//! Subscribers: what calls them, how often they are tried, and what they are called.

use purlin_schema::model::{Reaction, Schedule};
use serde_json::json;

use crate::folder::{Cases, EVENTS, Folder, accept, replace, write};

/// A document of each kind, valid beside the base documents.
pub(crate) const VALID: [&str; 4] = [
    r#"
[subscriber]
name = "greet"
description = "Thanks for an order."
on = ["OrderPlaced"]
pattern = { detail = { data = { status = ["open"], channel = [{ prefix = "web" }, { exists = false }] } } }
retry = { attempts = 3, backoff = "2s", max_age = "2h" }
run = "custom"
"#,
    "
[subscriber]
name = \"sweep\"
schedule = \"rate(5 minutes)\"
run = \"custom\"
",
    "
[subscriber]
name = \"settle\"
on = [\"OrderPlaced\"]
transition = { entity = \"Order\", step = \"pay\" }
",
    "
[subscriber]
name = \"count\"
on = [\"OrderPlaced\"]
project = { into = \"Order\", set = { note = \"channel\", customer_id = \"customer_id\", address = \"address\" }, add = { priority = -1 } }
",
];

pub(crate) const PATH: &str = "subscribers/one.toml";

/// What `greet` is made of.
const GREET: &str = VALID[0];

/// Events that tell of an order more than those of the base documents.
const CARRIES: &str = "carries = [\"order_id\", \"status\"";

#[test]
fn a_subscriber_is_read_as_it_was_written() {
    let model = accept(&[
        write("subscribers/d.toml", VALID[0]),
        write("subscribers/c.toml", VALID[1]),
        write("subscribers/b.toml", VALID[2]),
        write("subscribers/a.toml", VALID[3]),
        replace(EVENTS, CARRIES, &format!("{CARRIES}, \"customer_id\", \"address\"")),
    ]);
    let names: Vec<&str> = model.subscribers().iter().map(|it| it.name().as_str()).collect();
    assert_eq!(names, ["count", "settle", "sweep", "greet"]);

    let greet = model.subscriber("greet").expect("a subscriber");
    assert_eq!(greet.description().as_deref(), Some("Thanks for an order."));
    assert_eq!(greet.events().iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["OrderPlaced"]);
    assert_eq!(
        *greet.pattern(),
        json!({
            "source": ["order-desk.orders"],
            "detail-type": ["OrderPlaced"],
            "detail": { "data": { "status": ["open"], "channel": [{ "prefix": "web" }, { "exists": false }] } },
        })
    );
    let retry = greet.retry();
    let numbers = (*retry.attempts(), *retry.backoff_ms(), *retry.max_age_seconds());
    assert_eq!(numbers, (3, 2_000, 7_200));
    assert!(matches!(greet.reaction(), Reaction::Custom));
    assert!(greet.document().ends_with("subscribers/d.toml"));

    let sweep = model.subscriber("sweep").expect("a subscriber");
    assert_eq!(*sweep.schedule(), Some(Schedule::Rate { seconds: 300 }));
    assert_eq!(sweep.schedule().as_ref().map(Schedule::text).as_deref(), Some("rate(5 minutes)"));
    assert!(sweep.pattern().is_null() && sweep.events().is_empty());
    let retry = sweep.retry();
    let numbers = (*retry.attempts(), *retry.backoff_ms(), *retry.max_age_seconds());
    assert_eq!(numbers, (5, 1_000, 86_400));

    let settle = model.subscriber("settle").expect("a subscriber");
    let Reaction::Transition { entity, step } = settle.reaction() else { panic!("a step") };
    assert_eq!((entity.as_str(), step.as_str()), ("Order", "pay"));

    let count = model.subscriber("count").expect("a subscriber");
    let Reaction::Project { into, sets, adds } = count.reaction() else { panic!("a projection") };
    assert_eq!(into.as_str(), "Order");
    let sets: Vec<_> = sets.iter().map(|(to, from)| (to.as_str(), from.as_str())).collect();
    assert_eq!(sets, [("note", "channel"), ("customer_id", "customer_id"), ("address", "address")]);
    let adds: Vec<_> = adds.iter().map(|(to, value)| (to.as_str(), *value)).collect();
    assert_eq!(adds, [("priority", -1)]);
}

#[test]
fn names() {
    let mut cases = Cases::new("subscribers/names");
    cases.check(&[
        write(PATH, GREET),
        write("subscribers/two.toml", &VALID[1].replace("sweep", "greet")),
    ]);
    for name in ["Greet", "match"] {
        cases.check(&[write(PATH, &GREET.replace("\"greet\"", &format!("\"{name}\"")))]);
    }
    cases.check(&[write("subscriber/one.toml", GREET)]);
    cases.finish();
}

#[test]
fn unknown_event() {
    let mut cases = Cases::new("subscribers/unknown_event");
    for on in ["[\"OrderPlcaed\"]", "[\"Order*\"]", "[\"OrderPlaced\", \"OrderPlaced\"]"] {
        cases.check(&[write(PATH, &GREET.replace("[\"OrderPlaced\"]", on))]);
    }
    cases.finish();
    // What a document that could not be read declares is not known.
    let folder = Folder::new(&[write(EVENTS, "["), write(PATH, GREET)]);
    let refusal = folder.compile().expect_err("a problem");
    assert!(!folder.report(&refusal).contains("unknown-event"));
}

#[test]
fn what_calls_a_subscriber() {
    let mut cases = Cases::new("subscribers/what_calls");
    let sweep = VALID[1];
    cases.check(&[write(PATH, &sweep.replace("schedule = \"rate(5 minutes)\"\n", ""))]);
    cases.check(&[write(PATH, &sweep.replace("schedule = \"rate(5 minutes)\"", "on = []"))]);
    cases.check(&[write(PATH, &sweep.replace("run", "on = [\"OrderPlaced\"]\nrun"))]);
    cases.check(&[write(PATH, &sweep.replace("run", "pattern = { detail = {} }\nrun"))]);
    let step = "transition = { entity = \"Order\", step = \"pay\" }";
    cases.check(&[write(PATH, &sweep.replace("run = \"custom\"", step))]);
    cases.check(&[write(
        PATH,
        &sweep.replace(
            "run = \"custom\"",
            "project = { into = \"Order\", set = { customer_id = \"a\", address = \"b\" } }",
        ),
    )]);
    cases.finish();
}

#[test]
fn what_a_subscriber_does() {
    let mut cases = Cases::new("subscribers/what_does");
    cases.check(&[write(PATH, &GREET.replace("run = \"custom\"\n", ""))]);
    cases.check(&[write(PATH, &GREET.replace("\"custom\"", "\"costum\""))]);
    let step = "run = \"custom\"\ntransition = { entity = \"Order\", step = \"pay\" }";
    cases.check(&[write(PATH, &GREET.replace("run = \"custom\"", step))]);
    cases.finish();
}

#[test]
fn schedules() {
    let mut cases = Cases::new("subscribers/schedules");
    for schedule in [
        "every day",
        "rate(1 minutes)",
        "rate(0 hours)",
        "rate(5 seconds)",
        "cron(0 12 * * ?)",
        "cron(0 12 * * * *)",
        "cron(0 12 ? * ? *)",
        "cron(0 25 * * ? *)",
        "cron(0 12 ? * MON#6 *)",
        "cron(0 0 30 2 ? *)",
    ] {
        cases.check(&[write(PATH, &VALID[1].replace("rate(5 minutes)", schedule))]);
    }
    for schedule in ["rate(1 day)", "cron(0 12 L * ? *)", "cron(15 10 ? * 6L 2026-2030)"] {
        let model = accept(&[write(PATH, &VALID[1].replace("rate(5 minutes)", schedule))]);
        let read = model.subscribers()[0].schedule().as_ref().map(Schedule::text);
        assert_eq!(read.as_deref(), Some(schedule));
    }
    cases.finish();
}

#[test]
fn retries() {
    let mut cases = Cases::new("subscribers/retries");
    for retry in [
        "attempts = 0",
        "attempts = 101",
        "backoff = \"a while\"",
        "backoff = \"13h\", max_age = \"2d\"",
        "backoff = \"1h\", max_age = \"1h\"",
        "max_age = \"59s\"",
        "max_age = \"15d\"",
    ] {
        let from = "attempts = 3, backoff = \"2s\", max_age = \"2h\"";
        cases.check(&[write(PATH, &GREET.replace(from, retry))]);
    }
    accept(&[write(
        PATH,
        &GREET
            .replace("backoff = \"2s\", max_age = \"2h\"", "backoff = \"12h\", max_age = \"14d\""),
    )]);
    cases.finish();
}

#[test]
fn a_folder_of_subscribers_may_be_absent_and_is_read_like_any_other() {
    assert!(accept(&[]).subscribers().is_empty());
    let mut cases = Cases::new("subscribers/reading");
    cases.check(&[write(PATH, "")]);
    cases.check_several(&[write(PATH, "[subscriber]\n")], 3);
    cases.check(&[write(PATH, &GREET.replace("retry", "rerty"))]);
    cases.check(&[write(PATH, &GREET.replace("[\"open\"]", "[1979-05-27]"))]);
    cases.finish();
}
