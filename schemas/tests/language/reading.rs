//! Documents that are not TOML, or not the tables of the language.

use crate::folder::{CUSTOMER, Cases, EVENTS, ORDER, PERMISSIONS, SERVICE, replace, write};

#[test]
fn malformed_toml() {
    let mut cases = Cases::new("reading/malformed_toml");
    cases.check(&[replace(SERVICE, "\"order-desk\"", "order-desk")]);
    cases.check(&[replace(SERVICE, "[service]", "[service")]);
    cases.check(&[replace(
        ORDER,
        "values = [\"open\", \"paid\", \"shipped\"] }",
        "values = [\"open\", \"paid\"",
    )]);
    cases.check(&[write(SERVICE, "<?xml version=\"1.0\"?>")]);
    cases.finish();
}

#[test]
fn a_key_given_twice() {
    let mut cases = Cases::new("reading/a_key_given_twice");
    cases.check(&[replace(SERVICE, "name = \"order-desk\"", "name = \"a\"\nname = \"b\"")]);
    cases.check(&[replace(ORDER, "[operations.get]", "[operations.list]")]);
    cases.check(&[replace(CUSTOMER, "min_length = 1,", "min_length = 1, min_length = 2,")]);
    cases.finish();
}

#[test]
fn malformed_toml_hides_nothing_elsewhere_and_invents_nothing() {
    let mut cases =
        Cases::new("reading/malformed_toml_hides_nothing_elsewhere_and_invents_nothing");
    // What is missing from the broken document is not missed, and the others are still judged.
    cases.check_several(
        &[
            replace(
                ORDER,
                "customer_id = { type = \"ref\", entity = \"Customer\" }",
                "customer_id = { type = \"ref\" entity }",
            ),
            replace(CUSTOMER, "max_length = 100", "max_length = 0"),
            replace(SERVICE, "name", "nmae"),
        ],
        3,
    );
    cases.finish();
}

#[test]
fn unknown_key() {
    let mut cases = Cases::new("reading/unknown_key");
    cases.check(&[replace(CUSTOMER, "max_length", "max_lenght")]);
    cases.check(&[replace(
        ORDER,
        "if_match = \"required\"",
        "if_match = \"required\"\nif_match_version = true",
    )]);
    cases.check(&[replace(PERMISSIONS, "[permissions]", "owner = \"me\"\n\n[permissions]")]);
    cases.finish();
}

#[test]
fn missing_key() {
    let mut cases = Cases::new("reading/missing_key");
    cases.check(&[write(SERVICE, "")]);
    cases.check(&[replace(
        CUSTOMER,
        "name = { type = \"string\", min_length = 1, max_length = 100 }",
        "name = {}",
    )]);
    cases.check(&[replace(CUSTOMER, ", sort = \"METADATA\"", "")]);
    cases.check(&[replace(ORDER, "initial = \"open\"\n", "")]);
    cases.check(&[replace(ORDER, "from = [\"open\"], to = \"paid\"", "from = [\"open\"]")]);
    cases.check(&[replace(ORDER, "from = [\"open\"], to = \"paid\"", "from = [], to = \"paid\"")]);
    cases.check(&[replace(ORDER, "http = \"PATCH /orders/{order_id}\"\n", "")]);
    cases.check(&[replace(ORDER, "sort = \"ORDER#{placed_at}\"\n", "")]);
    cases.check(&[replace(ORDER, "index = \"GSI1\"\n", "")]);
    cases.check(&[
        replace(EVENTS, "entity = \"Order\"\n", ""),
        replace(ORDER, "emits = \"OrderPlaced\"\n", ""),
    ]);
    cases.finish();
}

#[test]
fn wrong_type() {
    let mut cases = Cases::new("reading/wrong_type");
    cases.check(&[replace(SERVICE, "\"order-desk\"", "7")]);
    cases.check(&[replace(CUSTOMER, "max_length = 100", "max_length = \"100\"")]);
    cases.check(&[replace(CUSTOMER, "max_length = 100", "max_length = 1e2")]);
    cases.check(&[replace(ORDER, "minimum = 1, maximum = 9", "minimum = 1, maximum = inf")]);
    cases.check(&[replace(ORDER, "default = 5", "default = [5]")]);
    cases.check(&[replace(ORDER, "optional = true }\npriority", "optional = \"yes\" }\npriority")]);
    cases.check(&[replace(ORDER, "filter = [\"status\"]", "filter = \"status\"")]);
    cases.check(&[replace(ORDER, "filter = [\"status\"]", "filter = [\"status\", 3]")]);
    cases.check(&[replace(ORDER, "{ from = [\"open\"], to = \"paid\" }", "\"open to paid\"")]);
    cases.finish();
}
