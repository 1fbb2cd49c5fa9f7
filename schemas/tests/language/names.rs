//! Names: their forms, words that are taken, and names given twice.

use std::fs;
use std::path::Path;

use purlin_schema::Name;

use crate::folder::{CUSTOMER, Cases, EVENTS, Folder, ORDER, SERVICE, accept, replace, write};
use crate::subscribers::PATH;

#[test]
fn invalid_name() {
    let mut cases = Cases::new("names/invalid_name");
    cases.check(&[replace(SERVICE, "order-desk", "OrderDesk")]);
    cases.check(&[replace(CUSTOMER, "name = { type", "fullName = { type")]);
    cases.check(&[replace(EVENTS, "name = \"orders\"", "name = \"Orders\"")]);
    cases.check(&[write("entities/api_key.toml", &entity("APIKey", "api_key"))]);
    cases.check(&[write("entities/parcel.toml", &entity("Parcel", "Parcel"))]);
    cases.check(&[
        replace(ORDER, "[access.by_customer]", "[access.byCustomer]"),
        replace(ORDER, "access = \"by_customer\"", "access = \"byCustomer\""),
    ]);
    cases.check(&[replace(ORDER, "[operations.update]", "[operations.Change]\nkind = \"update\"")]);
    let long = format!("{} = {{ type", "n".repeat(65));
    cases.check(&[replace(CUSTOMER, "name = { type", &long)]);
    cases.finish();
}

#[test]
fn reserved_word() {
    let mut cases = Cases::new("names/reserved_word");
    cases.check(&[replace(SERVICE, "order-desk", "aws")]);
    cases.check(&[replace(CUSTOMER, "name = { type", "type = { type")]);
    cases.check(&[write("entities/event.toml", &entity("Event", "event"))]);
    cases.check(&[write("entities/lib.toml", &entity("Lib", "lib"))]);
    cases.check(&[write("entities/stored.toml", &entity("Stored", "stored"))]);
    cases.check(&[replace(
        EVENTS,
        "[events.OrderPlaced]",
        "[events.Stored]\n\n[events.OrderPlaced]",
    )]);
    cases.check(&[
        replace(ORDER, "[access.by_customer]", "[access.query]"),
        replace(ORDER, "access = \"by_customer\"", "access = \"query\""),
    ]);
    cases.check(&[write("entities/zone.toml", &entity("Zone", "zone").replace("key_id", "step"))]);
    cases.check(&[replace(ORDER, "[operations.update]", "[operations.all]\nkind = \"update\"")]);
    cases.check(&[
        replace(ORDER, "note = { type = \"string\", max", "limit = { type = \"string\", max"),
        replace(ORDER, "output = [\"status\", \"note\"]\n", ""),
        replace(ORDER, "filter = [\"status\"]", "filter = [\"limit\"]"),
        replace(ORDER, "input = [\"note\", ", "input = [\"limit\", "),
        replace(ORDER, "input = [\"note\"]", "input = [\"limit\"]"),
    ]);
    cases.finish();
}

/// A generated repository has the methods of the runtime's, and an entity those of its trait.
#[test]
fn a_method_that_is_there_already_is_no_name_for_another() {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src");
    let mut names = vec!["fields".to_owned()];
    for (path, block, method) in [
        ("repository.rs", "impl<E: Entity> Repository<E> {", "pub "),
        ("repository/many.rs", "impl<E: Entity> Repository<E> {", "pub "),
        ("query/collect.rs", "impl<E: Entity> Repository<E> {", "pub "),
        ("entity.rs", "pub trait Entity", ""),
    ] {
        let source = fs::read_to_string(runtime.join(path)).expect("a source file");
        let (_, rest) = source.split_once(block).expect("the block is there");
        let (body, _) = rest.split_once("\n}\n").expect("a block ends");
        names.extend(body.lines().filter_map(|line| {
            let (before, rest) = line.split_once("fn ")?;
            let declared = before.strip_prefix("    ")?.strip_prefix(method)?;
            let name = rest.split(['(', '<']).next()?;
            matches!(declared, "" | "async " | "const ").then(|| name.to_owned())
        }));
    }
    assert!(names.len() > 25, "{names:?}");
    let free: Vec<_> = names
        .iter()
        .filter(|name| {
            let pattern = format!("[access.{name}]");
            let listed = format!("access = \"{name}\"");
            let folder = Folder::new(&[
                replace(ORDER, "[access.by_customer]", &pattern),
                replace(ORDER, "access = \"by_customer\"", &listed),
            ]);
            !folder.compile().is_err_and(|it| folder.report(&it).contains("reserved-word"))
        })
        .collect();
    assert!(free.is_empty(), "to be added to `TAKEN_METHODS`: {free:?}");
}

