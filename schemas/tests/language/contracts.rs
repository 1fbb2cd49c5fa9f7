//! Contracts: what breaks readers of an event, and what they never notice.

use expect_test::expect_file;
use purlin_schema::contract::{Contract, check};
use purlin_schema::{Name, Refusal};
use serde_json::{Value, json};

use crate::folder::{EVENTS, Folder, ORDER, replace, reports, write};

/// The contract of `OrderPlaced` whose `data` is this.
fn contract(source: &str, data: &Value) -> String {
    let metadata =
        json!({ "properties": { "version": { "const": 1 }, "source": { "const": source } } });
    let contract = json!({ "properties": { "metadata": metadata, "data": data } });
    format!("{contract:#}\n")
}

fn committed(text: String, now: &Value) -> Contract {
    Contract {
        event: Name::new("OrderPlaced"),
        version: 1,
        path: "generated/contracts/events/OrderPlaced.v1.json".into(),
        text,
        newest: 1,
        now: contract("order-desk.orders", now),
    }
}

/// An event whose one field is this; none where it is null.
fn field(schema: &Value) -> Value {
    if schema.is_null() {
        return json!({ "type": "object", "properties": {} });
    }
    json!({ "type": "object", "properties": { "note": schema }, "required": ["note"] })
}

fn compare(before: &Value, now: &Value) -> Result<(), Box<Refusal>> {
    let before = contract("order-desk.orders", before);
    check(Folder::new(&[]).root(), &[committed(before, now)])
}

/// The message of the one problem.
fn message(before: &Value, now: &Value) -> String {
    let refusal = compare(before, now).expect_err(&format!("{before} may not become {now}"));
    let messages: Vec<&str> =
        refusal.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages.concat().replace("field `note` of event `OrderPlaced` ", "")
}

#[test]
fn a_breaking_change_is_shown_where_it_is_written_and_where_it_was_promised() {
    let events = r#"[family]
name = "orders"

[events.OrderPlaced]
entity = "Order"
carries = ["order_id", "status", "lines"]

[events.OrderPlaced.fields]
channel = { type = "string", optional = true }
"#;
    let order = replace(
        ORDER,
        "lines = { type = \"list\", items = { type = \"object\", fields = { sku = { type = \"string\" } } } }",
        "lines = { type = \"list\", items = { type = \"object\", fields = { sku = { type = \"string\", max_length = 90 } } } }",
    );
    let folder = Folder::new(&[write(EVENTS, events), order]);
    let data = |channel: &str, sku: Value, status: Value, required: Value| {
        let lines =
            json!({ "type": "array", "items": { "type": "object", "properties": { "sku": sku } } });
        json!({ "type": "object", "required": required, "properties": {
            "lines": lines, "status": { "type": "string", "enum": status }, channel: { "type": "string" },
        } })
    };
    let before = data(
        "kanal",
        json!({ "type": "string", "maxLength": 80 }),
        json!(["open"]),
        json!(["lines"]),
    );
    let mut before: Value =
        serde_json::from_str(&contract("order-desk.sales", &before)).expect("it is JSON");
    before["properties"]["data"]["properties"]["channel"] = json!({ "type": "integer" });
    let now = data(
        "channel",
        json!({ "type": "string", "maxLength": 90 }),
        json!(["open", "paid", "lost"]),
        json!([]),
    );
    let broken = committed(format!("{before:#}\n"), &now);
    let unreadable = Contract { text: "<<<<<<< HEAD\n{}".into(), ..broken.clone() };
    let newer =
        committed(contract("order-desk.orders", &now).replace("const\": 1", "const\": 2"), &now);
    let newer = Contract {
        version: 2,
        path: "generated/contracts/events/OrderPlaced.v2.json".into(),
        ..newer
    };
    let refusal = check(folder.root(), &[broken, unreadable, newer]).expect_err("readers break");
    assert_eq!(refusal.problems.len(), 8, "{}", refusal.render(false));
    expect_file![reports().join("contracts/breaking_change.txt")]
        .assert_eq(&folder.report(&refusal));
}

