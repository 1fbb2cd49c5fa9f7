//! Visibility: who may see and give a field, and where else it would be told.

use crate::folder::{Cases, EVENTS, Edit, ORDER, accept, replace};

const NOTE: &str = "note = { type = \"string\", max_length = 500, optional = true";

/// The order's note with one more option.
fn note(option: &str) -> String {
    format!("{NOTE}, {option}")
}

#[test]
fn who_sees_and_gives_a_field() {
    let hidden = note("hidden = true, write_by = \"order:pay\"");
    let guarded = "priority = { read_by = \"order:pay\", write_by = \"order:pay\",";
    let model = accept(&[
        replace(ORDER, NOTE, &hidden),
        replace(ORDER, "output = [\"status\", \"note\"]", "output = [\"status\", \"priority\"]"),
        replace(ORDER, "priority = {", guarded),
    ]);
    let order = model.entity("Order").expect("the entity");
    let field = |name| order.field(name).expect("the field");
    assert!(*field("note").hidden() && !field("priority").hidden());
    assert_eq!(field("note").read_by().as_deref(), None);
    assert_eq!(field("note").write_by().as_deref(), Some("order:pay"));
    assert_eq!(field("priority").read_by().as_deref(), Some("order:pay"));
}

#[test]
fn whoever_holds_the_permission_anyway_may_ask() {
    accept(&[
        replace(ORDER, "priority = {", "priority = { read_by = \"order:read\","),
        replace(ORDER, "filter = [\"status\"]", "filter = [\"priority\"]"),
        replace(ORDER, "sort = \"ORDER#{placed_at}\"", "sort = \"ORDER#{priority}\""),
    ]);
}

#[test]
fn contradictions() {
    let mut cases = Cases::new("visibility/contradictions");
    let output = || replace(ORDER, "output = [\"status\", \"note\"]", "output = [\"status\"]");
    let both = note("hidden = true, read_by = \"order:read\"");
    cases.check(&[replace(ORDER, NOTE, &both), output()]);
    let unknown = note("read_by = \"order:pai\"");
    cases.check(&[replace(ORDER, NOTE, &unknown)]);
    let unknown = note("write_by = \"staff:write\"");
    cases.check(&[replace(ORDER, NOTE, &unknown)]);
    for (from, to) in [
        // No body gives it.
        ("paid_at = {", "paid_at = { write_by = \"order:pay\","),
        // A create without it fails.
        ("address = { type", "address = { write_by = \"order:pay\", type"),
        ("{ sku = { ", "{ sku = { hidden = true, "),
        ("{ sku = { ", "{ sku = { read_by = \"order:read\", "),
        ("items = { type", "items = { write_by = \"order:pay\", type"),
    ] {
        cases.check(&[replace(ORDER, from, to)]);
    }
    let path = [
        replace(
            ORDER,
            NOTE,
            "sku = { type = \"string\", max_length = 9, write_by = \"order:pay\" }\nnote = { type = \"string\", max_length = 500, optional = true",
        ),
        replace(ORDER, "POST /orders\"", "POST /orders/{sku}\""),
        replace(ORDER, "input = [\"note\"]", "input = [\"note\", \"sku\"]"),
    ];
    cases.check(&path);
    let event = "channel = { read_by = \"order:read\",";
    cases.check(&[replace(EVENTS, "channel = {", event)]);
    cases.finish();
}

#[test]
fn what_would_be_told_all_the_same() {
    let mut cases = Cases::new("visibility/what_would_be_told_all_the_same");
    let hide = |option: &'static str, edits: &[Edit<'_>], cases: &mut Cases| {
        // Edits borrow, so each case writes its own.
        let field = format!("priority = {{ {option},");
        let mut all = vec![replace(ORDER, "priority = {", &field)];
        all.extend(edits.iter().map(|edit| match edit {
            Edit::Replace(path, from, to) => Edit::Replace(path, from, to),
            Edit::Write(path, text) => Edit::Write(path, text),
            Edit::Remove(path) => Edit::Remove(path),
        }));
        cases.check(&all);
    };
    let filter = replace(ORDER, "filter = [\"status\"]", "filter = [\"priority\"]");
    let sort = replace(ORDER, "sort = \"ORDER#{placed_at}\"", "sort = \"ORDER#{priority}\"");
    let event = replace(EVENTS, "carries = [", "carries = [\"priority\", ");
    let output = replace(ORDER, "\"status\", \"note\"]", "\"status\", \"priority\"]");
    let project = replace(
        ORDER,
        "order = \"descending\"",
        "order = \"descending\"\nproject = [\"priority\", \"status\"]\n[access.whole]\nindex = \"GSI2\"\npartition = \"WHOLE#{order_id}\"\nsort = \"WHOLE\"",
    );
    let unique = replace(ORDER, "[fields]", "[unique]\npriority = [\"priority\"]\n[fields]");
    let in_path = [
        replace(
            ORDER,
            "partition = \"CUSTOMER#{customer_id}\"",
            "partition = \"CUSTOMER#{priority}\"",
        ),
        replace(ORDER, "GET /orders\"", "GET /orders/by/{priority}\""),
    ];
    for option in ["hidden = true", "read_by = \"order:pay\""] {
        hide(option, std::slice::from_ref(&filter), &mut cases);
        hide(option, std::slice::from_ref(&sort), &mut cases);
        hide(option, std::slice::from_ref(&event), &mut cases);
        hide(option, std::slice::from_ref(&unique), &mut cases);
        hide(option, &in_path, &mut cases);
    }
    hide("hidden = true", &[output], &mut cases);
    let project =
        [project, replace(ORDER, "output = [\"status\", \"note\"]", "output = [\"status\"]")];
    hide("hidden = true", &project, &mut cases);
    cases.finish();
}

#[test]
fn what_a_field_is_for_tells_it() {
    let mut cases = Cases::new("visibility/what_a_field_is_for_tells_it");
    for field in ["order_id", "customer_id", "version"] {
        let (from, to) = (format!("{field} = {{"), format!("{field} = {{ hidden = true,"));
        cases.check(&[replace(ORDER, &from, &to)]);
    }
    let status = replace(ORDER, "status = {", "status = { read_by = \"order:pay\",");
    let filter = replace(ORDER, "filter = [\"status\"]\n", "");
    cases.check(&[status, filter]);
    let parent = replace(ORDER, "owner = \"customer_id\"", "parent = \"customer_id\"");
    let path = replace(ORDER, "POST /orders\"", "POST /customers/{customer_id}/orders\"");
    let list = replace(ORDER, "GET /orders\"", "GET /customers/{customer_id}/orders\"");
    let customer = replace(ORDER, "customer_id = {", "customer_id = { hidden = true,");
    cases.check(&[parent, path, list, customer]);
    let placed = replace(ORDER, "placed_at = {", "placed_at = { read_by = \"order:pay\",");
    let sort = replace(ORDER, "sort = \"METADATA\"", "sort = \"AT#{placed_at}\"");
    cases.check_several(&[placed, sort], 4);
    cases.finish();
}
