//! The generator's own layout is `rustfmt`'s, whatever the names.

use std::process::Command;

use super::documents::{Folder, root};

/// Words of every length up to 34 characters, so that each construct is met at, below and above
/// the width at which it breaks.
#[test]
fn generated_code_is_formatted_for_names_of_every_length() {
    let folder = Folder::valid();
    std::fs::remove_file(folder.path("schemas/entities/order.toml")).expect("removable");
    std::fs::remove_file(folder.path("schemas/events/orders.toml")).expect("removable");
    folder.write("schemas/entities/person.toml", PERSON);
    for length in 1..=34 {
        let name = word(length, 'a');
        let parent = if length > 1 { Some(word(length - 1, 'a')) } else { None };
        folder.write(
            &format!("schemas/entities/{name}.toml"),
            &entity(&name, parent.as_deref(), length),
        );
        folder.write(&format!("schemas/events/{name}.toml"), &event(&name));
    }
    folder.generate(&[]).succeeds();
    std::fs::copy(root().join("rustfmt.toml"), folder.path("rustfmt.toml")).expect("copied");
    let output = Command::new("rustfmt")
        .args(["--edition", "2024", "--check", "--config-path"])
        .arg(folder.path("rustfmt.toml"))
        .arg(folder.path("generated/src/lib.rs"))
        .arg(folder.path("generated/tests/main.rs"))
        .output()
        .expect("rustfmt runs");
    let text = String::from_utf8_lossy(&output.stdout);
    std::fs::write(
        "/tmp/x/layout.diff",
        format!("{text}{}", String::from_utf8_lossy(&output.stderr)),
    )
    .expect("w");
    let first: String = text.lines().take(60).collect::<Vec<_>>().join("\n");
    assert!(output.status.success(), "{first}\n{}", String::from_utf8_lossy(&output.stderr));
}

const PERSON: &str = r#"[entity]
name = "Person"
key = { partition = "PERSON#{person_id}", sort = "PERSON" }
[fields]
person_id = { type = "id", prefix = "person" }
"#;

/// A name of that many letters, a new word now and then.
fn word(length: usize, letter: char) -> String {
    (0..length).map(|at| if at % 9 == 8 && at + 1 < length { '_' } else { letter }).collect()
}

fn pascal(name: &str) -> String {
    purlin_schema::Name::new(name).pascal()
}

fn entity(name: &str, parent: Option<&str>, length: usize) -> String {
    let entity = pascal(name);
    let (owner, long) = (word(length, 'o'), word(length, 'q'));
    let parent_line = parent.map(|_| "parent = \"above\"\n").unwrap_or_default();
    let parent_field = parent
        .map(|parent| format!("above = {{ type = \"ref\", entity = \"{}\" }}\n", pascal(parent)))
        .unwrap_or_default();
    let path = if parent.is_some() { format!("/{name}/{{above}}/x") } else { format!("/{name}") };
    format!(
        r#"[entity]
name = "{entity}"
plural = "{name}_many"
key = {{ partition = "{upper}#{{own}}", sort = "METADATA" }}
version = "{long}x"
owner = "{owner}y"
{parent_line}
[fields]
own = {{ type = "id", prefix = "{name}" }}
{owner}y = {{ type = "ref", entity = "Person" }}
{parent_field}{long}x = {{ type = "integer", minimum = 1 }}
{long}s = {{ type = "enum", values = ["{long}", "b"] }}
{long}t = {{ type = "timestamp", optional = true }}
{long}k = {{ type = "enum", values = ["{long}", "b"], default = "b" }}
{long}n = {{ type = "object", fields = {{ {long} = {{ type = "set", items = {{ type = "string", min_length = 1, max_length = 10000 }}, min_items = 1, max_items = 5 }} }} }}
{long}m = {{ type = "map", items = {{ type = "number", minimum = 0, maximum = 5 }}, max_items = 70000 }}
{long}l = {{ type = "string", min_length = 3, max_length = 100, default = "{long}zzz" }}
{long}z = {{ type = "string", max_length = 1000000, optional = true }}
{long}w = {{ type = "timestamp", set = "on_write" }}

[status]
field = "{long}s"
initial = "{long}"
entered_at = {{ b = "{long}t" }}
[status.transitions]
{long}go = {{ from = ["{long}"], to = "b" }}
{long}back = {{ from = ["b"], to = "{long}" }}

[access.{long}by]
index = "GSI1"
partition = "{upper}BY#{{{owner}y}}"
sort = "{upper}#{{own}}"
order = "descending"

[access.{long}at]
index = "GSI2"
partition = "{upper}AT#{{{long}k}}#{{{long}l}}"
sort = "{upper}#{{own}}"

[operations.create]
http = "POST {path}"
permission = "order:write"
input = ["{long}k", "{long}n", "{long}m", "{long}l", "{long}z"]
emits = "{entity}Made"
[operations.{long}list]
kind = "list"
http = "GET /by/{name}"
permission = "order:read"
access = "{long}by"
filter = ["{long}s", "{long}k"]
[operations.{long}find]
kind = "list"
http = "GET /at/{name}/{{{long}k}}/{{{long}l}}"
permission = "order:read"
access = "{long}at"
[operations.get]
http = "GET /{name}/{{own}}"
permission = "order:read"
[operations.{long}some]
kind = "get"
http = "GET /{name}/{{own}}/some"
permission = "order:read"
output = ["{long}s", "{long}x"]
[operations.update]
http = "PATCH /{name}/{{own}}"
permission = "order:write"
input = ["{long}m", "{long}n", "{long}z"]
if_match = "required"
[operations.{long}go]
kind = "transition"
http = "POST /{name}/{{own}}/go"
permission = "order:write"
emits = "{entity}Made"
[operations.delete]
http = "DELETE /{name}/{{own}}"
permission = "order:write"
emits = "{entity}Made"
"#,
        upper = name.to_uppercase(),
    )
}

fn event(name: &str) -> String {
    let entity = pascal(name);
    format!(
        r#"[family]
name = "{name}_events"
[events.{entity}Made]
entity = "{entity}"
carries = ["own"]
[events.{entity}Moved]
entity = "{entity}"
fields = {{ {name}_at = {{ type = "timestamp" }}, {name}_why = {{ type = "enum", values = ["x", "y"], optional = true }} }}
"#
    )
}
