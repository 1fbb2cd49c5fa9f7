//! Lists and paths: what EventBridge takes for a field's value, and which values belong together.

use serde_json::{Value, json};

use super::matches;

fn check(pattern: &Value, yes: &[Value], no: &[Value]) {
    for event in yes {
        assert!(matches(pattern, event), "{pattern} must match {event}");
    }
    for event in no {
        assert!(!matches(pattern, event), "{pattern} must not match {event}");
    }
}

#[test]
fn any_item_of_a_list_suffices() {
    check(
        &json!({ "resources": ["a", "b"] }),
        &[json!({ "resources": ["x", "b"] }), json!({ "resources": [[["a"]]] })],
        &[json!({ "resources": ["x"] }), json!({ "resources": [] }), json!({})],
    );
}

#[test]
fn fields_within_a_list_pass_in_one_object_together() {
    let both = json!({ "people": { "first": ["Anna"], "last": ["Smith"] } });
    check(
        &both,
        &[
            json!({ "people": [{ "first": "John" }, { "first": "Anna", "last": "Smith" }] }),
            json!({ "people": [[{ "first": "Anna", "last": ["Jones", "Smith"] }], 5] }),
            json!({ "people": { "first": "Anna", "last": "Smith" } }),
        ],
        &[
            json!({ "people": [{ "first": "Anna", "last": "Doe" }, { "first": "X", "last": "Smith" }] }),
            json!({ "people": [{ "first": "Anna" }, { "last": "Smith" }] }),
            json!({ "people": [[{ "first": "Anna" }, { "last": "Smith" }]] }),
        ],
    );
}

#[test]
fn lists_that_lie_beside_each_other_are_chosen_from_apart() {
    check(
        &json!({ "a": { "x": [1] }, "b": { "x": [2] } }),
        &[json!({ "a": [{ "x": 0 }, { "x": 1 }], "b": [{ "x": 2 }] })],
        &[json!({ "a": [{ "x": 1 }], "b": [{ "x": 1 }] })],
    );
    // Two lists in one chosen object.
    check(
        &json!({ "o": { "a": { "x": [1] }, "b": { "x": [2] } } }),
        &[json!({ "o": [{}, { "a": [{ "x": 1 }], "b": [{ "x": 9 }, { "x": 2 }] }] })],
        &[json!({ "o": [{ "a": [{ "x": 1 }] }, { "b": [{ "x": 2 }] }] })],
    );
}

#[test]
fn absence_speaks_of_all_objects_until_one_is_chosen() {
    // `b` comes after `a`, by which an object is chosen.
    check(
        &json!({ "o": { "a": [1], "b": [{ "exists": false }] } }),
        &[
            json!({ "o": [{ "a": 1, "b": 1 }, { "a": 1 }] }),
            json!({ "o": [{ "a": 1 }, { "b": 1 }] }),
        ],
        &[json!({ "o": [{ "a": 1, "b": 1 }, { "a": 2 }] })],
    );
    // `a` comes before `b`, so no object may have it.
    check(
        &json!({ "o": { "a": [{ "exists": false }], "b": [1] } }),
        &[json!({ "o": [{ "b": 2 }, { "b": 1 }] })],
        &[json!({ "o": [{ "a": 1 }, { "b": 1 }] })],
    );
    check(
        &json!({ "o": { "a": [{ "exists": false }] } }),
        &[json!({ "o": [{ "b": 1 }, { "b": 1 }] }), json!({ "o": [] })],
        &[json!({ "o": [{ "b": 1 }, { "a": 1 }] })],
    );
    // The same below another list.
    check(
        &json!({ "o": { "p": { "a": [{ "exists": false }], "b": [1] } } }),
        &[json!({ "o": [{ "p": [{ "b": 1 }] }, { "p": [{ "b": 2 }] }] })],
        &[json!({ "o": [{ "p": [{ "b": 1 }] }, { "p": [{ "a": 1 }, {}] }] })],
    );
    // Paths are ordered letter by letter, and `-` comes before the dot.
    check(
        &json!({ "o": { "a-b": [{ "exists": false }], "a": { "c": [1] } } }),
        &[json!({ "o": [{ "a": { "c": 1 } }, {}] })],
        &[json!({ "o": [{ "a": { "c": 1 } }, { "a-b": 1 }] })],
    );
}

#[test]
fn a_dot_in_a_name_is_a_step_of_the_path() {
    let nested = json!({ "detail": { "http": { "method": ["GET"] } } });
    let dotted = json!({ "detail": { "http.method": ["GET"] } });
    for pattern in [&nested, &dotted] {
        check(
            pattern,
            &[
                json!({ "detail": { "http": { "method": "GET" } } }),
                json!({ "detail": { "http.method": "GET" } }),
                json!({ "detail": { "http.method": "GET", "http.code": 1, "http": { "x": 1 } } }),
                json!({ "detail": { "http.method": "GET", "http": { "method": "PUT" } } }),
                json!({ "detail.http.method": "GET" }),
            ],
            &[
                json!({ "detail": { "http.methods": "GET" } }),
                json!({ "detail": { "http": "GET" } }),
            ],
        );
    }
}

#[test]
fn an_event_that_is_no_object_matches_nothing() {
    let absent = json!({ "a": [{ "exists": false }] });
    check(&absent, &[json!({})], &[json!([]), json!(1), json!(null), json!("a"), json!([{}])]);
}

#[test]
fn the_order_in_which_fields_are_written_does_not_matter() {
    check(
        &json!({ "detail": { "a": { "b": { "c": [1] } } }, "source": ["s"] }),
        &[json!({ "source": "s", "extra": {}, "detail": { "z": 1, "a": { "b": { "c": 1 } } } })],
        &[json!({ "source": "s", "detail": { "a": { "c": 1, "b": 1 } } })],
    );
}
