//! Operations: kinds, routes, inputs and events; and the entity they work on.

use crate::folder::{CUSTOMER, Cases, EVENTS, ORDER, accept, replace, write};

#[test]
fn unknown_kind() {
    let mut cases = Cases::new("operations/unknown_kind");
    cases.check(&[replace(ORDER, "kind = \"transition\"\n", "")]);
    cases.check(&[replace(ORDER, "kind = \"transition\"", "kind = \"transit\"")]);
    cases.finish();
}

#[test]
fn invalid_route() {
    let mut cases = Cases::new("operations/invalid_route");
    let get = |route: &str| format!("\"{route}\"\npermission = \"order:read\"\noutput");
    let from = "\"GET /orders/{order_id}\"\npermission = \"order:read\"\noutput";
    for route in [
        "/orders/{order_id}",
        "FETCH /orders/{order_id}",
        "GET orders/{order_id}",
        "GET /orders/{order_id}/",
        "GET /orders/id-{order_id}",
        "GET /orders/../{order_id}",
        "GET /orders/{order_id}/{order_id}",
        "GET /_local/{order_id}",
        "POST /orders/{order_id}",
    ] {
        cases.check(&[replace(ORDER, from, &get(route))]);
    }
    cases.finish();
}

#[test]
fn duplicate_route() {
    let mut cases = Cases::new("operations/duplicate_route");
    cases.check(&[write(
            CUSTOMER,
            &(customer()
                + "[operations.get]\nhttp = \"GET /orders/{customer_id}\"\npermission = \"order:read\"\n"),
        )]);
    cases.finish();
}

#[test]
fn path_mismatch() {
    let mut cases = Cases::new("operations/path_mismatch");
    cases.check(&[replace(ORDER, "\"PATCH /orders/{order_id}\"", "\"PATCH /orders\"")]);
    cases.check(&[replace(
        ORDER,
        "\"PATCH /orders/{order_id}\"",
        "\"PATCH /orders/{order_id}/{note}\"",
    )]);
    cases.check(&[write(
        "entities/parcel.toml",
        &parcel().replace("/orders/{order_id}/parcels", "/parcels"),
    )]);
    cases.finish();
}

#[test]
fn unknown_field() {
    let mut cases = Cases::new("operations/unknown_field");
    cases.check(&[replace(
        ORDER,
        "\"PATCH /orders/{order_id}\"",
        "\"PATCH /orders/{order_id}/{colour}\"",
    )]);
    cases.check(&[replace(ORDER, "input = [\"note\"]", "input = [\"notes\"]")]);
    cases.check(&[replace(ORDER, "owner = \"customer_id\"", "owner = \"buyer_id\"")]);
    cases.check(&[replace(EVENTS, "\"status\"]", "\"state\"]")]);
    cases.finish();
}

#[test]
fn not_an_input() {
    let with = |field: &str| format!("input = [\"note\", \"{field}\"]");
    let mut cases = Cases::new("operations/not_an_input");
    for input in ["order_id", "customer_id", "version", "status", "placed_at", "paid_at"] {
        cases.check(&[replace(ORDER, "input = [\"note\"]", &with(input))]);
    }
    cases.finish();
}

#[test]
fn missing_input() {
    let mut cases = Cases::new("operations/missing_input");
    cases.check(&[replace(
        ORDER,
        "input = [\"note\", \"priority\", \"lines\", \"address\"]",
        "input = [\"note\"]",
    )]);
    cases.check(&[replace(ORDER, "input = [\"note\"]\n", "")]);
    cases.finish();
}

#[test]
fn inapplicable_option() {
    let mut cases = Cases::new("operations/inapplicable_option");
    cases.check(&[replace(ORDER, "output = [\"status\", \"note\"]", "input = [\"note\"]")]);
    cases.check(&[replace(
        ORDER,
        "filter = [\"status\"]",
        "filter = [\"status\"]\nemits = \"OrderPlaced\"",
    )]);
    cases.check(&[replace(ORDER, "if_match = \"required\"", "access = \"by_customer\"")]);
    cases.finish();
}

