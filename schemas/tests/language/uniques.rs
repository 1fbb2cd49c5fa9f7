//! Unique fields: what a lock can hold, and an item keep to itself.

use crate::folder::{CUSTOMER, Cases, ORDER, accept, replace, write};

fn customer(unique: &str) -> String {
    format!("{}\n[unique]\n{unique}\n", include_str!("base/entities/customer.toml"))
}

fn order(unique: &str) -> String {
    format!("[unique]\n{unique}\n\n[status]\n")
}

#[test]
fn unfit_for_unique() {
    let mut cases = Cases::new("uniques/unfit_for_unique");
    for fields in [r#""lines""#, r#""version""#, r#""customer_id", "status""#] {
        let unique = order(&format!("one = [{fields}]"));
        cases.check(&[replace(ORDER, "[status]\n", &unique)]);
    }
    let unique = order("one = [\"at\"]");
    for (section, field) in [
        ("", "at = { type = \"timestamp\", set = \"on_write\" }"),
        ("soft_delete = { field = \"at\" }\n", "at = { type = \"timestamp\", optional = true }"),
        ("", "at = { type = \"integer\", counter = true }"),
        ("", "at = { type = \"string\", optional = true }"),
    ] {
        cases.check(&[
            replace(ORDER, "[status]\n", &unique),
            replace(ORDER, "owner =", &format!("{section}owner =")),
            replace(ORDER, "note = {", &format!("{field}\nnote = {{")),
        ]);
    }
    // DynamoDB's limit for a key is one for all values together.
    cases.check(&[replace(ORDER, "[status]\n", &order("one = [\"customer_id\", \"note\"]"))]);
    cases.finish();
}

#[test]
fn names_and_fields_of_uniques() {
    let mut cases = Cases::new("uniques/names_and_fields_of_uniques");
    for unique in [
        "name = []",
        "name = [\"nmae\"]",
        "name = [\"name\", \"name\"]",
        "Name = [\"name\"]",
        "name = [\"name\"]\nlabel = [\"name\"]",
    ] {
        cases.check(&[write(CUSTOMER, &customer(unique))]);
    }
    cases.finish();
}

#[test]
fn too_many_uniques() {
    let mut cases = Cases::new("uniques/too_many_uniques");
    let many = |count: usize| {
        let range = 0..count;
        let fields: String =
            range.clone().map(|n| format!("f{n} = {{ type = \"integer\" }}\n")).collect();
        let uniques: String = range.map(|n| format!("u{n} = [\"f{n}\"]\n")).collect();
        customer(&uniques).replace("name = { type", &format!("{fields}name = {{ type"))
    };
    accept(&[write(CUSTOMER, &many(49))]);
    cases.check(&[write(CUSTOMER, &many(50))]);
    cases.finish();
}

#[test]
fn uniques_are_in_the_model() {
    let unique = order("note = [\"note\"]\nplace = [\"customer_id\", \"placed_at\", \"priority\"]");
    let model = accept(&[
        replace(ORDER, "[status]\n", &unique),
        // `$unique#Order#note#` and 507 characters of 4 bytes: 2,047 of 2,048 bytes.
        replace(ORDER, "max_length = 500", "max_length = 507"),
    ]);
    let order = model.entity("Order").expect("the entity");
    let uniques: Vec<_> = order
        .uniques()
        .iter()
        .map(|unique| (unique.name().as_str(), unique.fields().len()))
        .collect();
    assert_eq!(uniques, [("note", 1), ("place", 3)]);
}
