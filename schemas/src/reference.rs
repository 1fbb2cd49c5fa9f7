//! The reference page of the language, made from its JSON Schema.

use std::fmt::Write as _;

use serde_json::Value;

use crate::check::{
    MAX_AGE, MAX_ATTEMPTS, MAX_BACKOFF, MAX_INDEXES, MAX_KEY_BYTES, MAX_NAME, MAX_PERMISSIONS,
    MAX_PROJECTED, MAX_UNIQUES, MIN_AGE,
};
use crate::cost::PAGE;
use crate::draft::{
    AccessDraft, AccessKeyDraft, CollectionDraft, EntityDocument, EntitySection, EventDocument,
    EventDraft, FamilySection, FieldDraft, KeyDraft, OperationDraft, PermissionTable,
    PermissionsDocument, ProjectDraft, RetryDraft, RoleDraft, ServiceDocument, ServiceSection,
    SoftDeleteDraft, SourcedDraft, StatusDraft, StepDraft, SubscriberDocument, SubscriberDraft,
    TransitionDraft, TtlDraft, UpcastDraft,
};
use crate::duration::MAX_DAYS;
use crate::pattern::DEFAULT_SIZE;
use crate::problem::Code;
use crate::rate::{MAX_BURST, MAX_PER_SECOND};
use crate::template::{LITERALS, SEPARATOR};

/// A table of the language, and where it may be written.
struct Section {
    /// Its name in the JSON Schema.
    name: &'static str,
    heading: &'static str,
    keys: &'static [&'static str],
}

macro_rules! sections {
    ($($table:ident = $heading:literal,)*) => {
        &[$(Section { name: stringify!($table), heading: $heading, keys: $table::KEYS },)*]
    };
}

/// The tables, in the order a reader meets them.
const SECTIONS: &[Section] = sections! {
    ServiceDocument = "Service document",
    ServiceSection = "[service]",
    PermissionsDocument = "Permissions document",
    PermissionTable = "Permission",
    RoleDraft = "Role",
    EntityDocument = "Entity document",
    EntitySection = "[entity]",
    KeyDraft = "Key",
    TtlDraft = "Expiry",
    SoftDeleteDraft = "Soft delete",
    FieldDraft = "Field",
    AccessKeyDraft = "API key",
    StatusDraft = "Status",
    TransitionDraft = "Transition",
    AccessDraft = "Access pattern",
    CollectionDraft = "Collection",
    OperationDraft = "Operation",
    EventDocument = "Event document",
    FamilySection = "[family]",
    EventDraft = "Event",
    SourcedDraft = "Field of the entity",
    UpcastDraft = "Upcast",
    SubscriberDocument = "Subscriber document",
    SubscriberDraft = "[subscriber]",
    RetryDraft = "Retry",
    StepDraft = "Step",
    ProjectDraft = "Projection",
};

/// What each type of field holds, and how a key and DynamoDB hold it.
const TYPES: &[[&str; 4]] = &[
    [
        "id",
        "The entity's own id, made by the platform: a prefix and a UUID of version 7, as a TypeID.",
        "its text",
        "S",
    ],
    ["ref", "The id of another entity.", "its text", "S"],
    ["string", "Text.", "the text, escaped", "S"],
    [
        "integer",
        "A whole number of 64 bits. Limits are exact below 2^53.",
        "20 characters in the order of the numbers",
        "N",
    ],
    [
        "number",
        "A finite number of double precision.",
        "16 hexadecimal digits in the order of the numbers",
        "N",
    ],
    ["boolean", "`true` or `false`.", "`true` or `false`", "BOOL"],
    ["enum", "One of several words.", "the word", "S"],
    [
        "timestamp",
        "A moment in milliseconds, as RFC 3339 in UTC.",
        "its text, in the order of time",
        "S",
    ],
    ["object", "A structure of its own.", "no; its fields can", "M"],
    ["list", "Items in an order.", "no", "L"],
    ["set", "Distinct items of type `string`, `ref`, `enum` or `integer`.", "no", "SS or NS"],
    ["map", "Values by name.", "no", "M"],
    ["json", "Any JSON value.", "no", "any"],
];