#[test]
fn invalid_rate() {
    let mut cases = Cases::new("operations/invalid_rate");
    let with = |rate: &str| format!("input = [\"note\"]\nrate = \"{rate}\"");
    for rate in
        ["60 a minute", "60/m", "0/min", "5/s burst 0", "1001/s", "1/h burst 3600001", "5/s burst"]
    {
        cases.check(&[replace(ORDER, "input = [\"note\"]", &with(rate))]);
    }
    for rate in ["1/h", "60/min", "1000/s burst 1"] {
        accept(&[replace(ORDER, "input = [\"note\"]", &with(rate))]);
    }
    cases.finish();
}

#[test]
fn events() {
    let mut cases = Cases::new("operations/events");
    cases.check(&[replace(ORDER, "emits = \"OrderPlaced\"", "emits = \"OrderPlcaed\"")]);
    cases.check(&[replace(EVENTS, ", optional = true", "")]);
    cases.check(&[replace(
        EVENTS,
        "entity = \"Order\"\ncarries = [\"order_id\", \"status\"]",
        "entity = \"Customer\"",
    )]);
    cases.check(&[replace(EVENTS, "entity = \"Order\"\ncarries = [\"order_id\", \"status\"]", "")]);
    cases.finish();
}

#[test]
fn unfit_field() {
    let mut cases = Cases::new("operations/unfit_field");
    cases.check(&[replace(ORDER, "owner = \"customer_id\"", "owner = \"note\"")]);
    cases.check(&[replace(ORDER, "version = \"version\"", "version = \"note\"")]);
    cases.check(&[
        replace(ORDER, "version = \"version\"\n", ""),
        replace(ORDER, "version = { type = \"integer\", minimum = 1 }\n", ""),
    ]);
    cases.check(&[replace(ORDER, "filter = [\"status\"]", "filter = [\"lines\"]")]);
    cases.check(&[replace(
        ORDER,
        "http = \"POST /orders\"\npermission = \"order:create\"",
        "http = \"POST /orders\"\npublic = true",
    )]);
    cases.finish();
}

#[test]
fn unfit_parent() {
    let mut cases = Cases::new("operations/unfit_parent");
    accept(&[write("entities/parcel.toml", &parcel())]);
    cases.check(&[write(
        "entities/parcel.toml",
        &parcel().replace("parent = \"order_id\"", "parent = \"label\""),
    )]);
    cases.check(&[write(
        "entities/parcel.toml",
        &parcel().replace("entity = \"Customer\"", "entity = \"Order\""),
    )]);
    cases.check(&[write(
        "entities/parcel.toml",
        &parcel()
            .replace("owner = \"customer_id\"\n", "")
            .replace("input = [\"label\"]", "input = [\"label\", \"customer_id\"]"),
    )]);
    cases.check(&[
        write("entities/parcel.toml", &parcel()),
        replace(ORDER, "sort = \"METADATA\"", "sort = \"AT#{placed_at}\""),
        replace(ORDER, "GET /orders/{order_id}", "GET /orders/{order_id}/{placed_at}"),
        replace(ORDER, "PATCH /orders/{order_id}", "PATCH /orders/{order_id}/{placed_at}"),
        replace(ORDER, "POST /orders/{order_id}/pay", "POST /orders/{order_id}/{placed_at}/pay"),
    ]);
    cases.finish();
}

fn customer() -> String {
    include_str!("base/entities/customer.toml").to_owned()
}

fn parcel() -> String {
    r#"[entity]
name = "Parcel"
key = { partition = "ORDER#{order_id}", sort = "PARCEL#{parcel_id}" }
owner = "customer_id"
parent = "order_id"

[fields]
parcel_id = { type = "id", prefix = "parcel" }
order_id = { type = "ref", entity = "Order" }
customer_id = { type = "ref", entity = "Customer" }
label = { type = "string", max_length = 20 }

[operations.create]
http = "POST /orders/{order_id}/parcels"
permission = "order:create"
input = ["label"]
"#
    .to_owned()
}
