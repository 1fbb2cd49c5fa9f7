//! Field types: unknown, incomplete, with options and limits that cannot be.

use crate::folder::{CUSTOMER, Cases, EVENTS, ORDER, accept, replace, write};

const NAME: &str = "name = { type = \"string\", min_length = 1, max_length = 100 }";
const NOTE: &str = "note = { type = \"string\", max_length = 500, optional = true }";

fn name(field: &str) -> String {
    format!("name = {field}")
}

#[test]
fn unknown_type() {
    let mut cases = Cases::new("types/unknown_type");
    for field in [
        r#"{ type = "strnig" }"#,
        r#"{ type = "opaque" }"#,
        r#"{ type = "list", items = { type = "text" } }"#,
    ] {
        cases.check(&[replace(CUSTOMER, NAME, &name(field))]);
    }
    cases.finish();
}

#[test]
fn unknown_word() {
    let mut cases = Cases::new("types/unknown_word");
    for field in [
        r#"{ type = "string", format = "e-mail" }"#,
        r#"{ type = "timestamp", set = "on_update" }"#,
    ] {
        cases.check(&[replace(CUSTOMER, NAME, &name(field))]);
    }
    cases.check(&[replace(ORDER, "order = \"descending\"", "order = \"desc\"")]);
    cases.check(&[replace(ORDER, "if_match = \"required\"", "if_match = \"always\"")]);
    cases.finish();
}

#[test]
fn unknown_entity() {
    let mut cases = Cases::new("types/unknown_entity");
    cases.check(&[replace(ORDER, "entity = \"Customer\"", "entity = \"Costumer\"")]);
    cases.check(&[
        replace(EVENTS, "entity = \"Order\"", "entity = \"Invoice\""),
        replace(ORDER, "emits = \"OrderPlaced\"\n", ""),
    ]);
    cases.finish();
}

#[test]
fn incomplete_type() {
    let mut cases = Cases::new("types/incomplete_type");
    cases.check(&[replace(CUSTOMER, ", prefix = \"customer\"", "")]);
    for field in [
        r#"{ type = "ref" }"#,
        r#"{ type = "enum", values = [] }"#,
        r#"{ type = "object" }"#,
        r#"{ type = "map", max_items = 3 }"#,
    ] {
        cases.check(&[replace(CUSTOMER, NAME, &name(field))]);
    }
    cases.finish();
}

#[test]
fn inapplicable_option() {
    let mut cases = Cases::new("types/inapplicable_option");
    for field in [
        r#"{ type = "boolean", max_length = 3 }"#,
        r#"{ type = "string", values = ["a", "b"] }"#,
        r#"{ type = "string", fields = { a = { type = "json" } } }"#,
        r#"{ type = "string", items = { type = "json" } }"#,
        r#"{ type = "json", default = 1 }"#,
        r#"{ type = "string", optional = true, default = "a" }"#,
        r#"{ type = "list", items = { type = "string", default = "a" } }"#,
        r#"{ type = "list", items = { type = "string", optional = true } }"#,
        r#"{ type = "set", items = { type = "number" } }"#,
        r#"{ type = "map", items = { type = "list", items = { type = "integer" } } }"#,
        r#"{ type = "list", items = { type = "set", items = { type = "integer" } } }"#,
        r#"{ type = "object", fields = { a = { type = "id", prefix = "a" } } }"#,
        r#"{ type = "object", fields = { a = { type = "timestamp", set = "on_write" } } }"#,
    ] {
        cases.check(&[replace(CUSTOMER, NAME, &name(field))]);
    }
    cases.check(&[
        replace(
            EVENTS,
            "type = \"string\", optional = true",
            "type = \"timestamp\", set = \"on_create\", optional = false",
        ),
        replace(ORDER, "emits = \"OrderPlaced\"\n", ""),
    ]);
    cases.finish();
}