/// The reference page of the schema language, in Markdown.
#[must_use]
pub fn reference() -> String {
    let schema = crate::json_schema();
    let definitions = &schema["definitions"];
    let mut page = String::from(INTRODUCTION);
    for section in SECTIONS {
        table(&mut page, section, &definitions[section.name]);
    }
    types(&mut page);
    keys(&mut page);
    costs(&mut page);
    limits(&mut page);
    codes(&mut page);
    page
}

const INTRODUCTION: &str = "\
# The schema language

A backend is described by TOML documents in one folder: `service.toml`, `permissions.toml`, an
entity a file in `entities/`, a family of events a file in `events/`, and a subscriber a file in
`subscribers/`. A first line `#:schema schema.json` (`#:schema ../schema.json` in the folders) lets
an editor complete keys and check them as you type.

A key the language does not know is refused, and so is a name that nobody declared. Every run
reports all the problems it finds, each with its place and what to write instead.
";

fn table(page: &mut String, section: &Section, schema: &Value) {
    let level = if section.name.ends_with("Document") { "##" } else { "###" };
    let heading = match section.heading {
        heading if heading.starts_with('[') => format!("`{heading}`"),
        heading => heading.to_owned(),
    };
    let description = schema["description"].as_str().unwrap_or_default();
    let _ = write!(page, "\n{level} {heading}\n\n{description}\n\n");
    page.push_str("| Key | Type | Required | Description |\n|---|---|---|---|\n");
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for key in section.keys {
        let property = &schema["properties"][key];
        let needed = if required.contains(key) { "yes" } else { "" };
        let description = property["description"].as_str().unwrap_or_default().replace('|', "\\|");
        let _ = writeln!(page, "| `{key}` | {} | {needed} | {description} |", kind(property));
    }
}

