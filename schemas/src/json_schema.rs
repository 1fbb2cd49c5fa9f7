//! The JSON Schema of the documents, for editors that complete and check while one types.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema as _, Schema};
use serde_json::{Value, json};

use crate::draft::Document;

/// The JSON Schema of every document, made from the tables that documents are read into.
///
/// It knows tables, keys and words; what spans several places, only [`check`](crate::check())
/// knows. It is in draft 7, which TOML editors understand.
#[must_use]
pub fn json_schema() -> Value {
    let mut generator = SchemaSettings::draft07().into_generator();
    let mut schema = Document::json_schema(&mut generator);
    let definitions = generator.take_definitions(false);
    schema.insert("definitions".into(), Value::Object(definitions));
    schema.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".into(), json!("Purlin schema document"));
    RecursiveTransform(without_null).transform(&mut schema);
    RecursiveTransform(without_format).transform(&mut schema);
    schema.to_value()
}

/// TOML has no null: a key that may be absent is simply not required.
fn without_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            object.insert("type".into(), only);
        }
    }
    if object.get("required").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        object.remove("required");
    }
    let Some(Value::Array(mut choices)) = object.remove("anyOf") else { return };
    choices.retain(|choice| choice != &json!({ "type": "null" }));
    match (&choices[..], object.len()) {
        // Draft 7 ignores whatever stands beside a `$ref`.
        ([only], 0) => *schema = only.clone().try_into().unwrap_or_default(),
        ([_], _) => {
            object.insert("allOf".into(), Value::Array(choices));
        }
        _ => {
            object.insert("anyOf".into(), Value::Array(choices));
        }
    }
}

/// Formats of numbers say how Rust holds them, which is nothing to an editor.
fn without_format(schema: &mut Schema) {
    schema.remove("format");
}