#[test]
fn impossible_limit() {
    let mut cases = Cases::new("types/impossible_limit");
    for field in [
        r#"{ type = "string", min_length = 3, max_length = 2 }"#,
        r#"{ type = "string", max_length = -1 }"#,
        r#"{ type = "number", minimum = 0.5, maximum = 0.25 }"#,
        r#"{ type = "integer", minimum = 0.5 }"#,
        r#"{ type = "integer", maximum = 9007199254740993 }"#,
        r#"{ type = "set", items = { type = "string" }, min_items = 2, max_items = 1 }"#,
    ] {
        cases.check(&[replace(CUSTOMER, NAME, &name(field))]);
    }
    cases.check(&[replace(EVENTS, "carries =", "version = 0\ncarries =")]);
    cases.finish();
}

#[test]
fn invalid_default() {
    let mut cases = Cases::new("types/invalid_default");
    for field in [
        r#"{ type = "integer", minimum = 1, default = 0 }"#,
        r#"{ type = "number", maximum = 1, default = 1.5 }"#,
        r#"{ type = "string", min_length = 1, default = "" }"#,
        r#"{ type = "string", format = "email", default = "nobody" }"#,
        r#"{ type = "boolean", default = "true" }"#,
        r#"{ type = "integer", default = 1.0 }"#,
        r#"{ type = "enum", values = ["open", "paid"], default = "payed" }"#,
    ] {
        cases.check(&[replace(CUSTOMER, NAME, &name(field))]);
    }
    cases.finish();
}

#[test]
fn invalid_values() {
    let mut cases = Cases::new("types/invalid_values");
    for field in [
        r#"{ type = "enum", values = ["Open"] }"#,
        r#"{ type = "enum", values = ["none", "one"] }"#,
        r#"{ type = "enum", values = ["a_1", "b", "a1"] }"#,
    ] {
        cases.check(&[replace(CUSTOMER, NAME, &name(field))]);
    }
    cases.finish();
}

#[test]
fn missing_id() {
    let mut cases = Cases::new("types/missing_id");
    cases.check(&[replace(
        CUSTOMER,
        "type = \"id\", prefix = \"customer\"",
        "type = \"string\", max_length = 64",
    )]);
    // Whatever holds an id needs one to hold, however deep it stands.
    let zone = "[entity]\nname = \"Zone\"\nkey = { partition = \"ZONE#{code}\", sort = \"ZONE\" }\n\
                [fields]\ncode = { type = \"string\", max_length = 8 }\n";
    let zones = "note = { type = \"list\", items = { type = \"ref\", entity = \"Zone\" } }";
    cases.check(&[write("entities/zone.toml", zone), replace(ORDER, NOTE, zones)]);
    // An entity that nothing refers to is found by what its key holds, as long as that is given.
    accept(&[write("entities/zone.toml", zone)]);
    let create = |route: &str, input: &str| {
        format!(
            "{zone}[operations.create]\nhttp = \"{route}\"\npermission = \"order:pay\"\n{input}"
        )
    };
    accept(&[write("entities/zone.toml", &create("PUT /zones/{code}", ""))]);
    accept(&[write("entities/zone.toml", &create("POST /zones", "input = [\"code\"]\n"))]);
    cases.check(&[write("entities/zone.toml", &create("POST /zones", ""))]);
    cases.finish();
}

#[test]
fn invalid_prefix() {
    let mut cases = Cases::new("types/invalid_prefix");
    cases.check(&[replace(CUSTOMER, "prefix = \"customer\"", "prefix = \"cust0\"")]);
    cases.finish();
}

#[test]
fn limits_at_their_edges_are_accepted() {
    for field in [
        r#"{ type = "string", min_length = 2, max_length = 2, default = "ää" }"#,
        r#"{ type = "string", format = "email", min_length = 3, max_length = 254 }"#,
        r#"{ type = "integer", minimum = -9007199254740991, maximum = 9007199254740991 }"#,
        r#"{ type = "number", minimum = 0.5, maximum = 0.5, default = 0.5 }"#,
        r#"{ type = "number", default = 1 }"#,
        r#"{ type = "boolean", default = false }"#,
        r#"{ type = "map", items = { type = "object", fields = { all = { type = "list", items = { type = "integer" } } } } }"#,
    ] {
        accept(&[replace(CUSTOMER, NAME, &name(field))]);
    }
    accept(&[replace(
        ORDER,
        NOTE,
        "note = { type = \"set\", items = { type = \"ref\", entity = \"Customer\" } }",
    )]);
}
