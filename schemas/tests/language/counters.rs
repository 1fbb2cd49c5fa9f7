//! Counters: what only counts is no input, stands in no key, and has no other value.

use crate::folder::{Cases, ORDER, accept, replace};

const COUNTER: &str = "hits = { type = \"integer\", counter = true }\nnote = {";

#[test]
fn contradictions() {
    let mut cases = Cases::new("counters/contradictions");
    for field in [
        r#"{ type = "string", max_length = 5, counter = true, optional = true }"#,
        r#"{ type = "integer", counter = true, optional = true }"#,
        r#"{ type = "integer", counter = true, default = 0 }"#,
        r#"{ type = "integer", counter = true, default = 5 }"#,
        r#"{ type = "integer", counter = true, minimum = 1 }"#,
        r#"{ type = "integer", counter = true, minimum = 0, maximum = 10 }"#,
        r#"{ type = "object", optional = true, fields = { n = { type = "integer", counter = true } } }"#,
    ] {
        cases.check(&[replace(ORDER, "note = {", &format!("hits = {field}\nnote = {{"))]);
    }
    cases.check(&[replace(ORDER, "integer\", minimum = 1 }", "integer\", counter = true }")]);
    cases.finish();
}

#[test]
fn counters_where_none_belongs() {
    let mut cases = Cases::new("counters/counters_where_none_belongs");
    for (from, to) in [
        ("sort = \"METADATA\"", "sort = \"HITS#{hits}\""),
        ("sort = \"ORDER#{placed_at}\"", "sort = \"ORDER#{hits}\""),
        ("input = [\"note\"]", "input = [\"note\", \"hits\"]"),
        ("filter = [\"status\"]", "filter = [\"hits\"]"),
    ] {
        cases.check(&[replace(ORDER, "note = {", COUNTER), replace(ORDER, from, to)]);
    }
    cases.finish();
}

#[test]
fn a_counter_needs_no_input() {
    let model = accept(&[
        replace(ORDER, "note = {", &COUNTER.replace("true }", "true, minimum = 0 }")),
        replace(ORDER, "output = [\"status\", \"note\"]", "output = [\"hits\"]"),
    ]);
    let order = model.entity("Order").expect("the entity");
    assert!(order.field("hits").is_some_and(|hits| *hits.counter()));
    assert!(order.field("version").is_some_and(|version| !version.counter()));
}
