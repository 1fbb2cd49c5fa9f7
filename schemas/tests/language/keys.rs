//! Key templates: their grammar, the fields they name, and the space they take.

use crate::folder::{CUSTOMER, Cases, ORDER, accept, replace, write};

const KEY: &str = "partition = \"ORDER#{order_id}\", sort = \"METADATA\"";
const INDEX: &str = "sort = \"ORDER#{placed_at}\"";

#[test]
fn invalid_template() {
    let mut cases = Cases::new("keys/invalid_template");
    for key in [
        r#"partition = "", sort = "METADATA""#,
        r#"partition = "ORDER#{order_id", sort = "METADATA""#,
        r#"partition = "ORDER#{}", sort = "METADATA""#,
        r#"partition = "ORDER#{orderId}", sort = "METADATA""#,
        r#"partition = "ORDER#{order_id}{placed_at}", sort = "METADATA""#,
        r#"partition = "ORDER {order_id}", sort = "METADATA""#,
        r#"partition = "ORDER\u0024{order_id}", sort = "METADATA""#,
        r#"partition = "BÖRSE#{order_id}", sort = "METADATA""#,
    ] {
        cases.check(&[replace(ORDER, KEY, key)]);
    }
    cases.finish();
}

#[test]
fn unknown_field() {
    let mut cases = Cases::new("keys/unknown_field");
    cases.check(&[replace(ORDER, "sort = \"METADATA\"", "sort = \"AT#{placed}\"")]);
    for index in [r#"sort = "ORDER#{address.town}""#, r#"sort = "ORDER#{note.text}""#] {
        cases.check(&[replace(ORDER, INDEX, index)]);
    }
    cases.finish();
}

#[test]
fn unfit_for_key() {
    let mut cases = Cases::new("keys/unfit_for_key");
    for key in [
        r#"partition = "ORDER#{order_id}", sort = "AT#{paid_at}""#,
        r#"partition = "ORDER#{order_id}", sort = "S#{status}""#,
        r#"partition = "ORDER#{order_id}", sort = "V#{version}""#,
    ] {
        cases.check(&[replace(ORDER, KEY, key)]);
    }
    for index in
        [r#"sort = "ORDER#{version}""#, r#"sort = "ORDER#{lines}""#, r#"sort = "ORDER#{address}""#]
    {
        cases.check(&[replace(ORDER, INDEX, index)]);
    }
    cases.check(&[
        replace(ORDER, KEY, "partition = \"ORDER#{order_id}\", sort = \"C#{address.city}\""),
        replace(ORDER, "GET /orders/{order_id}", "GET /orders/{order_id}/{address}"),
        replace(ORDER, "PATCH /orders/{order_id}", "PATCH /orders/{order_id}/{address}"),
        replace(ORDER, "POST /orders/{order_id}/pay", "POST /orders/{order_id}/{address}/pay"),
    ]);
    cases.finish();
}

#[test]
fn a_key_that_dynamodb_would_refuse() {
    let mut cases = Cases::new("keys/a_key_that_dynamodb_would_refuse");
    cases.check(&[replace(ORDER, INDEX, "sort = \"{note}\"")]);
    cases.check(&[replace(ORDER, INDEX, "sort = \"NOTE#{note}\"")]);
    cases.check(&[
        replace(ORDER, INDEX, "sort = \"NOTE#{note}\""),
        replace(ORDER, "max_length = 500, ", ""),
    ]);
    accept(&[
        replace(ORDER, INDEX, "sort = \"NOTE#{note}\""),
        replace(ORDER, "max_length = 500", "max_length = 254"),
    ]);
    cases.finish();
}

#[test]
fn duplicate_key_space() {
    let mut cases = Cases::new("keys/duplicate_key_space");
    cases.check(&[replace(CUSTOMER, "CUSTOMER#{customer_id}", "ORDER#{customer_id}")]);
    cases.check(&[
        replace(
            CUSTOMER,
            "partition = \"CUSTOMER#{customer_id}\", sort = \"METADATA\"",
            "partition = \"{customer_id}\", sort = \"{name}\"",
        ),
        replace(ORDER, KEY, "partition = \"{order_id}\", sort = \"METADATA\""),
    ]);
    cases.finish();
}

#[test]
fn keys_that_differ_in_one_part_are_apart() {
    accept(&[replace(
        CUSTOMER,
        "partition = \"CUSTOMER#{customer_id}\", sort = \"METADATA\"",
        "partition = \"ORDER#{customer_id}\", sort = \"CUSTOMER\"",
    )]);
    accept(&[replace(ORDER, INDEX, "sort = \"ORDER#{address.city}\"")]);
    accept(&[write(
        "entities/tag.toml",
        "[entity]\nname = \"Tag\"\nkey = { partition = \"ORDER#{tag_id}#TAG\", sort = \"METADATA\" }\n[fields]\ntag_id = { type = \"id\", prefix = \"tag\" }\n",
    )]);
}
