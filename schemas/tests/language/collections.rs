//! Collections: items of several entities that stand in one partition.

use purlin_schema::cost;

use crate::folder::{Cases, Edit, ORDER, accept, replace, write};

const OPERATIONS: &str = "[operations.create]";

/// A collection of the orders'.
fn collection(keys: &str) -> String {
    format!("[collections.dossier]\n{keys}\n\n{OPERATIONS}")
}

/// An entity that stands in its order's partition.
fn part(name: &str, sort: &str, more: &str) -> String {
    let id = name.to_lowercase();
    format!(
        "[entity]\nname = \"{name}\"\nkey = {{ partition = \"ORDER#{{order_id}}\", sort = \"{sort}\" }}\n\
         [fields]\n{id}_id = {{ type = \"id\", prefix = \"{id}\" }}\n\
         order_id = {{ type = \"ref\", entity = \"Order\" }}\n{more}"
    )
}

fn parcel() -> String {
    part("Parcel", "PARCEL#{parcel_id}", "")
}

fn visit() -> String {
    part("Visit", "VISIT#{visit_id}", "")
}

const PARCEL: &str = "entities/parcel.toml";
const VISIT: &str = "entities/visit.toml";

#[test]
fn members() {
    let mut cases = Cases::new("collections/members");
    for keys in [
        "",
        "many = [\"Parcels\"]",
        "many = [\"Parcel\", \"Parcel\"]",
        "many = [\"Parcel\"]\nfirst = [\"Parcel\"]",
        "many = [\"Parcel\", \"Order\"]",
        "many = [\"Parcel\"]\norder = \"up\"",
        "many = [\"Parcel\"]\nindex = \"GSI21\"",
    ] {
        // Nothing else stands in the partition where no member is known.
        let sort = if keys.is_empty() { "OTHER#{order_id}" } else { "ORDER#{order_id}" };
        let parcel = parcel().replace("ORDER#{order_id}", sort);
        cases.check(&[replace(ORDER, OPERATIONS, &collection(keys)), write(PARCEL, &parcel)]);
    }
    // Two entities cannot both be last.
    cases.check(&[
        replace(ORDER, OPERATIONS, &collection("first = [\"Parcel\", \"Visit\"]")),
        write(PARCEL, &parcel()),
        write(VISIT, &visit()),
    ]);
    // The parts of a collection are named for the entities.
    let order = parcel().replace("name = \"Parcel\"", "name = \"Parcel\"\nplural = \"order\"");
    cases.check(&[
        replace(ORDER, OPERATIONS, &collection("many = [\"Parcel\"]")),
        write(PARCEL, &order),
    ]);
    cases.finish();
}

#[test]
fn names() {
    let mut cases = Cases::new("collections/names");
    for name in ["by_customer", "pay", "query", "Dossier", "patch"] {
        let text = collection("many = [\"Parcel\"]").replace("dossier", name);
        cases.check(&[replace(ORDER, OPERATIONS, &text), write(PARCEL, &parcel())]);
    }
    cases.finish();
}

#[test]
fn collection_mismatch() {
    let mut cases = Cases::new("collections/collection_mismatch");
    cases.check(&[
        replace(ORDER, OPERATIONS, &collection("many = [\"Parcel\"]")),
        write(PARCEL, &parcel().replace("ORDER#{order_id}", "PARCEL#{parcel_id}")),
    ]);
    // Either of the two may be missing from an index.
    let keys = "index = \"GSI1\"\npartition = \"ORDER#{order_id}\"\nsort = ";
    let parcel = parcel() + "[access.of_order]\n" + keys + "\"PARCEL#{parcel_id}\"\n";
    cases.check(&[
        replace(ORDER, OPERATIONS, &collection("index = \"GSI2\"\nmany = [\"Parcel\"]")),
        write(PARCEL, &parcel.replace("GSI1", "GSI2")),
    ]);
    cases.check(&[
        replace(
            ORDER,
            OPERATIONS,
            &(format!("[access.itself]\n{}\"ORDER\"\n\n", keys.replace("GSI1", "GSI2"))
                + &collection("index = \"GSI2\"\nmany = [\"Parcel\"]")),
        ),
        write(PARCEL, &parcel),
    ]);
    cases.finish();
}

#[test]
fn incomplete_collection() {
    let mut cases = Cases::new("collections/incomplete_collection");
    let visits = |edits: &[(&str, &str)]| {
        edits.iter().fold(visit(), |text, (from, to)| text.replace(from, to))
    };
    cases.check(&[
        replace(ORDER, OPERATIONS, &collection("many = [\"Parcel\"]")),
        write(PARCEL, &parcel()),
        write(VISIT, &visits(&[])),
    ]);
    // Another name for the field makes the same keys, and so may a wider template.
    for partition in ["ORDER#{visit_id}", "{visit_id}#{order_id}"] {
        cases.check(&[
            replace(ORDER, OPERATIONS, &collection("many = [\"Parcel\"]")),
            write(PARCEL, &parcel()),
            write(VISIT, &visits(&[("ORDER#{order_id}", partition)])),
        ]);
    }
    accept(&[
        replace(ORDER, OPERATIONS, &collection("many = [\"Parcel\"]")),
        write(PARCEL, &parcel()),
        write(VISIT, &visits(&[("ORDER#{order_id}", "ORDER#{order_id}#VISITS")])),
    ]);
    cases.finish();
}

