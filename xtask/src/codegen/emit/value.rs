//! Example values of fields, within their limits, as JSON and as Rust writes it.

use purlin_schema::Model;
use purlin_schema::draft::Scalar;
use purlin_schema::model::{Entity, Field, Operation, OperationKind, Type};
use serde_json::{Map, Value, json};

/// The last letters of example ids, so that there can be several.
const LETTERS: &[u8] = b"q0123456789abcdefghjkmnprstvwxyz";

/// When an example expires: not while anybody tries it.
pub(crate) const FUTURE: &str = "2999-01-02T03:04:05.678Z";

/// Whether the field says when an item expires.
pub(crate) fn is_expiry(entity: &Entity, field: &Field) -> bool {
    entity.ttl().as_ref().is_some_and(|ttl| ttl.field() == field.name())
}

/// Whether the field says what an API key may do.
pub(crate) fn limits_a_key(entity: &Entity, field: &Field) -> bool {
    entity.api_key().as_ref().is_some_and(|key| key.permissions() == field.name())
}

/// How much an example holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amount {
    /// What must be there.
    Required,
    /// Whatever may be, and at least one item in every collection.
    Everything,
}

/// A body that the operation accepts.
pub(crate) fn body(model: &Model, entity: &Entity, operation: &Operation, amount: Amount) -> Value {
    let changes = *operation.kind() == OperationKind::Update;
    let mut map = Map::new();
    for field in operation.input().iter().filter_map(|name| entity.field(name.as_str())) {
        if *field.optional() && amount == Amount::Required {
            continue;
        }
        let mut example = if is_expiry(entity, field) {
            json!(FUTURE)
        } else if limits_a_key(entity, field) {
            // Whoever may call the operation may give a key that permission.
            json!([operation.permission()])
        } else {
            value(model, field, amount)
        };
        if let (true, Value::String(text), Type::String { email: false, .. }) =
            (changes, &mut example, field.kind())
        {
            *text = fit(&format!("Another {}", field.name().spaced()), field.kind());
        }
        map.insert(field.name().camel(), example);
    }
    Value::Object(map)
}

/// A value of the field.
pub(crate) fn value(model: &Model, field: &Field, amount: Amount) -> Value {
    match (field.kind(), field.default()) {
        (Type::Number { .. }, Some(Scalar::Integer(value))) => json!(*value as f64),
        (_, Some(Scalar::Integer(value))) => json!(value),
        (_, Some(Scalar::Float(value))) => json!(value),
        (_, Some(Scalar::Boolean(value))) => json!(value),
        (_, Some(Scalar::String(text))) => json!(text),
        (kind, None) => of_type(model, kind, &field.name().spaced(), amount),
    }
}

/// A value of the type; `name` gives strings something to say.
pub(crate) fn of_type(model: &Model, kind: &Type, name: &str, amount: Amount) -> Value {
    let items =
        |least: &Option<u64>| least.unwrap_or(0).max(u64::from(amount == Amount::Everything));
    match kind {
        Type::String { email: true, .. } => json!("ada@example.com"),
        Type::String { .. } => json!(fit(&format!("A {name}"), kind)),
        Type::Integer { minimum, maximum } => json!(minimum.or(*maximum).unwrap_or(1)),
        Type::Number { minimum, maximum } => json!(minimum.or(*maximum).unwrap_or(0.5)),
        Type::Boolean => json!(true),
        Type::Enum { values } => json!(values.first().map(ToString::to_string)),
        Type::Timestamp => json!("2026-01-02T03:04:05.678Z"),
        Type::Object { fields } => {
            let held = |field: &&Field| !*field.optional() || amount == Amount::Everything;
            let fields = fields.iter().filter(held);
            Value::Object(
                fields.map(|field| (field.name().camel(), value(model, field, amount))).collect(),
            )
        }
        Type::List { items: item, min_items, .. } => Value::Array(
            (0..items(min_items)).map(|_| of_type(model, item, name, amount)).collect(),
        ),
        Type::Set { items: item, min_items, .. } => {
            Value::Array(distinct(model, item, items(min_items)))
        }
        Type::Map { items: item, min_items, .. } => {
            let entry = |index| (format!("key{index}"), of_type(model, item, name, amount));
            Value::Object((0..items(min_items)).map(entry).collect())
        }
        Type::Id { prefix } => id(prefix, 0),
        Type::Ref { entity } => id(prefix_of(model, entity.as_str()), 0),
        _ => json!({ "any": "value" }),
    }
}

