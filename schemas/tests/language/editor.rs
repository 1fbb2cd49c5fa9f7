//! The JSON Schema that editors check by: it takes every valid document, and refuses mistakes.

use std::fs;
use std::path::Path;

use purlin_schema::json_schema;
use serde_json::{Map, Value, json};
use toml::de::{DeTable, DeValue};

#[test]
fn the_schema_takes_every_valid_document() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for folder in [root, &root.join("tests/language/base")] {
        for part in ["", "entities", "events", "subscribers"] {
            // A backend may do without subscribers.
            for entry in fs::read_dir(folder.join(part)).into_iter().flatten() {
                let path = entry.expect("an entry").path();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                if !name.ends_with(".toml") || name == "Cargo.toml" {
                    continue;
                }
                let text = fs::read_to_string(&path).expect("a document");
                assert_eq!(judge(&text), Vec::<String>::new(), "{}", path.display());
                checked += 1;
            }
        }
    }
    assert!(checked >= 10, "only {checked} documents were found");
}

#[test]
fn the_schema_takes_every_table_of_an_entity() {
    let text = r#"
[entity]
name = "Box"
key = { partition = "BOX#{box_id}", sort = "BOX" }
ttl = { field = "expires_at", after = "90s" }
soft_delete = { field = "deleted_at", retain = "30d" }
item_kb = 4

[fields]
box_id = { type = "id", prefix = "box" }
hits = { type = "integer", counter = true }

[unique]
one = ["box_id", "hits"]

[access.every]
index = "GSI1"
partition = "BOXES"
sort = "BOX"
project = []

[collections.all]
description = "All."
index = "GSI1"
order = "descending"
many = ["Lid"]
first = ["Mark"]

[operations.restore]
http = "POST /boxes/{box_id}/restore"
kind = "restore"
rate = "60/min burst 10"
max_write_units = 4
max_read_units = 0
"#;
    assert_eq!(judge(text), Vec::<String>::new());
}