/// A value's type, in words and with a link where it is a table of the language.
fn kind(schema: &Value) -> String {
    if let Some(name) = reference_of(schema) {
        return match SECTIONS.iter().find(|section| section.name == name) {
            Some(section) => format!(
                "[{}](#{})",
                section.heading.trim_matches(['[', ']']),
                anchor(section.heading)
            ),
            None => "string, number or boolean".to_owned(),
        };
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> =
            words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect();
        return words.join(", ");
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    match schema["type"].as_str() {
        Some("object") if schema["additionalProperties"].is_null() => "table".to_owned(),
        Some("array") => format!("array of {}", kind(&schema["items"])),
        Some("object") => format!("table of {}", kind(&schema["additionalProperties"])),
        Some(word) => word.to_owned(),
        None => String::new(),
    }
}

/// The definition that a schema refers to, directly or beside a description.
fn reference_of(schema: &Value) -> Option<&str> {
    let inner = schema["allOf"].as_array().and_then(|all| all.first()).unwrap_or(schema);
    inner["$ref"].as_str()?.rsplit('/').next()
}

/// A heading's anchor, as Markdown's renderers make them.
fn anchor(heading: &str) -> String {
    heading.trim_matches(['[', ']']).to_lowercase().replace(' ', "-")
}

fn types(page: &mut String) {
    page.push_str("\n## Types\n\n| Type | Holds | In a key | In DynamoDB |\n|---|---|---|---|\n");
    for [word, holds, key, dynamodb] in TYPES {
        let _ = writeln!(page, "| `{word}` | {holds} | {key} | {dynamodb} |");
    }
}

fn keys(page: &mut String) {
    let literals: Vec<&str> =
        LITERALS.split(' ').filter(|literal| *literal != SEPARATOR.to_string()).collect();
    let _ = write!(
        page,
        "
## Keys

A key is written as a template: literals, and `{{field}}` or `{{field.nested}}` where a value goes.
Literals hold letters, digits and `{}`. `{SEPARATOR}` separates the parts of a key, and one stands
between any two fields.

In a value every byte up to `$` is written as `$` and two hexadecimal digits, so that no value
holds a separator: two different values never make the same key, one entity's value never makes
another's key, and keys are in the order of their values. Numbers and timestamps are written so
that this holds for them, too.

A primary key names fields that every item has and none changes. An index key may name an optional
field; an item without it does not appear in the index. A query reads one partition, and in it the
sort keys that begin with the literal before the first field.
",
        literals.join(" ")
    );
}

fn costs(page: &mut String) {
    let _ = write!(
        page,
        "
## Costs

A budget is compared with what DynamoDB bills a call for on demand that succeeds at once, on items of
`item_kb`. An eventually consistent read takes half a unit for each 4 KB; a page is one of {PAGE} items.
A write takes a unit for each KB of the item, and of each entry in an index that it adds, changes or
removes; two where the entry's key changes. An index of some fields holds a part of each item's size,
by the number of the fields. A create within a parent, and a write that changes what is unique, is a
transaction: the item, the lock of each unique (1 KB) and the check of the parent then take twice the
units, and what has to be known of the item before is read first, strongly consistent.

An event that a write emits rides on the item and costs nothing of its own, as long as the item has room for
some hundred bytes more. Where a delete for good emits it, there is no item left: what it tells is read first,
strongly consistent, and the delete is a transaction with an outbox item, which expires by itself. It is
reckoned at 1 KB, or as much of the item's size as the event carries, by the number of the fields.

An operation with a `rate` writes one more item, of 1 KB, for each call.

Where a call may touch more or less, the more is counted: all inputs of an update change, and every
index that the item may be in is written.
"
    );
}

fn limits(page: &mut String) {
    let [(_, partition), (_, sort)] = MAX_KEY_BYTES;
    let (backoff, age) = (MAX_BACKOFF / (60 * 60), MAX_AGE / (24 * 60 * 60));
    let _ = write!(
        page,
        "
## Limits

| What | Limit | From |
|---|---|---|
| A name | {MAX_NAME} characters | names become parts of names on AWS |
| A partition key | {partition} bytes | DynamoDB |
| A sort key | {sort} bytes | DynamoDB |
| Indexes | {MAX_INDEXES} | DynamoDB |
| Attributes that indexes hold besides keys, by `project` | {MAX_PROJECTED} | DynamoDB |
| Uniques of an entity | {MAX_UNIQUES} | DynamoDB, whose transactions hold 100 actions |
| A duration | 1 second to {MAX_DAYS} days | beyond it a mistake is likelier than a wish |
| A rate | 1 call an hour to {MAX_PER_SECOND} a second, at once {MAX_BURST} | DynamoDB, which writes an item {MAX_PER_SECOND} times a second |
| A subscriber's event pattern | {DEFAULT_SIZE} characters | EventBridge |
| A subscriber's tries | {MAX_ATTEMPTS} | beyond it an event costs more than it is worth |
| Between two tries of a subscriber | {backoff} hours | SQS |
| The age of an event that a subscriber is tried with | {MIN_AGE} seconds to {age} days | SQS |
| Permissions | {MAX_PERMISSIONS} | the runtime, which holds a caller's as bits |
"
    );
}

fn codes(page: &mut String) {
    page.push_str("\n## Problems\n\n| Code | Meaning |\n|---|---|\n");
    for code in Code::ALL {
        let _ = writeln!(page, "| `{code}` | {} |", code.meaning());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Kind;

    #[test]
    fn every_table_and_type_of_the_language_is_told_of() {
        let schema = crate::json_schema();
        let definitions = schema["definitions"].as_object().expect("definitions");
        for name in definitions.keys().filter(|name| *name != "Scalar") {
            assert!(SECTIONS.iter().any(|section| section.name == name), "{name}");
        }
        for section in SECTIONS {
            let properties = definitions[section.name]["properties"].as_object().expect("keys");
            assert_eq!(properties.len(), section.keys.len(), "{}", section.name);
            for key in section.keys {
                assert!(properties[*key]["description"].is_string(), "{}.{key}", section.name);
                assert_ne!(kind(&properties[*key]), "", "{}.{key}", section.name);
            }
        }
        let types: Vec<&str> = TYPES.iter().map(|row| row[0]).collect();
        assert_eq!(types, Kind::WORDS);
    }

    #[test]
    fn every_link_leads_to_a_heading() {
        let page = reference();
        let anchors: Vec<String> = page
            .lines()
            .filter(|line| line.starts_with('#'))
            .map(|line| anchor(&line.trim_start_matches('#').trim().replace(['`', '[', ']'], "")))
            .collect();
        for link in page.split("](#").skip(1).filter_map(|rest| rest.split_once(')')) {
            assert_eq!(anchors.iter().filter(|anchor| *anchor == link.0).count(), 1, "{}", link.0);
        }
    }
}