/// What the ids of an entity begin with.
pub(crate) fn prefix_of<'a>(model: &'a Model, entity: &str) -> &'a str {
    model.entity(entity).and_then(Entity::id).map(|(_, prefix)| prefix).unwrap_or_default()
}

/// An id's text.
fn id(prefix: &str, number: u64) -> Value {
    let letter = char::from(LETTERS[number as usize % LETTERS.len()]);
    json!(format!("{prefix}_01h455vb4pex5vsknk084sn02{letter}"))
}

/// How many different items can be made for a set.
pub(crate) fn variety(items: &Type) -> u64 {
    match items {
        Type::String { max_length: Some(most), .. } => {
            10_u64.saturating_pow((*most).min(19) as u32)
        }
        Type::Integer { minimum: Some(least), maximum: Some(most) } => {
            most.abs_diff(*least).saturating_add(1)
        }
        Type::Enum { values } => values.len() as u64,
        Type::Ref { .. } => LETTERS.len() as u64,
        _ => u64::MAX,
    }
}

/// That many different items.
pub(crate) fn distinct(model: &Model, items: &Type, count: u64) -> Vec<Value> {
    let item = |index: u64| match items {
        Type::String { email: true, .. } => json!(format!("ada{index}@example.com")),
        Type::String { .. } => json!(numbered(index, items)),
        Type::Integer { .. } => json!(least(items, count).saturating_add_unsigned(index)),
        Type::Enum { values } => json!(values.get(index as usize).map(ToString::to_string)),
        Type::Ref { entity } => id(prefix_of(model, entity.as_str()), index),
        _ => of_type(model, items, "item", Amount::Required),
    };
    (0..count).map(item).collect()
}

/// Where so many integers in a row can start.
pub(crate) fn least(items: &Type, count: u64) -> i64 {
    let Type::Integer { minimum, maximum } = items else { return 0 };
    minimum.or(maximum.map(|most| most.saturating_sub_unsigned(count))).unwrap_or(0)
}

/// How many digits tell the texts of a set apart, within their limits.
pub(crate) fn digits_of(items: &Type) -> u64 {
    let Type::String { min_length, max_length, .. } = items else { return 4 };
    min_length.unwrap_or(0).max(4).min(max_length.unwrap_or(u64::MAX))
}

fn numbered(index: u64, items: &Type) -> String {
    format!("{index:0width$}", width = digits_of(items) as usize)
}

/// `text`, cut or filled to the length that a string may have.
fn fit(text: &str, kind: &Type) -> String {
    let Type::String { min_length, max_length, .. } = kind else { return text.to_owned() };
    let most = max_length.map_or(usize::MAX, |most| most as usize);
    let mut text: String = text.chars().take(most).collect();
    while (text.chars().count() as u64) < min_length.unwrap_or(0) {
        text.push('x');
    }
    text
}

/// JSON as Rust writes it within `json!`: texts are escaped in Rust's way, not in JSON's.
pub(crate) fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", "))
        }
        Value::Object(map) => {
            let entries: Vec<String> =
                map.iter().map(|(key, value)| format!("{key:?}: {}", literal(value))).collect();
            if entries.is_empty() { "{}".into() } else { format!("{{ {} }}", entries.join(", ")) }
        }
        _ => value.to_string(),
    }
}