#[test]
fn the_schema_takes_every_table_of_events_and_subscribers() {
    let events = r#"
[family]
name = "boxes"

[events.BoxMoved]
version = 2
entity = "Box"
carries = ["box_id"]
delivery = "direct"
fallback = "outbox"
upcast.1 = { rename = { a = "b" }, set = { c = 1, d = "e" }, remove = ["f"] }
fields.before = { was = "place", description = "Where it stood." }
fields.after = { now = "place" }
fields.cause = { type = "string" }

[events.BoxLost]
version = 2
upcast.1.custom = true
"#;
    let machine = r#"
[entity]
name = "Box"
key = { partition = "BOX#{box_id}", sort = "BOX" }

[fields]
box_id = { type = "id", prefix = "box" }

[status]
field = "state"
initial = "new"
emits = "BoxMoved"
transitions = { open = { from = ["new"], to = "open", emits = "BoxOpened" } }
"#;
    for text in [events, machine].into_iter().chain(crate::subscribers::VALID) {
        assert_eq!(judge(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_schema_refuses_what_the_language_refuses() {
    for text in [
        "",
        "[service]\n",
        "[service]\nname = 3\n",
        "[service]\nname = \"a\"\ncolour = \"red\"\n",
        "[permissions]\n",
        "[entity]\nname = \"A\"\nkey = { partition = \"A\" }\n[fields]\n",
        "[entity]\nname = \"A\"\nkey = { partition = \"A\", sort = \"B\" }\n[fields]\na = {}\n",
        "[entity]\nname = \"A\"\nkey = { partition = \"A\", sort = \"B\" }\n[fields]\na = { type = \"text\" }\n",
        "[entity]\nname = \"A\"\nkey = { partition = \"A\", sort = \"B\" }\n[fields]\n[access.a]\nindex = \"GSI21\"\n",
        "[entity]\nname = \"A\"\nkey = { partition = \"A\", sort = \"B\" }\n[fields]\na = { type = \"list\", items = { kind = \"json\" } }\n",
        "[entity]\nname = \"A\"\nkey = { partition = \"A\", sort = \"B\" }\nttl = { field = \"a\", after = \"2 hours\" }\n[fields]\n",
        "[entity]\nname = \"A\"\nkey = { partition = \"A\", sort = \"B\" }\nsoft_delete = { retain = \"2h\" }\n[fields]\n",
        "[entity]\nname = \"A\"\nkey = { partition = \"A\", sort = \"B\" }\n[fields]\n[unique]\na = \"a\"\n",
        "[entity]\nname = \"A\"\nkey = { partition = \"A\", sort = \"B\" }\n[fields]\n[collections.a]\nfirst = \"B\"\n",
        "[entity]\nname = \"A\"\nkey = { partition = \"A\", sort = \"B\" }\n[fields]\n[operations.a]\nhttp = \"GET /a\"\nrate = \"60 a minute\"\n",
        "[family]\nname = \"a\"\n[events.A]\nversion = \"1\"\n",
        "[family]\nname = \"a\"\n[events.A]\ndelivery = \"later\"\n",
        "[family]\nname = \"a\"\n[events.A]\nfields.a = { was = \"b\", type = \"string\" }\n",
        "[family]\nname = \"a\"\n[events.A]\nupcast.1 = { rename = [\"a\"] }\n",
        "[subscriber]\non = [\"A\"]\nrun = \"custom\"\n",
        "[subscriber]\nname = \"a\"\non = \"A\"\nrun = \"custom\"\n",
        "[subscriber]\nname = \"a\"\non = [\"A\"]\nrun = \"by_hand\"\n",
        "[subscriber]\nname = \"a\"\non = [\"A\"]\ntransition = { entity = \"A\" }\n",
        "[subscriber]\nname = \"a\"\non = [\"A\"]\nproject = { into = \"A\", add = { a = \"1\" } }\n",
        "[subscriber]\nname = \"a\"\non = [\"A\"]\nrun = \"custom\"\nretry = { backoff = \"1 s\" }\n",
    ] {
        assert_ne!(judge(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_schema_is_the_same_every_time() {
    assert_eq!(json_schema().to_string(), json_schema().to_string());
    assert!(!json_schema().to_string().contains("null"));
}

/// What is wrong with a document by the schema alone.
fn judge(text: &str) -> Vec<String> {
    let schema = json_schema();
    let document = DeTable::parse(text).expect("valid TOML");
    let mut faults = Vec::new();
    validate(&schema, &schema, &table(document.get_ref()), "", &mut faults);
    faults
}

fn table(table: &DeTable<'_>) -> Value {
    let entries =
        table.iter().map(|(key, node)| (key.get_ref().to_string(), value(node.get_ref())));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn value(node: &DeValue<'_>) -> Value {
    match node {
        DeValue::String(text) => json!(text),
        DeValue::Integer(integer) => {
            json!(i64::from_str_radix(integer.as_str(), integer.radix()).expect("64 bits"))
        }
        DeValue::Float(float) => json!(float.as_str().parse::<f64>().expect("a number")),
        DeValue::Boolean(value) => json!(value),
        DeValue::Datetime(moment) => json!(moment.to_string()),
        DeValue::Array(items) => items.iter().map(|item| value(item.get_ref())).collect(),
        DeValue::Table(inner) => table(inner),
    }
}

/// The keywords of JSON Schema that the language's schema uses; another one is a fault.
fn validate(root: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    if let Some(allowed) = schema.as_bool() {
        if !allowed {
            faults.push(format!("{at}: not allowed"));
        }
        return;
    }
    let valid = |schema: &Value| {
        let mut faults = Vec::new();
        validate(root, schema, value, at, &mut faults);
        faults.is_empty()
    };
    for (keyword, rule) in schema.as_object().expect("a schema") {
        let holds = match keyword.as_str() {
            "$schema" | "$comment" | "title" | "description" | "definitions" => true,
            "$ref" => {
                let pointer = rule.as_str().expect("a pointer").trim_start_matches('#');
                validate(root, root.pointer(pointer).expect("a definition"), value, at, faults);
                true
            }
            "anyOf" => rule.as_array().expect("schemas").iter().any(valid),
            "allOf" => rule.as_array().expect("schemas").iter().all(valid),
            "enum" => rule.as_array().expect("values").contains(value),
            "type" => has_type(rule.as_str().expect("one type"), value),
            "pattern" => {
                value.as_str().is_none_or(|text| matches(rule.as_str().expect("a pattern"), text))
            }
            "required" => value.as_object().is_none_or(|object| {
                rule.as_array()
                    .expect("keys")
                    .iter()
                    .all(|key| object.contains_key(key.as_str().expect("a key")))
            }),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    validate(root, rule, item, &format!("{at}/{index}"), faults);
                }
                true
            }
            "properties" => {
                for (key, item) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = rule.get(key) {
                        validate(root, schema, item, &format!("{at}/{key}"), faults);
                    }
                }
                true
            }
            "additionalProperties" => {
                for (key, item) in value.as_object().into_iter().flatten() {
                    if schema["properties"].get(key).is_none() {
                        validate(root, rule, item, &format!("{at}/{key}"), faults);
                    }
                }
                true
            }
            _ => false,
        };
        if !holds {
            faults.push(format!("{at}: {keyword}"));
        }
    }
}

fn has_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => false,
    }
}

/// The patterns there are.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        "^GSI([1-9]|1[0-9]|20)$" => (1..=20).any(|number| text == format!("GSI{number}")),
        "^[0-9]+[smhd]$" => text.strip_suffix(['s', 'm', 'h', 'd']).is_some_and(digits),
        "^[0-9]+/(s|min|h)( burst [0-9]+)?$" => {
            text.split_once('/').is_some_and(|(count, rest)| {
                let (unit, burst) = rest.split_once(" burst ").unwrap_or((rest, "1"));
                digits(count) && ["s", "min", "h"].contains(&unit) && digits(burst)
            })
        }
        _ => panic!("no such pattern: {pattern}"),
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
