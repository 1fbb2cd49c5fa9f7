//! What `codegen` refuses, and that it then leaves everything as it was.

use super::documents::{Folder, ORDER};

#[test]
fn ten_mistakes_in_three_files_are_ten_problems_in_one_run_and_nothing_is_written() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    let before = folder.tree("generated");
    folder.write(
        "schemas/permissions.toml",
        r#"everything = "admin:*"
[permissions]
"order:write" = "Place orders."
"order:read" = "See orders."
"Bad Name" = "Not a permission's name."
[roles.buyer]
grants = ["ordr:*"]
colour = "red"
"#,
    );
    folder.write(
        "schemas/entities/order.toml",
        r#"[entity]
name = "Order"
key = { partition = "ORDER#{order_nr}", sort = "METADATA" }
[fields]
order_id = { type = "id", prefix = "order" }
title = { type = "string", min_length = 9, max_length = 8 }
type = { type = "boolean" }
[operations.create]
http = "POST /orders"
input = ["title", "type"]
emits = "OrderPlacd"
"#,
    );
    folder.write(
        "schemas/events/orders.toml",
        r#"[family]
name = "orders"
[events.OrderPlaced]
entity = "Order"
carries = ["order_id", "titel"]
fields = { at = { type = "timestamp", default = 5 } }
"#,
    );
    let run = folder.generate(&[]).fails("10 problems");
    let text = run.text();
    for code in [
        "error[invalid-name]",
        "error[unknown-permission]",
        "error[unknown-key]",
        "error[unknown-field]",
        "error[impossible-limit]",
        "error[reserved-word]",
        "error[operation-without-permission]",
        "error[unknown-event]",
        "error[inapplicable-option]",
    ] {
        assert!(text.contains(code), "`{code}` is not in:\n{text}");
    }
    for place in ["permissions.toml:5:1", "entities/order.toml:3:", "events/orders.toml:5:"] {
        assert!(text.contains(place), "`{place}` is not in:\n{text}");
    }
    assert_eq!(folder.tree("generated"), before, "something was written");
}

#[test]
fn check_fails_on_an_edited_generated_file_and_names_the_command() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    folder.generate(&["--check"]).succeeds();
    let edited = folder.read("generated/src/order/operations.rs") + "// A person was here.\n";
    folder.write("generated/src/order/operations.rs", &edited);
    folder.generate(&["--check"]).fails("cargo xtask codegen").fails("order/operations.rs");
    assert_eq!(folder.read("generated/src/order/operations.rs"), edited, "`--check` has written");
}

#[test]
fn check_fails_on_a_schema_newer_than_the_output() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    folder
        .write("schemas/entities/order.toml", &ORDER.replace("max_length = 80", "max_length = 70"));
    folder.generate(&["--check"]).fails("cargo xtask codegen").fails("order/input.rs");
    folder.generate(&[]).succeeds();
    folder.generate(&["--check"]).succeeds();
}

#[test]
fn a_file_of_somebody_elses_is_never_overwritten() {
    let folder = Folder::valid();
    folder.write("generated/src/order.rs", "fn mine() {}\n");
    folder.generate(&[]).fails("generated/src/order.rs").fails("nothing was written");
    assert_eq!(folder.tree("generated").len(), 1, "something was written beside it");
    assert_eq!(folder.read("generated/src/order.rs"), "fn mine() {}\n");
}

#[test]
fn stale_files_go_and_files_of_somebody_elses_stay() {
    let folder = Folder::valid();
    folder.generate(&[]).succeeds();
    folder.write("generated/src/mine.rs", "fn mine() {}\n");
    // Nobody reads these events yet.
    std::fs::remove_dir_all(folder.path("generated/contracts")).expect("removable");
    folder.write("schemas/events/orders.toml", "[family]\nname = \"sales\"\n[events.OrderPlaced]\nentity = \"Order\"\ncarries = [\"order_id\"]\n");
    folder.generate(&["--check"]).fails("stale:   ");
    folder.generate(&[]).succeeds();
    assert!(!folder.path("generated/src/events/orders.rs").exists());
    assert!(folder.path("generated/src/events/sales.rs").exists());
    assert!(folder.path("generated/src/mine.rs").exists());
}

#[test]
fn a_missing_schema_folder_and_an_unknown_argument_have_their_own_exit_codes() {
    let folder = Folder::valid();
    std::fs::remove_dir_all(folder.path("schemas")).expect("removable");
    folder.generate(&[]).fails("there is no folder");
    assert_eq!(folder.generate(&["--chekc"]).code(), Some(2));
}

#[test]
fn a_second_run_writes_nothing_and_two_folders_give_the_same_bytes() {
    let (one, two) = (Folder::valid(), Folder::valid());
    one.generate(&[]).succeeds();
    two.generate(&[]).succeeds();
    let texts = |folder: &Folder| -> Vec<Vec<u8>> {
        folder.tree("generated").into_iter().map(|(_, text)| text).collect()
    };
    assert_eq!(texts(&one), texts(&two));
    let modified = |folder: &Folder| {
        let path = folder.path("generated/src/lib.rs");
        std::fs::metadata(path).and_then(|file| file.modified()).expect("a time")
    };
    let before = modified(&one);
    assert!(one.generate(&[]).succeeds().text().contains("up to date"));
    assert_eq!(modified(&one), before);
}
