//! Projections: what indexes hold, and who may ask for it.

use purlin_schema::Model;
use purlin_schema::model::IndexProjection;

use crate::folder::{CUSTOMER, Cases, ORDER, accept, replace, write};

const ORDERED: &str = "order = \"descending\"";

fn project(fields: &str) -> String {
    format!("{ORDERED}\nproject = [{fields}]")
}

/// A pattern of customers, on the index of the orders' own.
fn customer(project: &str) -> String {
    format!(
        "{}\n[access.all_named]\nindex = \"GSI1\"\npartition = \"CUSTOMERS\"\nsort = \"CUSTOMER#{{name}}\"\n{project}\n",
        include_str!("base/entities/customer.toml")
    )
}

#[test]
fn unfit_projection() {
    let mut cases = Cases::new("projections/unfit_projection");
    for fields in [r#""status", "note", "status""#, r#""status", "notes""#] {
        cases.check(&[replace(ORDER, ORDERED, &project(fields))]);
    }
    // The table itself holds whole items.
    for fields in ["\"status\"", ""] {
        let pattern = format!("[access.own]\nproject = [{fields}]\n\n[operations.create]");
        cases.check(&[replace(ORDER, "[operations.create]", &pattern)]);
    }
    cases.finish();
}

#[test]
fn mixed_projection() {
    let mut cases = Cases::new("projections/mixed_projection");
    cases.check(&[replace(ORDER, ORDERED, &project("\"status\"")), write(CUSTOMER, &customer(""))]);
    cases.check(&[write(CUSTOMER, &customer("project = []"))]);
    accept(&[
        replace(ORDER, ORDERED, &project("\"status\"")),
        write(CUSTOMER, &customer("project = []")),
    ]);
    cases.finish();
}

#[test]
fn not_projected() {
    let mut cases = Cases::new("projections/not_projected");
    cases.check(&[replace(ORDER, ORDERED, &project("\"note\""))]);
    let get = "output = [\"status\", \"note\"]";
    let through = "access = \"by_customer\"\noutput = [\"status\", \"note\"]";
    let held = through.replace("note", "order_id\", \"placed_at");
    let edits = |own, output| {
        [
            replace(ORDER, ORDERED, own),
            replace(ORDER, get, output),
            replace(ORDER, "GET /orders/{order_id}", "GET /order"),
        ]
    };
    let own = project("\"status\"");
    cases.check(&edits(&own, through));
    // What stands in the keys is known of a row as well.
    let model = accept(&edits(&own, &held));
    let order = model.entity("Order").expect("the entity");
    let row = order.row(order.access("by_customer").expect("the pattern"));
    let row: Vec<_> = row.iter().map(|field| field.name().as_str()).collect();
    assert_eq!(row, ["order_id", "customer_id", "status", "placed_at"]);
    cases.finish();
}

#[test]
fn too_many_projected() {
    let mut cases = Cases::new("projections/too_many_projected");
    let many = |count: usize| {
        let names = (0..count).map(|n| format!("\"f{n}\"")).collect::<Vec<_>>().join(", ");
        let fields: String =
            (0..count).map(|n| format!("f{n} = {{ type = \"json\" }}\n")).collect();
        customer(&format!("project = [{names}]"))
            .replace("GSI1", "GSI2")
            .replace("name = { type", &format!("{fields}name = {{ type"))
    };
    let own = project("\"status\"");
    accept(&[replace(ORDER, ORDERED, &own), write(CUSTOMER, &many(99))]);
    cases.check(&[replace(ORDER, ORDERED, &own), write(CUSTOMER, &many(100))]);
    cases.finish();
}

/// What the indexes of a model hold.
fn held(model: &Model) -> Vec<(&str, String)> {
    let held = |projection: &IndexProjection| match projection {
        IndexProjection::All => "all".to_owned(),
        IndexProjection::Keys => "keys".to_owned(),
        IndexProjection::Include(attributes) => attributes.join(" "),
    };
    model.indexes().iter().map(|index| (index.name().as_str(), held(index.projection()))).collect()
}

#[test]
fn an_index_holds_what_all_its_patterns_need() {
    let check = |model: &Model, expected: &[(&str, &str)]| {
        let held = held(model);
        let held: Vec<_> = held.iter().map(|(index, held)| (*index, held.as_str())).collect();
        assert_eq!(held, expected);
    };
    check(&accept(&[]), &[("GSI1", "all")]);
    // The partition tells the owner already.
    let filter = "filter = [\"status\"]\n";
    let keys = project("");
    let none = [replace(ORDER, ORDERED, &keys), replace(ORDER, filter, "")];
    check(&accept(&none), &[("GSI1", "keys")]);
    check(
        &accept(&[
            replace(ORDER, ORDERED, &project("\"status\", \"placed_at\"")),
            write(CUSTOMER, &customer("project = [\"name\"]")),
        ]),
        &[("GSI1", "name placedAt status")],
    );
    // Where it does not, the index must; and whether an item is there at all.
    let status = "[access.by_status]\nindex = \"GSI10\"\npartition = \"STATUS#{status}\"\nsort = \"ORDER\"\nproject = [\"note\"]\n\n[operations.create]";
    let at = "deleted_at = { type = \"timestamp\", optional = true }\n\
              expires_at = { type = \"timestamp\", optional = true }\nnote = {";
    let roles =
        "ttl = { field = \"expires_at\" }\nsoft_delete = { field = \"deleted_at\" }\nowner =";
    check(
        &accept(&[
            replace(ORDER, "[operations.create]", status),
            replace(ORDER, "note = {", at),
            replace(ORDER, "owner =", roles),
            replace(ORDER, ORDERED, &project("\"status\"")),
        ]),
        &[("GSI1", "_ttl deletedAt status"), ("GSI10", "_ttl customerId deletedAt note")],
    );
}