#[test]
fn many_roots() {
    let mut cases = Cases::new("collections/many_roots");
    cases.check(&[
        replace(ORDER, OPERATIONS, "[operations.create]"),
        write(PARCEL, &(parcel() + "[collections.dossier]\nmany = [\"Order\"]\n")),
    ]);
    // Any number of orders may stand in a customer's partition of an index.
    let keys = "index = \"GSI2\"\npartition = \"CUSTOMER#{customer_id}\"\nsort = ";
    let own = format!("[access.itself]\n{keys}\"ORDER\"\n\n");
    let parcel = parcel()
        + "customer_id = { type = \"ref\", entity = \"Customer\" }\n[access.of_customer]\n"
        + keys
        + "\"PARCEL#{parcel_id}\"\n";
    cases.check(&[
        replace(ORDER, OPERATIONS, &(own + &collection("index = \"GSI2\"\nmany = [\"Parcel\"]"))),
        write(PARCEL, &parcel),
    ]);
    cases.finish();
}

/// A collection of orders and parcels, and of visits of which the first is read.
fn edits<'a>(dossier: &'a str, parcel: &'a str, visit: &'a str) -> [Edit<'a>; 3] {
    [replace(ORDER, OPERATIONS, dossier), write(PARCEL, parcel), write(VISIT, visit)]
}

#[test]
fn collection_order() {
    let mut cases = Cases::new("collections/collection_order");
    let ascending = collection("many = [\"Parcel\"]\nfirst = [\"Visit\"]");
    let descending = collection("many = [\"Parcel\"]\nfirst = [\"Visit\"]\norder = \"descending\"");
    let visit = |sort: &str| part("Visit", sort, "");
    accept(&edits(&ascending, &parcel(), &visit("VISIT#{visit_id}")));
    accept(&edits(&descending, &parcel(), &visit("A#{visit_id}")));
    cases.check(&edits(&descending, &parcel(), &visit("VISIT#{visit_id}")));
    cases.check(&edits(&ascending, &parcel(), &visit("A#{visit_id}")));
    // Between the others neither order will do, nor where a value decides.
    cases.check(&edits(&ascending, &parcel(), &visit("NOTE#{visit_id}")));
    cases.check(&edits(&descending, &parcel(), &visit("NOTE#{visit_id}")));
    cases.check(&edits(&ascending, &parcel(), &visit("PARCEL{visit_id}#VISIT#OF")));
    cases.finish();
}

#[test]
fn partial_collection() {
    let mut cases = Cases::new("collections/partial_collection");
    let keys = "index = \"GSI2\"\nproject = []\npartition = \"ORDER#{order_id}\"\nsort = ";
    let own = format!("[access.itself]\n{keys}\"ORDER\"\n\n");
    let parcel = parcel() + "[access.of_order]\n" + keys + "\"PARCEL#{parcel_id}\"\n";
    let dossier = own + &collection("index = \"GSI2\"\nmany = [\"Parcel\"]");
    cases.check_several(&[replace(ORDER, OPERATIONS, &dossier), write(PARCEL, &parcel)], 2);
    let (dossier, parcel) =
        (dossier.replace("project = []\n", ""), parcel.replace("project = []\n", ""));
    accept(&[replace(ORDER, OPERATIONS, &dossier), write(PARCEL, &parcel)]);
    cases.finish();
}

#[test]
fn collections_are_in_the_model() {
    let dossier = collection(
        "description = \"All of an order.\"\nmany = [\"Parcel\"]\nfirst = [\"Visit\"]\norder = \"ascending\"",
    );
    let visit = visit().replace("[fields]", "item_kb = 3\n[fields]");
    let model = accept(&edits(&dossier, &parcel(), &visit));
    let order = model.entity("Order").expect("the entity");
    let dossier = order.collection("dossier").expect("the collection");
    assert_eq!(dossier.description().as_deref(), Some("All of an order."));
    assert_eq!(dossier.partition().as_str(), "ORDER#{order_id}");
    assert_eq!(dossier.many().iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["Parcel"]);
    assert_eq!(dossier.first().as_ref().map(|name| name.as_str()), Some("Visit"));
    assert!(dossier.index().is_none() && !dossier.descending());
    // An order, twenty parcels and a visit of 3 KB are 24 KB.
    assert_eq!(cost::collection(&model, order, dossier).read_units, 3.0);
}
