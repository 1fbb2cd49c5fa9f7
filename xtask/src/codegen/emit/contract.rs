//! `contracts/events/<event>.v<version>.json`: the JSON Schema of each event, by which others read it.

use purlin_schema::Model;
use purlin_schema::model::{Event, Family, Field};

use super::json_schema::{object, of_field};
use super::{Target, document};
use crate::codegen::contract;
use crate::codegen::files::Files;
use crate::codegen::json::Json;

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    for family in model.families() {
        for event in family.events() {
            let path = target.path(contract::path(event.name(), *event.version()));
            files.json(path, &document(family.document()), contract(model, family, event));
        }
    }
}

/// The schema of what EventBridge calls `detail`.
fn contract(model: &Model, family: &Family, event: &Event) -> Vec<(String, Json)> {
    let (name, version) = (event.name().as_str(), event.version());
    let mut entries: Vec<(&str, Json)> = vec![
        ("$schema", "https://json-schema.org/draft/2020-12/schema".into()),
        ("$id", format!("urn:{}:event:{name}:{version}", model.service()).into()),
        ("title", name.into()),
    ];
    entries.extend(described(event.description()));
    let parts = [("metadata", metadata(family, event)), ("data", data(model, event))];
    entries.extend([
        ("type", "object".into()),
        ("properties", Json::object(parts)),
        ("required", Json::texts(["metadata", "data"])),
    ]);
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What is known of any event.
fn metadata(family: &Family, event: &Event) -> Json {
    let text = |description: &str| {
        Json::object([("type", "string".into()), ("description", description.into())])
    };
    let formatted = |format: &str, description: &str| {
        Json::object([
            ("type", "string".into()),
            ("format", format.into()),
            ("description", description.into()),
        ])
    };
    let only = |value: Json, description: &str| {
        Json::object([("const", value), ("description", description.into())])
    };
    let id = "The event's id: whoever meets one twice has been told the same thing twice.";
    let mut properties = vec![
        ("eventId", formatted("uuid", id)),
        ("type", only(event.name().as_str().into(), "What has happened.")),
        ("version", only(u64::from(*event.version()).into(), "The version of this contract.")),
        ("source", only(family.source().as_str().into(), "Who tells of it.")),
        ("time", formatted("date-time", "When it happened.")),
    ];
    if let Some(entity) = event.entity() {
        properties.push(("entity", subject(entity.as_str())));
    }
    properties.extend([
        ("actor", text("Who caused it; absent where no caller did.")),
        ("correlationId", text("What all that followed from one request has in common.")),
        ("causationId", text("The id of the event that led to this one.")),
        ("traceparent", text("The trace it belongs to, as W3C Trace Context writes it.")),
    ]);
    let always = ["eventId", "type", "version", "source", "time", "correlationId"];
    Json::object([
        ("type", "object".into()),
        ("properties", named(properties)),
        ("required", Json::texts(always)),
    ])
}

/// The item that the event is about.
fn subject(entity: &str) -> Json {
    let version = Json::object([
        ("type", "integer".into()),
        (
            "description",
            "The item's version, where it has one: of two events, the later has the higher.".into(),
        ),
    ]);
    let properties = vec![
        ("name", Json::object([("const", entity.into())])),
        ("key", Json::object([("description", "The item's key.".into())])),
        ("version", version),
    ];
    Json::object([
        ("description", "What the event is about.".into()),
        ("type", "object".into()),
        ("properties", named(properties)),
        ("required", Json::texts(["name"])),
    ])
}

/// What this event tells.
fn data(model: &Model, event: &Event) -> Json {
    let mut entries = vec![("title".to_owned(), format!("{}Data", event.name()).into())];
    let fields: Vec<&Field> = event.fields().collect();
    entries.extend(object(fields.iter().map(|field| of_field(model, field)), required(&fields)));
    Json::Object(entries)
}

fn required(fields: &[&Field]) -> Vec<String> {
    let always = fields.iter().filter(|field| !field.optional());
    always.map(|field| field.name().camel()).collect()
}

fn named(entries: Vec<(&str, Json)>) -> Json {
    Json::Object(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn described(description: &Option<String>) -> Option<(&'static str, Json)> {
    super::json_schema::prose(description).map(|text| ("description", text.into()))
}
