//! Fields and their types as JSON Schema has them.

use purlin_schema::Model;
use purlin_schema::model::{Field, Type};

use super::value::prefix_of;
use crate::codegen::json::Json;

/// A schema's keywords, in the order written.
type Keywords = Vec<(String, Json)>;

/// A field's name in JSON, and its schema.
pub(crate) fn of_field(model: &Model, field: &Field) -> (String, Json) {
    let mut keywords = of_type(model, field.kind());
    keywords.extend(prose(field.description()).map(|text| keyword("description", text)));
    (field.name().camel(), Json::Object(keywords))
}

/// An object with these properties, of which some are always there. It may have others: later versions add some.
pub(crate) fn object(
    properties: impl Iterator<Item = (String, Json)>,
    required: Vec<String>,
) -> Keywords {
    let mut keywords = vec![
        keyword("type", "object"),
        ("properties".to_owned(), Json::Object(properties.collect())),
    ];
    if !required.is_empty() {
        keywords.push(keyword("required", Json::texts(required)));
    }
    keywords
}

/// A description; none where it is blank.
pub(crate) fn prose(text: &Option<String>) -> Option<String> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn of_type(model: &Model, kind: &Type) -> Keywords {
    let mut keywords = Vec::new();
    let mut say = |name: &str, value: Json| keywords.push(keyword(name, value));
    match kind {
        Type::Id { prefix } => return id(prefix),
        Type::Ref { entity } => return id(prefix_of(model, entity.as_str())),
        Type::String { min_length, max_length, email } => {
            say("type", "string".into());
            if *email {
                say("format", "email".into());
            }
            limits(&mut say, ["minLength", "maxLength"], [*min_length, *max_length]);
        }
        Type::Integer { minimum, maximum } => {
            say("type", "integer".into());
            limits(&mut say, ["minimum", "maximum"], [*minimum, *maximum]);
        }
        Type::Number { minimum, maximum } => {
            say("type", "number".into());
            let both = [minimum.map(Json::number), maximum.map(Json::number)];
            limits(&mut say, ["minimum", "maximum"], both);
        }
        Type::Boolean => say("type", "boolean".into()),
        Type::Enum { values } => {
            say("type", "string".into());
            say("enum", Json::texts(values.iter().map(|value| value.as_str())));
        }
        Type::Timestamp => {
            say("type", "string".into());
            say("format", "date-time".into());
        }
        Type::Object { fields } => {
            let always = fields.iter().filter(|field| !field.optional());
            let required = always.map(|field| field.name().camel()).collect();
            return object(fields.iter().map(|field| of_field(model, field)), required);
        }
        Type::List { items, min_items, max_items } | Type::Set { items, min_items, max_items } => {
            say("type", "array".into());
            say("items", Json::Object(of_type(model, items)));
            limits(&mut say, ["minItems", "maxItems"], [*min_items, *max_items]);
            if matches!(kind, Type::Set { .. }) {
                say("uniqueItems", true.into());
            }
        }
        Type::Map { items, min_items, max_items } => {
            say("type", "object".into());
            say("additionalProperties", Json::Object(of_type(model, items)));
            limits(&mut say, ["minProperties", "maxProperties"], [*min_items, *max_items]);
        }
        // Any value at all.
        _ => {}
    }
    keywords
}

/// An id, as the TypeID specification has them.
fn id(prefix: &str) -> Keywords {
    let separator = if prefix.is_empty() { "" } else { "_" };
    let pattern = format!("^{prefix}{separator}[0-7][0-9a-hjkmnp-tv-z]{{25}}$");
    vec![keyword("type", "string"), keyword("pattern", pattern)]
}

fn limits<T: Into<Json>>(
    say: &mut impl FnMut(&str, Json),
    names: [&str; 2],
    values: [Option<T>; 2],
) {
    for (name, value) in names.into_iter().zip(values) {
        if let Some(value) = value {
            say(name, value.into());
        }
    }
}

fn keyword(name: &str, value: impl Into<Json>) -> (String, Json) {
    (name.to_owned(), value.into())
}
