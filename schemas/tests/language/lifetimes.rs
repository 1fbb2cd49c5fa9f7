//! Expiry, soft deletion and restoring: the fields that hold them, and how long they last.

use crate::folder::{Cases, ORDER, accept, replace};

const SECTION: &str = "version = \"version\"\nowner";
const NOTE: &str = "note = { type = \"string\"";
const PAY: &str = "[operations.pay]";

/// Adds keys to the entity.
fn section(keys: &str) -> String {
    format!("{keys}\n{SECTION}")
}

/// Adds a field.
fn field(field: &str) -> String {
    format!("{field}\n{NOTE}")
}

const EXPIRES_AT: &str = "expires_at = { type = \"timestamp\", optional = true }";
const DELETED_AT: &str = "deleted_at = { type = \"timestamp\", optional = true }";
const DELETED: &str = "soft_delete = { field = \"deleted_at\" }";

#[test]
fn invalid_duration() {
    let mut cases = Cases::new("lifetimes/invalid_duration");
    for after in ["5 minutes", "0s", "3651d"] {
        let keys = format!("ttl = {{ field = \"expires_at\", after = \"{after}\" }}");
        cases.check(&[
            replace(ORDER, SECTION, &section(&keys)),
            replace(ORDER, NOTE, &field(EXPIRES_AT)),
        ]);
    }
    cases.check(&[
        replace(
            ORDER,
            SECTION,
            &section("soft_delete = { field = \"deleted_at\", retain = \"\" }"),
        ),
        replace(ORDER, NOTE, &field(DELETED_AT)),
    ]);
    cases.finish();
}

#[test]
fn unfit_for_expiry() {
    let mut cases = Cases::new("lifetimes/unfit_for_expiry");
    for ttl in ["note", "expires", "placed_at", "paid_at"] {
        let keys = format!("ttl = {{ field = \"{ttl}\", after = \"2h\" }}");
        cases.check(&[replace(ORDER, SECTION, &section(&keys))]);
    }
    let keys = format!("ttl = {{ field = \"deleted_at\" }}\n{DELETED}");
    cases.check(&[
        replace(ORDER, SECTION, &section(&keys)),
        replace(ORDER, NOTE, &field(DELETED_AT)),
    ]);
    cases.finish();
}

#[test]
fn unfit_for_deletion() {
    let mut cases = Cases::new("lifetimes/unfit_for_deletion");
    for kept in ["note", "gone_at", "placed_at", "paid_at"] {
        let keys = format!("soft_delete = {{ field = \"{kept}\" }}");
        cases.check(&[replace(ORDER, SECTION, &section(&keys))]);
    }
    let keys = "soft_delete = { field = \"deleted_at\" }";
    cases.check(&[
        replace(ORDER, SECTION, &section(keys)),
        replace(ORDER, NOTE, &field("deleted_at = { type = \"timestamp\" }")),
        replace(ORDER, "\"address\"]", "\"address\", \"deleted_at\"]"),
    ]);
    // Deleting moves an item out of where it is kept.
    cases.check(&[
        replace(ORDER, SECTION, &section(keys)),
        replace(ORDER, NOTE, &field(DELETED_AT)),
        replace(ORDER, "sort = \"METADATA\"", "sort = \"GONE#{deleted_at}\""),
    ]);
    cases.finish();
}

