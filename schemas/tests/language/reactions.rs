//! What subscribers write without a handler.

use crate::api_keys::{KEY, WHOLE};
use crate::folder::{Cases, EVENTS, ORDER, accept, replace, write};
use crate::subscribers::PATH;

const STATS: &str = "entities/stats.toml";

/// An entity with a line of each kind.
const ENTITY: &str = r#"
[entity]
name = "Stats"
plural = "stats"
key = { partition = "CUSTOMER#{customer_id}", sort = "STATS" }
owner = "customer_id"
version = "version"

[fields]
customer_id = { type = "ref", entity = "Customer" }
last_order = { type = "ref", entity = "Order" }
last_status = { type = "enum", values = ["open", "paid", "shipped"], optional = true }
last_address = { type = "object", fields = { city = { type = "string", max_length = 100 } }, optional = true }
last_lines = { type = "list", items = { type = "object", fields = { sku = { type = "string" } } } }
last_channel = { type = "string", optional = true }
orders = { type = "integer", minimum = 0 }
hits = { type = "integer", counter = true }
weight = { type = "number", default = 0 }
tags = { type = "list", items = { type = "string" } }
changed_at = { type = "timestamp", set = "on_write" }
version = { type = "integer", minimum = 1 }
"#;

const EVENT: &str = "carries = [\"order_id\", \"status\"]";

const CARRIES: &str =
    "carries = [\"order_id\", \"status\", \"customer_id\", \"priority\", \"address\", \"lines\"]";

fn project(lines: &str) -> String {
    format!(
        "[subscriber]\nname = \"tell\"\non = [\"OrderPlaced\"]\n\n[subscriber.project]\ninto = \"Stats\"\n{lines}\n"
    )
}

const SET: &str = "set = { last_order = \"order_id\" }";

const ADD: &str = "add = { orders = 1 }";

fn step(on: &str, entity: &str, step: &str) -> String {
    format!(
        "[subscriber]\nname = \"tell\"\non = {on}\ntransition = {{ entity = \"{entity}\", step = \"{step}\" }}\n"
    )
}

#[test]
fn a_projection_writes_all_that_an_item_needs() {
    for lines in [
        format!("{SET}\n{ADD}"),
        format!("{SET}\nadd = {{ orders = 1, hits = -2, weight = 3 }}"),
        format!("set = {{ last_channel = \"channel\", orders = \"priority\", {}", &SET[8..]),
    ] {
        accept(&[
            write(STATS, ENTITY),
            replace(EVENTS, EVENT, CARRIES),
            write(PATH, &project(&lines)),
        ]);
    }
}

#[test]
fn unfit_projections() {
    let mut cases = Cases::new("reactions/unfit_projections");
    let mut check = |lines: &str| {
        cases.check(&[
            write(STATS, ENTITY),
            replace(EVENTS, EVENT, CARRIES),
            write(PATH, &project(lines)),
        ]);
    };
    let set = |more: &str| format!("{}, {more} }}\n{ADD}", SET.trim_end_matches(" }"));
    let add = |more: &str| format!("{SET}\nadd = {{ orders = 1, {more} }}");
    check(SET);
    check(&format!("{ADD}\nset = {{ last_channel = \"channel\" }}"));
    check(&set("lst_channel = \"channel\""));
    check(&set("last_channel = \"chanel\""));
    check(&set("last_channel = \"priority\""));
    check(&set("customer_id = \"customer_id\""));
    check(&set("hits = \"priority\""));
    check(&set("version = \"priority\""));
    check(&set("changed_at = \"status\""));
    check(&set("orders = \"priority\""));
    check(&SET.replace("\"order_id\"", "\"customer_id\"").replace("}", &format!("}}\n{ADD}")));
    check(&set("last_status = \"channel\""));
    check(&add("last_channel = 1"));
    check(&add("version = 1"));
    check(&add("customer_id = 1"));
    check(&add("oders = 1"));
    cases.check(&[write(PATH, &project("").replace("Stats", "Stast"))]);
    // What an event may lack is not there for what an item needs.
    cases.check(&[
        write(STATS, &ENTITY.replace("\"string\", optional = true", "\"string\"")),
        replace(EVENTS, EVENT, CARRIES),
        write(PATH, &project(&set("last_channel = \"channel\""))),
    ]);
    cases.check(&[
        write(
            STATS,
            &ENTITY.replace("\"string\", optional = true", "\"string\", default = \"web\""),
        ),
        replace(EVENTS, EVENT, CARRIES),
        write(PATH, &project(&set("last_channel = \"channel\""))),
    ]);
    cases.finish();
}

