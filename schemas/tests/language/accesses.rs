//! Access patterns: their indexes, what they would read, and who keeps their keys right.

use crate::folder::{CUSTOMER, Cases, ORDER, accept, replace, write};

const INDEX: &str = "sort = \"ORDER#{placed_at}\"";

#[test]
fn unknown_index() {
    let mut cases = Cases::new("accesses/unknown_index");
    cases.check(&[replace(ORDER, "index = \"GSI1\"", "index = \"GSI21\"")]);
    cases.check(&[replace(ORDER, "index = \"GSI1\"", "index = \"gsi1\"")]);
    cases.finish();
}

#[test]
fn unknown_access_pattern() {
    let mut cases = Cases::new("accesses/unknown_access_pattern");
    cases.check(&[replace(ORDER, "access = \"by_customer\"", "access = \"by_custmer\"")]);
    cases.check(&[replace(ORDER, "output = [\"status\", \"note\"]", "access = \"newest\"")]);
    cases.finish();
}

#[test]
fn needs_scan() {
    let mut cases = Cases::new("accesses/needs_scan");
    cases.check(&[replace(ORDER, "access = \"by_customer\"\n", "")]);
    cases.check(&[write(
        CUSTOMER,
        &(customer()
            + "[operations.list]\nhttp = \"GET /customers\"\npermission = \"order:read\"\n"),
    )]);
    cases.check(&[replace(
        ORDER,
        "partition = \"CUSTOMER#{customer_id}\"",
        "partition = \"PRIORITY#{priority}\"",
    )]);
    cases.check(&[replace(
        ORDER,
        "partition = \"CUSTOMER#{customer_id}\"",
        "partition = \"CITY#{address.city}\"",
    )]);
    // Nobody is known to call a public operation, so there is no owner whose items to list.
    cases.check(&[replace(
        ORDER,
        "http = \"GET /orders\"\npermission = \"order:read\"",
        "http = \"GET /orders\"\npublic = true",
    )]);
    cases.finish();
}

#[test]
fn mixed_access_pattern() {
    let mut cases = Cases::new("accesses/mixed_access_pattern");
    let pattern = |index: &str, sort: &str| {
        customer()
            + &format!(
                "[access.all_of]\nindex = \"{index}\"\npartition = \"CUSTOMER#{{customer_id}}\"\nsort = \"{sort}\"\n"
            )
    };
    cases.check(&[write(CUSTOMER, &pattern("GSI1", "ORDER#{name}"))]);
    cases.check(&[write(CUSTOMER, &pattern("GSI1", "{name}"))]);
    // A query of a literal reads all that begins with it.
    cases.check(&[write(CUSTOMER, &pattern("GSI1", "ORDER"))]);
    accept(&[write(CUSTOMER, &pattern("GSI1", "CUSTOMER"))]);
    accept(&[write(CUSTOMER, &pattern("GSI2", "ORDER#{name}"))]);
    // The table itself is read, too.
    let parcel = part("Parcel", "PARCEL#{parcel_id}") + "[access.of_order]\n";
    let label = part("Label", "PARCEL#{label_id}#LABEL");
    cases.check(&[write("entities/parcel.toml", &parcel), write("entities/label.toml", &label)]);
    accept(&[
        write("entities/parcel.toml", &parcel),
        write("entities/label.toml", &part("Label", "LABEL#{label_id}")),
    ]);
    cases.finish();
}

/// An entity that stands in its order's partition.
fn part(name: &str, sort: &str) -> String {
    let id = name.to_lowercase();
    format!(
        "[entity]\nname = \"{name}\"\nkey = {{ partition = \"ORDER#{{order_id}}\", sort = \"{sort}\" }}\n\
         [fields]\n{id}_id = {{ type = \"id\", prefix = \"{id}\" }}\n\
         order_id = {{ type = \"ref\", entity = \"Order\" }}\n"
    )
}

#[test]
fn an_index_used_twice() {
    let mut cases = Cases::new("accesses/an_index_used_twice");
    cases.check(&[replace(
            ORDER,
            "[access.by_customer]",
            "[access.by_status]\nindex = \"GSI1\"\npartition = \"S#{status}\"\nsort = \"ORDER\"\n\n[access.by_customer]",
        )]);
    cases.finish();
}

#[test]
fn partial_index_key() {
    let mut cases = Cases::new("accesses/partial_index_key");
    cases.check(&[
        replace(ORDER, INDEX, "sort = \"ORDER#{status}#{note}\""),
        replace(ORDER, "max_length = 500", "max_length = 100"),
    ]);
    cases.check(&[
        replace(ORDER, INDEX, "sort = \"ORDER#{note}#{priority}\""),
        replace(ORDER, "max_length = 500", "max_length = 100"),
    ]);
    cases.check(&[replace(ORDER, INDEX, "sort = \"ORDER#{status}#{placed_at}\"")]);
    // One changing field is known to whoever changes it, and the primary key to everybody.
    accept(&[replace(ORDER, INDEX, "sort = \"ORDER#{status}#{order_id}\"")]);
    accept(&[replace(ORDER, INDEX, "sort = \"ORDER#{priority}#{placed_at}\"")]);
    cases.finish();
}

fn customer() -> String {
    include_str!("base/entities/customer.toml").to_owned()
}
