//! The contracts of events: what is written, what holds, and what is refused.

use super::documents::{EVENTS, Folder, ORDER};

const PATH: &str = "generated/contracts/events/OrderPlaced.v1.json";
const NEXT: &str = "generated/contracts/events/OrderPlaced.v2.json";

/// The documents with the event in this version, carrying this.
fn declare(folder: &Folder, version: u32, carries: &str) {
    let upcasts: String =
        (1..version).map(|from| format!("\nupcast.{from} = {{ remove = [\"gone\"] }}")).collect();
    let declared = format!("[events.OrderPlaced]\nversion = {version}{upcasts}");
    let events = EVENTS.replace("[events.OrderPlaced]", &declared);
    folder.write("schemas/events/orders.toml", &events.replace(", \"title\"", carries));
}

/// Fails and leaves everything as it was.
#[track_caller]
fn refused(folder: &Folder, problems: &[&str]) {
    let before = folder.tree("generated");
    let run = folder.generate(&[]);
    for problem in problems {
        assert!(run.text().contains(problem), "`{problem}` is not in:\n{}", run.text());
    }
    let run = run.fails("nothing was written");
    assert_eq!(folder.tree("generated"), before, "something was written:\n{}", run.text());
}

#[test]
fn a_contract_is_the_envelope_with_the_events_fields() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    let text = folder.read(PATH);
    assert!(text.ends_with("}\n"), "{text}");
    let contract: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(contract["$id"], "urn:shop:event:OrderPlaced:1");
    assert_eq!(contract["required"], serde_json::json!(["metadata", "data"]));
    let metadata = &contract["properties"]["metadata"]["properties"];
    assert_eq!(metadata["source"]["const"], "shop.orders");
    assert_eq!(
        contract["properties"]["data"],
        serde_json::json!({
            "title": "OrderPlacedData",
            "type": "object",
            "properties": {
                "orderId": { "type": "string", "pattern": "^order_[0-7][0-9a-hjkmnp-tv-z]{25}$" },
                "title": { "type": "string", "minLength": 1, "maxLength": 80 },
            },
            "required": ["orderId", "title"],
        })
    );
}

#[test]
fn what_breaks_readers_is_refused_all_at_once_and_nothing_is_written() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    folder.write(
        "schemas/entities/order.toml",
        &ORDER.replace("prefix = \"order\"", "prefix = \"o\""),
    );
    declare(&folder, 1, "");
    refused(
        &folder,
        &[
            "error[breaking-change]: field `title` of event `OrderPlaced` is gone",
            "error[breaking-change]: field `orderId` of event `OrderPlaced` had the pattern",
            "events/orders.toml:3:9",
            "entities/order.toml:6:1",
            "OrderPlaced.v1.json:84:11",
            "OrderPlaced.v1.json:86:9",
            "`[events.OrderPlaced.upcast.1]`",
            "2 problems",
        ],
    );
    folder.generate(&["--check"]).fails("error[breaking-change]");
}

#[test]
fn what_readers_never_notice_is_written() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    folder
        .write("schemas/entities/order.toml", &ORDER.replace("max_length = 80", "max_length = 70"));
    folder.generate(&["--check"]).fails("OrderPlaced.v1.json");
    folder.generate(&[]).succeeds();
    let text = folder.read(PATH);
    assert!(text.contains("\"maxLength\": 70"), "{text}");
    // A new field that is always there is missing from the events that are under way.
    declare(&folder, 1, ", \"title\", \"version\"");
    refused(&folder, &["field `version` of event `OrderPlaced` is new and always there"]);
    declare(&folder, 1, ", \"title\"");
    folder.generate(&["--check"]).succeeds();
}

#[test]
fn earlier_versions_keep_their_contracts_until_the_event_goes() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    let first = folder.read(PATH);
    declare(&folder, 2, "");
    folder.generate(&[]).succeeds();
    folder.generate(&["--check"]).succeeds();
    assert_eq!(folder.read(PATH), first);
    assert!(!folder.read(NEXT).contains("\"maxLength\""));
    folder.write("schemas/entities/order.toml", &ORDER.replace("emits = \"OrderPlaced\"\n", ""));
    folder.write("schemas/events/orders.toml", &EVENTS.replace("OrderPlaced", "OrderSold"));
    folder.generate(&[]).succeeds();
    assert!(!folder.path(PATH).exists() && !folder.path(NEXT).exists());
    assert!(folder.path("generated/contracts/events/OrderSold.v1.json").exists());
}

#[test]
fn an_event_goes_back_to_no_earlier_version() {
    let folder = Folder::valid();
    declare(&folder, 2, ", \"title\"");
    folder.generate(&[]).succeeds();
    declare(&folder, 1, ", \"title\"");
    refused(&folder, &["event `OrderPlaced` goes back to version 1 from version 2"]);
    std::fs::remove_file(folder.path(NEXT)).expect("removable");
    folder.generate(&[]).succeeds();
    assert!(folder.path(PATH).exists());
}

#[test]
fn a_contract_that_was_never_published_may_be_deleted() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    declare(&folder, 1, "");
    refused(&folder, &["if version 1 was never published, delete `", "OrderPlaced.v1.json`"]);
    std::fs::remove_file(folder.path(PATH)).expect("removable");
    folder.generate(&[]).succeeds();
}

#[test]
fn a_contract_that_is_no_json_is_not_taken_for_another() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    let text = folder.read(PATH);
    folder.write(PATH, &text.replace("  \"title\"", "<<<<<<< HEAD\n  \"title\""));
    refused(&folder, &["error[unreadable-file]: the contract of version 1 of event `OrderPlaced`"]);
}

#[test]
fn json_without_the_mark_as_its_first_entry_is_somebody_elses() {
    let mark = "Generated by `cargo xtask codegen`";
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    for text in [
        "{}".to_owned(),
        "[]".to_owned(),
        format!("{{ \"description\": \"{mark}\", \"$comment\": \"{mark}\" }}"),
        format!("{{ \"$comment\": \"Not {mark}\" }}"),
        format!("{{ \"$comment\": {{ \"text\": \"{mark}\" }} }}"),
    ] {
        folder.write(PATH, &text);
        folder.write("generated/contracts/events/Mine.v1.json", &text);
        folder.generate(&[]).fails("OrderPlaced.v1.json` was not generated");
        assert_eq!(folder.read(PATH), text);
        std::fs::remove_file(folder.path(PATH)).expect("removable");
        folder.generate(&[]).succeeds();
        assert_eq!(folder.read("generated/contracts/events/Mine.v1.json"), text);
    }
    // Whatever space is between, it is ours.
    let minified = format!("{{\"$comment\":\"{mark} from a document; do not edit.\"}}");
    folder.write("generated/contracts/events/Mine.v1.json", &minified);
    folder.generate(&[]).succeeds();
    assert!(!folder.path("generated/contracts/events/Mine.v1.json").exists());
}
