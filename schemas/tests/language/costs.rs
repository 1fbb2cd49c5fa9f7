//! What operations cost, and budgets.
//!
//! The rules are DynamoDB's, on demand: 4 KB a read unit and half of it eventually consistent, 1 KB
//! a write unit, both twice in a transaction, and writes of indexes besides.

use std::fmt::Write as _;

use purlin_schema::{Model, cost};

use crate::folder::{CUSTOMER, Cases, EVENTS, Edit, ORDER, SERVICE, accept, replace, write};

pub(crate) const UPDATE: &str = "input = [\"note\"]\n";

/// The costs of an entity's operations and patterns, a line each, and the notes of one of them.
pub(crate) fn costs(model: &Model, entity: &str) -> String {
    let entity = model.entity(entity).expect("the entity");
    let mut text = String::new();
    for operation in entity.operations() {
        let cost = cost::of(model, entity, operation);
        let (name, requests) = (operation.name(), cost.requests);
        let (read, written) = (cost.read_units, cost.write_units);
        writeln!(text, "{name}: {read} read, {written} written, {requests} requests")
            .expect("text");
        for note in cost.notes {
            writeln!(text, "  {note}").expect("text");
        }
    }
    for access in entity.accesses() {
        let cost = cost::pattern(model, entity, access);
        writeln!(text, "{}: {} read", access.name(), cost.read_units).expect("text");
    }
    text
}

