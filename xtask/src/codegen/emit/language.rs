//! The language's own artefacts: the JSON Schema for editors and the reference page.

use purlin_schema::Model;

use super::Target;
use crate::codegen::files::{Files, MARK};

pub(crate) fn emit(_model: &Model, target: &Target<'_>, files: &mut Files) {
    let mut schema = serde_json::Map::new();
    schema.insert("$comment".into(), format!("{MARK} from the schema language; do not edit.").into());
    if let serde_json::Value::Object(rest) = purlin_schema::json_schema() {
        schema.extend(rest);
    }
    let mut text = serde_json::to_string_pretty(&serde_json::Value::Object(schema)).unwrap_or_default();
    text.push('\n');
    files.add(target.schemas.join("schema.json"), text);
}
