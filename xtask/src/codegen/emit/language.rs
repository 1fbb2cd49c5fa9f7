//! The language's own artefacts, beside the documents: the JSON Schema that editors complete
//! from, and the reference page.

use purlin_schema::Model;
use serde_json::{Map, Value};

use super::Target;
use crate::codegen::files::{Files, MARK};

pub(crate) fn emit(_model: &Model, target: &Target<'_>, files: &mut Files) {
    let mark = format!("{MARK} from the schema language; do not edit.");
    let mut schema = Map::new();
    schema.insert("$comment".into(), mark.clone().into());
    if let Value::Object(rest) = purlin_schema::json_schema() {
        schema.extend(rest);
    }
    let text = format!("{:#}\n", Value::Object(schema));
    files.add(target.schemas.join("schema.json"), text);
    let page = format!("<!-- {mark} -->\n\n{}", purlin_schema::reference());
    files.add(target.schemas.join("REFERENCE.md"), page);
}