#[track_caller]
fn check(edits: &[Edit<'_>], entity: &str, expected: expect_test::Expect) {
    expected.assert_eq(&costs(&accept(edits), entity));
}

#[test]
fn plain_reads_and_writes() {
    check(
        &[],
        "Order",
        expect_test::expect![[r#"
            create: 0 read, 2 written, 1 requests
              1 write unit for the item
              1 write unit for `GSI1` (`by_customer`)
              with an `Idempotency-Key` 5 write units more, for keeping the answer
            list: 3 read, 0 written, 1 requests
              3 read units for a page of 20 items, and the one after it
              an item that a filter passes over costs its read
            get: 0.5 read, 0 written, 1 requests
              0.5 read unit for the item
            update: 0 read, 2 written, 1 requests
              1 write unit for the item
              1 write unit for `GSI1` (`by_customer`)
            pay: 0 read, 2 written, 1 requests
              1 write unit for the item
              1 write unit for `GSI1` (`by_customer`)
            by_customer: 3 read
        "#]],
    );
}

#[test]
fn larger_items() {
    check(
        &[replace(ORDER, "owner =", "item_kb = 5\nowner =")],
        "Order",
        expect_test::expect![[r#"
            create: 0 read, 10 written, 1 requests
              5 write units for the item
              5 write units for `GSI1` (`by_customer`)
              with an `Idempotency-Key` 17 write units more, for keeping the answer
            list: 13.5 read, 0 written, 1 requests
              13.5 read units for a page of 20 items, and the one after it
              an item that a filter passes over costs its read
            get: 1 read, 0 written, 1 requests
              1 read unit for the item
            update: 0 read, 10 written, 1 requests
              5 write units for the item
              5 write units for `GSI1` (`by_customer`)
            pay: 0 read, 10 written, 1 requests
              5 write units for the item
              5 write units for `GSI1` (`by_customer`)
            by_customer: 13.5 read
        "#]],
    );
}

/// An entity with two indexes of a part of its items, and one that an update moves it in.
const SHELF: &str = r#"
[entity]
name = "Shelf"
key = { partition = "SHELF#{shelf_id}", sort = "SHELF" }
item_kb = 8

[fields]
shelf_id = { type = "id", prefix = "shelf" }
floor = { type = "integer" }
name = { type = "string", max_length = 20 }
plan = { type = "json", optional = true }

[access.every]
index = "GSI2"
partition = "SHELVES"
sort = "SHELF#{shelf_id}"
project = []

[access.by_floor]
index = "GSI3"
partition = "FLOOR#{floor}"
sort = "SHELF"
project = ["name"]

[operations.create]
http = "POST /shelves"
permission = "order:pay"
input = ["floor", "name"]

[operations.rename]
kind = "update"
http = "PATCH /shelves/{shelf_id}/name"
permission = "order:pay"
input = ["name"]

[operations.plan]
kind = "update"
http = "PATCH /shelves/{shelf_id}/plan"
permission = "order:pay"
input = ["plan"]

[operations.lift]
kind = "update"
http = "PATCH /shelves/{shelf_id}/floor"
permission = "order:pay"
input = ["floor"]

[operations.delete]
http = "DELETE /shelves/{shelf_id}"
permission = "order:pay"
"#;

#[test]
fn indexes_of_a_part() {
    check(
        &[write("entities/shelf.toml", SHELF)],
        "Shelf",
        expect_test::expect![[r#"
            create: 0 read, 11 written, 1 requests
              8 write units for the item
              1 write unit for `GSI2` (`every`)
              2 write units for `GSI3` (`by_floor`)
              with an `Idempotency-Key` 26 write units more, for keeping the answer
            rename: 0 read, 10 written, 1 requests
              8 write units for the item
              2 write units for `GSI3` (`by_floor`)
            plan: 0 read, 8 written, 1 requests
              8 write units for the item
            lift: 0 read, 12 written, 1 requests
              8 write units for the item
              4 write units for `GSI3` (`by_floor`)
            delete: 0 read, 11 written, 1 requests
              8 write units for the item
              1 write unit for `GSI2` (`every`)
              2 write units for `GSI3` (`by_floor`)
            every: 3 read
            by_floor: 5.5 read
        "#]],
    );
}

/// What belongs to an order, is held unique, expires, and can be deleted and restored.
const PARCEL: &str = r#"
[entity]
name = "Parcel"
key = { partition = "ORDER#{order_id}", sort = "PARCEL#{parcel_id}" }
owner = "customer_id"
parent = "order_id"
item_kb = 3
ttl = { field = "expires_at" }
soft_delete = { field = "deleted_at", retain = "30d" }

[unique]
label = ["label"]
place = ["order_id", "place"]

[fields]
parcel_id = { type = "id", prefix = "parcel" }
order_id = { type = "ref", entity = "Order" }
customer_id = { type = "ref", entity = "Customer" }
label = { type = "string", max_length = 20 }
place = { type = "integer" }
note = { type = "string", optional = true }
expires_at = { type = "timestamp", optional = true }
deleted_at = { type = "timestamp", optional = true }

[access.of_order]

[access.deleted]
index = "GSI2"
partition = "DELETED#{customer_id}"
sort = "PARCEL#{deleted_at}"

[operations.create]
http = "POST /orders/{order_id}/parcels"
permission = "order:create"
input = ["label", "place", "expires_at"]

[operations.list]
http = "GET /orders/{order_id}/parcels"
permission = "order:read"
access = "of_order"

[operations.annotate]
kind = "update"
http = "PATCH /orders/{order_id}/parcels/{parcel_id}"
permission = "order:create"
input = ["note"]

[operations.relabel]
kind = "update"
http = "PATCH /orders/{order_id}/parcels/{parcel_id}/label"
permission = "order:create"
input = ["label"]

[operations.prolong]
kind = "update"
http = "PATCH /orders/{order_id}/parcels/{parcel_id}/expiry"
permission = "order:create"
input = ["expires_at"]

[operations.delete]
http = "DELETE /orders/{order_id}/parcels/{parcel_id}"
permission = "order:create"

[operations.restore]
http = "POST /orders/{order_id}/parcels/{parcel_id}/restore"
permission = "order:create"
"#;

#[test]
fn transactions_and_what_is_read_first() {
    check(
        &[write("entities/parcel.toml", PARCEL)],
        "Parcel",
        expect_test::expect![[r#"
            create: 0.5 read, 12 written, 2 requests
              0.5 read unit for the `Order` it belongs to
              2 write units for the check that the `Order` exists
              6 write units for the item, in a transaction
              2 write units for the lock of the unique `label`
              2 write units for the lock of the unique `place`
              with an `Idempotency-Key` 8 write units and 1 read unit more, for keeping the answer
            list: 8.5 read, 0 written, 2 requests
              0.5 read unit for the `Order` it belongs to
              8 read units for a page of 20 items, and the one after it
            annotate: 0 read, 3 written, 1 requests
              3 write units for the item
            relabel: 1 read, 10 written, 2 requests
              1 read unit for the values held so far, read first
              6 write units for the item, in a transaction
              4 write units for the locks of the unique `label`
            prolong: 1 read, 10 written, 2 requests
              1 read unit for the values held so far, read first
              6 write units for the item, in a transaction
              2 write units for the lock of the unique `label`
              2 write units for the lock of the unique `place`
            delete: 1 read, 10 written, 2 requests
              1 read unit for the values held so far, read first
              6 write units for the item, in a transaction
              2 write units for the lock of the unique `label`
              2 write units for the lock of the unique `place`
            restore: 1 read, 10 written, 2 requests
              1 read unit for the keys to write anew, read first
              6 write units for the item, in a transaction
              2 write units for the lock of the unique `label`
              2 write units for the lock of the unique `place`
            of_order: 8 read
            deleted: 8 read
        "#]],
    );
}

#[test]
fn a_rate_costs_a_write_of_its_own() {
    let rated = replace(ORDER, "output = [", "rate = \"5/s\"\noutput = [");
    let order = accept(&[rated]);
    let order = order.entity("Order").expect("the entity");
    let get = order.operations().iter().find(|operation| operation.name().as_str() == "get");
    let cost = cost::of(&accept(&[]), order, get.expect("the operation"));
    assert_eq!((cost.requests, cost.read_units, cost.write_units), (2, 0.5, 1.0));
    assert_eq!(cost.notes[1], "1 write unit for the count of the caller's calls");
}

#[test]
fn locks_that_go_for_good() {
    let customer = format!(
        "{}\n[unique]\nname = [\"name\"]\n\n[operations.delete]\nhttp = \"DELETE /customers/{{customer_id}}\"\npermission = \"order:pay\"\n",
        include_str!("base/entities/customer.toml")
    );
    check(
        &[write(CUSTOMER, &customer)],
        "Customer",
        expect_test::expect![[r#"
        delete: 1 read, 4 written, 2 requests
          1 read unit for the values to release, read first
          2 write units for the item, in a transaction
          2 write units for the lock of the unique `name`
    "#]],
    );
}

/// A delete for good that emits an event.
pub(crate) const DELETE: Edit<'_> = Edit::Replace(
    ORDER,
    "[operations.pay]",
    "[operations.delete]\nhttp = \"DELETE /orders/{order_id}\"\npermission = \"order:pay\"\nemits = \"OrderGone\"\n\n[operations.pay]",
);

/// The event, which carries these fields.
pub(crate) fn gone(carries: &str) -> String {
    let orders = include_str!("base/events/orders.toml");
    format!("{orders}\n[events.OrderGone]\nentity = \"Order\"\ncarries = {carries}\n")
}

#[test]
fn over_budget() {
    let mut cases = Cases::new("costs/over_budget");
    let budget = |budget: &str| format!("{UPDATE}{budget}\n");
    cases.check(&[replace(ORDER, UPDATE, &budget("max_write_units = 1"))]);
    cases.check(&[replace(ORDER, UPDATE, &budget("rate = \"60/min\"\nmax_write_units = 2"))]);
    cases.check(&[replace(
        ORDER,
        "filter = [\"status\"]",
        "filter = [\"status\"]\nmax_read_units = 2",
    )]);
    let gone = gone("[\"order_id\"]");
    let emits = "emits = \"OrderGone\"\n";
    let bounded = format!("{emits}max_write_units = 4\n");
    cases.check(&[write(EVENTS, &gone), DELETE, replace(ORDER, emits, &bounded)]);
    // The service's budget holds where an operation has none.
    let service = |budget: &str| format!("[service]\n{budget}\n");
    cases.check_several(&[replace(SERVICE, "[service]\n", &service("max_write_units = 1"))], 3);
    cases.check(&[replace(SERVICE, "[service]\n", &service("max_read_units = 1"))]);
    let own = "input = [\"note\", \"priority\", \"lines\", \"address\"]\nmax_write_units = 2";
    let both = "kind = \"transition\"\nmax_write_units = 3";
    accept(&[
        replace(SERVICE, "[service]\n", &service("max_write_units = 1\nmax_read_units = 3")),
        replace(ORDER, "input = [\"note\", \"priority\", \"lines\", \"address\"]", own),
        replace(ORDER, "kind = \"transition\"", both),
        replace(ORDER, UPDATE, &budget("max_write_units = 2")),
    ]);
    cases.finish();
}

#[test]
fn impossible_budgets_and_sizes() {
    let mut cases = Cases::new("costs/impossible_budgets_and_sizes");
    for budget in ["max_write_units = -1", "max_read_units = 4294967296"] {
        cases.check(&[replace(ORDER, UPDATE, &format!("{UPDATE}{budget}\n"))]);
    }
    cases.check(&[replace(SERVICE, "[service]\n", "[service]\nmax_read_units = -1\n")]);
    for size in [0, 401] {
        cases.check(&[replace(ORDER, "owner =", &format!("item_kb = {size}\nowner ="))]);
    }
    cases.finish();
}