#[test]
fn duplicate_name() {
    let mut cases = Cases::new("names/duplicate_name");
    cases.check(&[write("entities/zone.toml", &entity("Order", "zone"))]);
    cases.check(&[write(
        "entities/zone.toml",
        &entity("Zone", "zone").replace("[fields]", "plural = \"orders\"\n[fields]"),
    )]);
    cases.check(&[write("entities/zone.toml", &entity("Zone", "order"))]);
    cases.check(&[replace(
        CUSTOMER,
        "name = { type = \"string\", min_length = 1, max_length = 100 }",
        "a_1 = { type = \"json\" }\na1 = { type = \"json\" }",
    )]);
    cases.check(&[replace(
        CUSTOMER,
        "name = { type",
        "other_id = { type = \"id\", prefix = \"other\" }\nname = { type",
    )]);
    cases.check(&[
        replace(ORDER, "pay = { from", "by_customer = { from"),
        replace(
            ORDER,
            "kind = \"transition\"",
            "kind = \"transition\"\ntransition = \"by_customer\"",
        ),
    ]);
    cases.check(&[replace(
        ORDER,
        "output = [\"status\", \"note\"]",
        "output = [\"status\", \"status\"]",
    )]);
    cases.check(&[replace(ORDER, "from = [\"open\"]", "from = [\"open\", \"open\"]")]);
    cases.check(&[replace(EVENTS, "[\"order_id\", \"status\"]", "[\"order_id\", \"order_id\"]")]);
    cases.check(&[replace(EVENTS, "channel = {", "order_id = {")]);
    cases.check(&[write("events/more.toml", "[family]\nname = \"orders\"\n\n[events]\n")]);
    cases.check(&[
        write("events/more.toml", "[family]\nname = \"more\"\n\n[events.OrderPlaced]\n"),
        replace(ORDER, "emits = \"OrderPlaced\"\n", ""),
    ]);
    cases.finish();
}

/// A subscriber to two events.
fn subscriber(name: &str) -> String {
    format!(
        "[subscriber]\nname = \"{name}\"\non = [\"OrderPlaced\", \"OrderSeen\"]\nrun = \"custom\"\n"
    )
}

const SEEN: &str =
    "[family]\nname = \"seen\"\n\n[events.OrderSeen]\nfields = { at = { type = \"timestamp\" } }\n";

#[test]
fn names_around_subscribers() {
    let mut cases = Cases::new("names/names_around_subscribers");
    let seen = || write("events/seen.toml", SEEN);
    // What the generated code itself is called.
    for name in ["ByHand", "Subscribers", "Received"] {
        let plural = Name::new(name).snake();
        cases.check(&[write("entities/one.toml", &entity(name, &plural))]);
    }
    let by_hand = SEEN.replace("OrderSeen", "ByHand");
    cases.check(&[write("events/seen.toml", &by_hand)]);
    for name in ["all", "match", "from"] {
        cases.check(&[seen(), write(PATH, &subscriber(name))]);
    }
    // The enum of what it receives is a type as an event is, and as another's is.
    let greeted = SEEN.replace("[events.OrderSeen]", "[events.GreetEvent]\n\n[events.OrderSeen]");
    cases.check(&[write("events/seen.toml", &greeted), write(PATH, &subscriber("greet"))]);
    let other = subscriber("greet_1");
    cases.check(&[
        seen(),
        write(PATH, &subscriber("greet1")),
        write("subscribers/two.toml", &other),
    ]);
    // Code by hand has one method of each name.
    let version = "[events.OrderSeen]\nversion = 2\nupcast.1 = { custom = true }\n";
    let upcast = SEEN.replace("[events.OrderSeen]\n", version);
    let method = subscriber("upcast_order_seen_1");
    cases.check(&[write("events/seen.toml", &upcast), write(PATH, &method)]);
    cases.finish();
}

#[test]
fn two_types_of_one_name() {
    let mut cases = Cases::new("names/two_types_of_one_name");
    // Objects and enums are types named by the path to them.
    cases.check(&[write("entities/order_status.toml", &entity("OrderStatus", "order_status"))]);
    cases.check(&[replace(
        ORDER,
        "note = {",
        "id = { type = \"enum\", values = [\"a\"], default = \"a\" }\nnote = {",
    )]);
    cases.check(&[replace(
            ORDER,
            "note = {",
            "line_items = { type = \"list\", items = { type = \"enum\", values = [\"a\"] } }\nline = { type = \"object\", optional = true, fields = { items = { type = \"enum\", values = [\"a\"] } } }\nnote = {",
        )]);
    cases.check(&[replace(
        EVENTS,
        "[events.OrderPlaced]",
        "[events.Customer]\n\n[events.OrderPlaced]",
    )]);
    cases.check(&[write("entities/create_order.toml", &entity("CreateOrder", "create"))]);
    // The paths to an entity's fields, and to an object's, are types, and so is a row of an index.
    cases.check(&[write("entities/paths.toml", &entity("OrderFields", "paths"))]);
    cases.check(&[write("entities/paths.toml", &entity("OrderAddressFields", "paths"))]);
    cases.check(&[
        write("entities/row.toml", &entity("OrderByCustomer", "row")),
        replace(ORDER, "order = \"descending\"", "project = [\"status\"]"),
    ]);
    cases.finish();
}

#[test]
fn names_that_only_look_alike_are_free() {
    accept(&[write("entities/orders.toml", &entity("Orders", "orders"))]);
    accept(&[write("entities/row.toml", &entity("OrderByCustomer", "row"))]);
    accept(&[replace(CUSTOMER, "name = {", "id2 = { type = \"json\" }\nname = {")]);
}

/// An entity of its own, with nothing but an id.
fn entity(name: &str, prefix: &str) -> String {
    format!(
        "[entity]\nname = \"{name}\"\nkey = {{ partition = \"{name}#{{key_id}}\", sort = \"X\" }}\n\
         [fields]\nkey_id = {{ type = \"id\", prefix = \"{prefix}\" }}\n"
    )
}