#[test]
fn whatever_readers_might_not_understand_is_refused() {
    let texts = |schema: Value| json!({ "type": "array", "items": schema });
    for (before, now, expected) in [
        (json!({ "type": "string" }), json!(null), "is gone"),
        (
            json!(null),
            json!({ "type": "string" }),
            "is new and always there, and events that are under way do not have it",
        ),
        (
            json!({ "type": "string", "enum": ["a", "b"] }),
            json!({ "type": "string", "enum": ["b"] }),
            "is no longer `a`, and events that are under way may be",
        ),
        (
            json!({ "type": "number" }),
            json!({ "type": "integer" }),
            "was a number, and is an integer now",
        ),
        (json!({ "type": "string" }), json!({}), "was a string, and is any JSON now"),
        (
            json!({ "type": "string" }),
            json!({ "type": "string", "format": "date-time" }),
            "was a string, and is a timestamp now",
        ),
        (
            json!({ "type": "array", "uniqueItems": true }),
            json!({ "type": "array" }),
            "was a set, and is a list now",
        ),
        (
            json!({ "type": "object", "additionalProperties": {} }),
            json!({ "type": "object", "properties": {} }),
            "was a map, and is an object now",
        ),
        (
            json!({ "type": "string", "format": "email" }),
            json!({ "type": "string" }),
            "had the format `email`, and may be anything now",
        ),
        (
            json!({ "type": "string", "pattern": "^a_" }),
            json!({ "type": "string", "pattern": "^b_" }),
            "had the pattern `^a_`, and has `^b_` now",
        ),
        (
            json!({ "type": "string", "enum": ["a"] }),
            json!({ "type": "string", "enum": ["b", "a", "c"] }),
            "may now be `b`, `c`, which no reader knows",
        ),
        (
            json!({ "type": "string", "maxLength": 80 }),
            json!({ "type": "string", "maxLength": 81 }),
            "had `max_length = 80`, which is 81 now",
        ),
        (
            json!({ "type": "string", "minLength": 1 }),
            json!({ "type": "string" }),
            "had `min_length = 1`, which is gone",
        ),
        (
            json!({ "type": "integer", "minimum": 0 }),
            json!({ "type": "integer" }),
            "had `minimum = 0`, which is gone",
        ),
        (
            json!({ "type": "integer", "maximum": 9_007_199_254_740_992_i64 }),
            json!({ "type": "integer", "maximum": 9_007_199_254_740_993_i64 }),
            "had `maximum = 9007199254740992`, which is 9007199254740993 now",
        ),
        (
            json!({ "type": "number", "minimum": 0.5 }),
            json!({ "type": "number", "minimum": 0 }),
            "had `minimum = 0.5`, which is 0 now",
        ),
        (
            json!({ "type": "array", "maxItems": 2 }),
            json!({ "type": "array", "maxItems": 3 }),
            "had `max_items = 2`, which is 3 now",
        ),
        (
            json!({ "type": "object", "additionalProperties": {}, "minProperties": 2 }),
            json!({ "type": "object", "additionalProperties": {}, "minProperties": 1 }),
            "had `min_items = 2`, which is 1 now",
        ),
        (
            texts(json!({ "type": "string" })),
            texts(json!({ "type": "boolean" })),
            "field `note[]` of event `OrderPlaced` was a string, and is a boolean now",
        ),
        (
            texts(field(&json!({ "type": "string" }))),
            texts(json!({ "type": "object", "properties": { "note": { "type": "string" } } })),
            "field `note[].note` of event `OrderPlaced` was always there, and may be absent now",
        ),
    ] {
        assert_eq!(message(&field(&before), &field(&now)), expected);
    }
}

#[test]
fn what_readers_never_notice_is_allowed() {
    let pairs = [
        (json!({ "type": "string" }), json!({ "type": "string", "description": "Other words." })),
        (
            json!({ "type": "string" }),
            json!({ "type": "string", "format": "email", "minLength": 3 }),
        ),
        (
            json!({ "type": "string", "maxLength": 80 }),
            json!({ "type": "string", "maxLength": 79 }),
        ),
        (json!({ "type": "string", "minLength": 0 }), json!({ "type": "string" })),
        (json!({ "type": "number", "minimum": 1 }), json!({ "type": "number", "minimum": 1.5 })),
    ];
    for (before, now) in pairs {
        let done = compare(&field(&before), &field(&now));
        assert!(done.is_ok(), "{before} may become {now}: {}", done.expect_err("so").render(false));
    }
    let optional = json!({ "type": "object", "properties": { "note": { "type": "string" } } });
    assert!(compare(&field(&json!(null)), &optional).is_ok());
    let expected =
        "may have been absent, as from events that are under way, and is always there now";
    assert_eq!(message(&optional, &field(&json!({ "type": "string" }))), expected);
}

#[test]
fn the_contract_of_an_earlier_version_is_compared_with_nothing() {
    let before = contract("order-desk.orders", &field(&json!({ "type": "string" })));
    let earlier = Contract { newest: 2, ..committed(before, &field(&json!(null))) };
    assert!(check(Folder::new(&[]).root(), &[earlier]).is_ok());
}