#[test]
fn times_that_the_platform_sets_are_no_inputs() {
    let mut cases = Cases::new("lifetimes/times_that_the_platform_sets_are_no_inputs");
    let input = "input = [\"note\"]";
    cases.check(&[
        replace(ORDER, SECTION, &section("ttl = { field = \"expires_at\", after = \"2h\" }")),
        replace(ORDER, NOTE, &field(EXPIRES_AT)),
        replace(ORDER, input, "input = [\"note\", \"expires_at\"]"),
    ]);
    cases.check(&[
        replace(ORDER, SECTION, &section(DELETED)),
        replace(ORDER, NOTE, &field(DELETED_AT)),
        replace(ORDER, input, "input = [\"note\", \"deleted_at\"]"),
    ]);
    // A time that callers choose, and a key that holds it, stay as they are.
    cases.check(&[
        replace(ORDER, SECTION, &section("ttl = { field = \"expires_at\" }")),
        replace(ORDER, NOTE, &field("expires_at = { type = \"timestamp\" }")),
        replace(ORDER, "sort = \"METADATA\"", "sort = \"UNTIL#{expires_at}\""),
        replace(ORDER, "\"address\"]", "\"address\", \"expires_at\"]"),
        replace(ORDER, "GET /orders/{order_id}", "GET /orders/{order_id}/{expires_at}"),
        replace(ORDER, "PATCH /orders/{order_id}", "PATCH /orders/{order_id}/{expires_at}"),
        replace(ORDER, "POST /orders/{order_id}/pay", "POST /orders/{order_id}/{expires_at}/pay"),
        replace(ORDER, input, "input = [\"note\", \"expires_at\"]"),
    ]);
    cases.finish();
}

#[test]
fn nothing_to_restore() {
    let mut cases = Cases::new("lifetimes/nothing_to_restore");
    let restore = |route: &str, more: &str| {
        format!(
            "[operations.restore]\nhttp = \"{route}\"\npermission = \"order:create\"\n{more}\n{PAY}"
        )
    };
    let post = "POST /orders/{order_id}/restore";
    cases.check(&[replace(ORDER, PAY, &restore(post, ""))]);
    // Restoring brings back what was there, and nothing else.
    for (route, more) in [(post, "input = [\"note\"]\n"), ("PUT /orders/{order_id}/restore", "")] {
        cases.check(&[
            replace(ORDER, PAY, &restore(route, more)),
            replace(ORDER, SECTION, &section(DELETED)),
            replace(ORDER, NOTE, &field(DELETED_AT)),
        ]);
    }
    accept(&[
        replace(ORDER, PAY, &restore(post, "if_match = \"required\"\nemits = \"OrderPlaced\"\n")),
        replace(ORDER, SECTION, &section(DELETED)),
        replace(ORDER, NOTE, &field(DELETED_AT)),
    ]);
    cases.finish();
}

#[test]
fn a_list_of_deleted_items_would_be_empty() {
    let mut cases = Cases::new("lifetimes/a_list_of_deleted_items_would_be_empty");
    cases.check(&[
        replace(ORDER, SECTION, &section(DELETED)),
        replace(ORDER, NOTE, &field(DELETED_AT)),
        replace(ORDER, "sort = \"ORDER#{placed_at}\"", "sort = \"ORDER#{deleted_at}\""),
    ]);
    cases.finish();
}

#[test]
fn lifetimes_are_in_the_model() {
    let model = accept(&[
        replace(
            ORDER,
            SECTION,
            &section(
                "ttl = { field = \"expires_at\", after = \"2h\" }\n\
                 soft_delete = { field = \"deleted_at\", retain = \"30d\" }\nitem_kb = 4",
            ),
        ),
        replace(ORDER, NOTE, &field(&format!("{EXPIRES_AT}\n{DELETED_AT}"))),
    ]);
    let order = model.entity("Order").expect("the entity");
    let ttl = order.ttl().as_ref().expect("an expiry");
    assert_eq!((ttl.field().as_str(), *ttl.after()), ("expires_at", Some(7_200)));
    let deleted = order.soft_delete().as_ref().expect("a deletion");
    assert_eq!((deleted.field().as_str(), *deleted.retain()), ("deleted_at", Some(2_592_000)));
    assert_eq!(*order.item_kb(), 4);
    let customer = model.entity("Customer").expect("the entity");
    assert!(customer.ttl().is_none() && customer.soft_delete().is_none());
    assert_eq!(*customer.item_kb(), 1);
}