/// Enums and objects of two fields are two types, however alike they are.
#[test]
fn values_of_another_type() {
    let mut cases = Cases::new("reactions/values_of_another_type");
    let set =
        |more: &str| project(&format!("set = {{ last_order = \"order_id\", {more} }}\n{ADD}"));
    for more in ["last_status = \"status\"", "last_address = \"address\"", "last_lines = \"lines\""]
    {
        cases.check(&[
            write(STATS, ENTITY),
            replace(EVENTS, EVENT, CARRIES),
            write(PATH, &set(more)),
        ]);
    }
    cases.finish();
    // The very field is of its own type.
    let fields = ["customer_id", "last_order", "last_status", "last_address", "last_lines"];
    let stats = format!(
        "[family]\nname = \"stats\"\n[events.StatsFound]\nentity = \"Stats\"\ncarries = {fields:?}\n"
    );
    let lines =
        fields[1..].iter().map(|field| format!("{field} = \"{field}\"")).collect::<Vec<_>>();
    let found = project(&format!("set = {{ {} }}\n{ADD}", lines.join(", ")));
    accept(&[
        write(STATS, ENTITY),
        write("events/stats.toml", &stats),
        write(PATH, &found.replace("OrderPlaced", "StatsFound")),
    ]);
}

#[test]
fn an_event_that_does_not_tell_which_item_is_meant() {
    let mut cases = Cases::new("reactions/which_item");
    let stats = || write(STATS, ENTITY);
    let lines = format!("{SET}\n{ADD}");
    let other = |field: &str| {
        format!("{EVENT}\nfields.customer_id = {field}\nfields.channel = {{ type = \"string\" }}")
    };
    cases.check(&[stats(), write(PATH, &project(&lines))]);
    let placed = include_str!("base/events/orders.toml");
    let (head, _) = placed.split_once("\n[events.OrderPlaced.fields]").expect("fields");
    for field in [
        "{ type = \"ref\", entity = \"Customer\", optional = true }",
        "{ type = \"ref\", entity = \"Order\" }",
        "{ type = \"string\" }",
    ] {
        let text = head.replace(EVENT, &other(field));
        let emits = replace(ORDER, "emits = \"OrderPlaced\"\n", "");
        cases.check(&[stats(), emits, write(EVENTS, &text), write(PATH, &project(&lines))]);
    }
    cases.check(&[
        replace(EVENTS, "carries = [\"order_id\", \"status\"]", "carries = [\"status\"]"),
        write(PATH, &step("[\"OrderPlaced\"]", "Order", "pay")),
    ]);
    cases.finish();
}

#[test]
fn steps() {
    let mut cases = Cases::new("reactions/steps");
    accept(&[write(PATH, &step("[\"OrderPlaced\"]", "Order", "pay"))]);
    cases.check(&[write(PATH, &step("[\"OrderPlaced\"]", "Ordre", "pay"))]);
    cases.check(&[write(PATH, &step("[\"OrderPlaced\"]", "Order", "pya"))]);
    cases.check(&[
        replace(EVENTS, EVENT, CARRIES),
        write(PATH, &step("[\"OrderPlaced\"]", "Customer", "pay")),
    ]);
    cases.finish();
}

#[test]
fn a_subscriber_that_calls_itself() {
    let mut cases = Cases::new("reactions/loops");
    let subscriber = step("[\"OrderPlaced\"]", "Order", "pay");
    let status = "field = \"status\"\nemits = \"OrderPlaced\"";
    cases.check(&[replace(ORDER, "field = \"status\"", status), write(PATH, &subscriber)]);
    let pay = "to = \"paid\", emits = \"OrderPlaced\" }";
    cases.check(&[replace(ORDER, "to = \"paid\" }", pay), write(PATH, &subscriber)]);
    // Another step's event calls nobody twice.
    let ship = "to = \"shipped\", emits = \"OrderPlaced\" }";
    accept(&[replace(ORDER, "to = \"shipped\" }", ship), write(PATH, &subscriber)]);
    cases.finish();
}

#[test]
fn keys_of_callers_are_issued_and_nothing_else() {
    let mut cases = Cases::new("reactions/api_keys");
    cases.check(&[write(KEY, WHOLE), write(PATH, &project("").replace("Stats", "Key"))]);
    cases.finish();
}
