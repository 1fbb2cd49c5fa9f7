//! Values of a type from its JSON Schema: a strategy that makes what the type reads.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use serde_json::{Map, Value};

use super::domain::{self, Domain};

/// What an id's pattern ends with: the digits of a UUID, as `purlin::Id` writes them.
const ID_DIGITS: &str = "[0-7][0-9a-hjkmnp-tv-z]{25}$";

/// How deeply values that may be left out are still made: types may hold themselves.
const DEEPEST: usize = 4;

/// Elements of a list, a set or a map, where the schema does not ask for more.
const ELEMENTS: usize = 2;

/// A strategy for the values of `domain` that `document`, a whole JSON Schema, describes.
///
/// # Panics
/// If the schema says what no value is known for; the message says where.
pub(super) fn strategy(document: &Value, domain: &Domain) -> BoxedStrategy<Value> {
    Schemas { document, domain }.of(document, 0)
}

/// The names of an object's properties.
pub(super) fn properties(document: &Value) -> Vec<String> {
    let properties = document.get("properties").and_then(Value::as_object);
    properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
}

struct Schemas<'s> {
    document: &'s Value,
    domain: &'s Domain,
}

impl Schemas<'_> {
    fn of(&self, schema: &Value, depth: usize) -> BoxedStrategy<Value> {
        if let Some(place) = schema.get("$ref").and_then(Value::as_str) {
            let found = place.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer));
            let Some(found) = found else {
                panic!("the schema refers to `{place}`, which it lacks")
            };
            return self.of(found, depth + 1);
        }
        if let Some(value) = schema.get("const") {
            return Just(value.clone()).boxed();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return select(values.clone()).boxed();
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            if let Some(choices) = schema.get(key).and_then(Value::as_array) {
                assert!(key != "allOf" || choices.len() == 1, "no value is known for {schema}");
                return self.any(choices, depth);
            }
        }
        match schema.get("type") {
            Some(Value::String(kind)) => self.kind(kind, schema, depth),
            Some(Value::Array(kinds)) => {
                let of = |kind: &str| (kind == "null", self.kind(kind, schema, depth));
                choose(kinds.iter().filter_map(Value::as_str).map(of))
            }
            _ if schema.get("properties").is_none() => domain::anything(),
            _ => self.object(schema, depth),
        }
    }

    fn any(&self, choices: &[Value], depth: usize) -> BoxedStrategy<Value> {
        let is_null = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "null");
        choose(choices.iter().map(|choice| (is_null(choice), self.of(choice, depth))))
    }

    fn kind(&self, kind: &str, schema: &Value, depth: usize) -> BoxedStrategy<Value> {
        match kind {
            "null" => Just(Value::Null).boxed(),
            "boolean" => prop::bool::ANY.prop_map(Value::Bool).boxed(),
            "integer" => self.integer(schema),
            "number" => {
                let bound = |name| schema.get(name).and_then(Value::as_f64);
                self.domain.numbers(
                    bound("minimum").unwrap_or(f64::MIN),
                    bound("maximum").unwrap_or(f64::MAX),
                )
            }
            "string" => self.text(schema),
            "array" => self.array(schema, depth),
            "object" => self.object(schema, depth),
            _ => panic!("no value is known for the type `{kind}` of {schema}"),
        }
    }

    fn array(&self, schema: &Value, depth: usize) -> BoxedStrategy<Value> {
        assert!(schema.get("prefixItems").is_none(), "no value is known for {schema}");
        let distinct = schema.get("uniqueItems").is_some_and(|unique| unique == true);
        let optional = schema.get("type").is_some_and(Value::is_array);
        // DynamoDB has no empty set, so one that is optional is stored as one that is absent.
        let fewest = usize::from(distinct && optional);
        let least = size(schema, "minItems").unwrap_or(0).max(fewest);
        let most = size(schema, "maxItems").unwrap_or(usize::MAX);
        let most = if depth < DEEPEST { most.min(least + ELEMENTS) } else { least };
        let item =
            schema.get("items").map_or_else(domain::anything, |item| self.of(item, depth + 1));
        let array = vec(item, least..=most).prop_map(move |mut items| {
            if distinct {
                let mut seen = Vec::new();
                items.retain(|item| {
                    !seen.contains(item) && {
                        seen.push(item.clone());
                        true
                    }
                });
            }
            Value::Array(items)
        });
        if distinct && least > 1 {
            let whole =
                move |value: &Value| value.as_array().is_some_and(|items| items.len() >= least);
            return array.prop_filter("too few differ", whole).boxed();
        }
        array.boxed()
    }

    fn object(&self, schema: &Value, depth: usize) -> BoxedStrategy<Value> {
        let required = |name: &String| {
            let names = schema.get("required").and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|required| required == name))
        };
        let mut fields: BoxedStrategy<Map<String, Value>> = Just(Map::new()).boxed();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            if !required(name) && depth >= DEEPEST {
                continue;
            }
            let value = self.of(property, depth + 1);
            let (name, value) = match required(name) {
                true => (name.clone(), value.prop_map(Some).boxed()),
                // What is null where it could be left out is left out: both are read alike.
                false => (
                    name.clone(),
                    prop::option::weighted(0.75, value)
                        .prop_map(|value| value.filter(|value| !value.is_null()))
                        .boxed(),
                ),
            };
            fields = (fields, value)
                .prop_map(move |(mut fields, value)| {
                    fields.extend(value.map(|value| (name.clone(), value)));
                    fields
                })
                .boxed();
        }
        match schema.get("additionalProperties") {
            Some(more) if *more != false && depth < DEEPEST => {
                let more = (self.map_names(), self.of(more, depth + 1));
                (fields, vec(more, 0..=ELEMENTS))
                    .prop_map(|(mut fields, more)| {
                        fields.extend(more);
                        Value::Object(fields)
                    })
                    .boxed()
            }
            _ => fields.prop_map(Value::Object).boxed(),
        }
    }

    fn text(&self, schema: &Value) -> BoxedStrategy<Value> {
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
            let prefix = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix(ID_DIGITS));
            let Some(prefix) = prefix else { panic!("no text is known that matches `{pattern}`") };
            return self.domain.ids(prefix);
        }
        match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => self.domain.times(),
            Some("email") => self.domain.emails(),
            Some(format) => panic!("no text is known of the format `{format}`"),
            None => self.domain.texts(
                size(schema, "minLength").unwrap_or(0),
                size(schema, "maxLength").unwrap_or(usize::MAX),
            ),
        }
    }

    fn integer(&self, schema: &Value) -> BoxedStrategy<Value> {
        let format = schema.get("format").and_then(Value::as_str).unwrap_or("int64");
        let bits: u32 = format
            .trim_start_matches(|letter: char| !letter.is_ascii_digit())
            .parse()
            .unwrap_or(64);
        let (least, greatest) = match format.starts_with('u') {
            true => (0, (1 << bits) - 1),
            false => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        };
        let bound = |name| schema.get(name).and_then(Value::as_i64).map(i128::from);
        self.domain.integers(
            bound("minimum").unwrap_or(i128::MIN).max(least),
            bound("maximum").unwrap_or(i128::MAX).min(greatest),
        )
    }

    /// Names of a map's entries; DynamoDB takes no empty one.
    fn map_names(&self) -> BoxedStrategy<String> {
        let name = |name: Value| name.as_str().unwrap_or_default().to_owned();
        self.domain.texts(1, 20).prop_map(name).boxed()
    }
}

/// One of the choices, each said to be null or not: a null is one value in four.
fn choose(choices: impl Iterator<Item = (bool, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let (nulls, others): (Vec<_>, Vec<_>) = choices.partition(|(is_null, _)| *is_null);
    let weight = 3.max(others.len() as u32);
    let others = others.into_iter().map(|(_, other)| (weight, other));
    let nulls = nulls.into_iter().map(|(_, null)| (1, null));
    Union::new_weighted(others.chain(nulls).collect()).boxed()
}

fn size(schema: &Value, name: &str) -> Option<usize> {
    schema.get(name).and_then(Value::as_u64).and_then(|size| size.try_into().ok())
}
