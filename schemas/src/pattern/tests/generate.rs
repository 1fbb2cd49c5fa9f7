//! Random shapes, events of a shape, and patterns that speak of what such events hold.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::{FieldShape, Presence, Shape, TextShape};

/// Few names, so that patterns and events often speak of the same.
const NAMES: &[&str] = &["a", "b", "c", "a-b"];

/// Texts that begin and end alike, and some with letters whose cases differ in length.
const TEXTS: &[&str] = &[
    "",
    "a",
    "ab",
    "abc",
    "ABC",
    "b",
    "bc",
    "ß",
    "SS",
    "ss",
    "10.0.0.7",
    "10.0.1.7",
    "::1",
    "5",
    "true",
    "2025-01-31T23:59:59Z",
    "x_1",
    "x_2",
    "x_",
];

/// Patterns' numbers, and their neighbours.
const NUMBERS: &[f64] = &[-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 100.0, 5.0e9, 6.0e9];

pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(TEXTS).prop_map(str::to_owned),
        1 => "[abcABCß_*\\\\.0-9]{0,6}",
    ]
}

/// A number, whole if it can be: `5` and `5.0` are both met.
pub(super) fn number() -> impl Strategy<Value = Value> {
    (prop::sample::select(NUMBERS), any::<bool>()).prop_map(|(number, whole)| match whole {
        true if number.fract() == 0.0 => json!(number as i64),
        _ => json!(number),
    })
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => text().prop_map(Value::String),
        3 => number(),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ]
}

/// Any value, with lists of objects as likely as not.
pub(super) fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::btree_map(prop::sample::select(NAMES), inner, 0..4)
                .prop_map(|fields| Value::Object(named(fields))),
        ]
    })
}

/// Any object.
pub(super) fn event() -> impl Strategy<Value = Value> {
    prop::collection::btree_map(prop::sample::select(NAMES), value(), 0..4)
        .prop_map(|fields| Value::Object(named(fields)))
}

fn named(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// An object of a pattern, with `$or` now and then.
pub(super) fn pattern() -> impl Strategy<Value = Value> {
    let fields = |value: BoxedStrategy<Value>| {
        prop::collection::btree_map(prop::sample::select(NAMES), value, 1..3)
            .prop_map(|fields| Value::Object(named(fields)))
    };
    let leaf = vec(test(), 1..3).prop_map(Value::Array).boxed();
    fields(leaf.clone()).prop_recursive(3, 16, 3, move |inner| {
        let child = prop_oneof![leaf.clone(), inner.clone()].boxed();
        let plain = fields(child).boxed();
        let or = (plain.clone(), vec(inner, 2..4)).prop_map(|(mut plain, or)| {
            plain["$or"] = Value::Array(or);
            plain
        });
        prop_oneof![4 => plain, 1 => or]
    })
}

/// An exact value or an operator.
pub(super) fn test() -> impl Strategy<Value = Value> {
    let texts = prop_oneof![
        text().prop_map(Value::String),
        vec(text(), 1..3).prop_map(|texts| json!(texts)),
    ];
    let comparison = prop::sample::select(&["=", "<", "<=", ">", ">="][..]);
    prop_oneof![
        6 => scalar(),
        1 => text().prop_map(|text| json!({ "prefix": text })),
        1 => text().prop_map(|text| json!({ "suffix": text })),
        1 => text().prop_map(|text| json!({ "equals-ignore-case": text })),
        1 => text().prop_map(|text| json!({ "prefix": { "equals-ignore-case": text } })),
        1 => text().prop_map(|text| json!({ "suffix": { "equals-ignore-case": text } })),
        1 => "[abx_]?\\*?[abc1]?\\*?c?".prop_map(|text| json!({ "wildcard": text })),
        1 => Just(json!({ "cidr": "10.0.0.0/24" })),
        2 => any::<bool>().prop_map(|there| json!({ "exists": there })),
        2 => (comparison, number()).prop_map(|(is, number)| json!({ "numeric": [is, number] })),
        1 => (number(), number()).prop_map(|(low, high)| json!({ "numeric": [">", low, "<=", high] })),
        1 => texts.clone().prop_map(|texts| json!({ "anything-but": texts })),
        1 => vec(number(), 1..3).prop_map(|numbers| json!({ "anything-but": numbers })),
        1 => (prop::sample::select(&["prefix", "suffix", "equals-ignore-case", "wildcard"][..]), texts)
            .prop_map(|(operator, texts)| json!({ "anything-but": { (operator): texts } })),
    ]
}

/// What a place in an event may hold.
pub(super) fn shape() -> impl Strategy<Value = Shape> {
    let limit = || prop::option::of(prop::sample::select(NUMBERS));
    let scalar = prop_oneof![
        1 => Just(Shape::Any),
        2 => vec(text(), 1..4).prop_map(Shape::one_of),
        2 => (prop::option::of(0_u64..3), prop::option::of(3_u64..8), prop::sample::select(&["", "x_", "a"][..]))
            .prop_map(|(min_length, max_length, begins)| Shape::Text(TextShape {
                begins: begins.to_owned(),
                min_length,
                max_length,
                values: None,
            })),
        3 => (limit(), limit(), any::<bool>()).prop_map(|(one, other, integer)| {
            let (minimum, maximum) = match (one, other) {
                (Some(one), Some(other)) => (Some(one.min(other)), Some(one.max(other))),
                limits => limits,
            };
            // The limits of whole numbers are whole themselves.
            let limit = |limit: f64| if integer { limit.floor() } else { limit };
            let (minimum, maximum) = (minimum.map(limit), maximum.map(limit));
            Shape::Number { minimum, maximum, integer }
        }),
        1 => Just(Shape::Boolean),
        1 => Just(Shape::Timestamp),
    ];
    scalar.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            1 => inner.clone().prop_map(|items| Shape::Map(Box::new(items))),
            2 => (inner.clone(), any::<bool>())
                .prop_map(|(items, may_be_empty)| Shape::List { items: Box::new(items), may_be_empty }),
            3 => object(inner),
        ]
    })
}

/// An object's shape.
pub(super) fn object(inner: impl Strategy<Value = Shape>) -> impl Strategy<Value = Shape> {
    let presence = prop::sample::select(
        &[Presence::Required, Presence::Required, Presence::Optional, Presence::Nullable][..],
    );
    prop::collection::btree_map(prop::sample::select(NAMES), (inner, presence), 1..4).prop_map(
        |fields| {
            let field = |(name, (shape, presence)): (&str, _)| FieldShape {
                name: name.to_owned(),
                shape,
                presence,
            };
            Shape::Object(fields.into_iter().map(field).collect())
        },
    )
}

/// A value of a shape.
pub(super) fn of_shape(shape: &Shape) -> BoxedStrategy<Value> {
    match shape {
        Shape::Any => value().boxed(),
        Shape::Text(TextShape { values: Some(values), .. }) => {
            prop::sample::select(values.clone()).prop_map(Value::String).boxed()
        }
        Shape::Text(shape) => text_of(shape.clone()).prop_map(Value::String).boxed(),
        Shape::Number { minimum, maximum, integer } => number_of(*minimum, *maximum, *integer),
        Shape::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
        Shape::Timestamp => prop::sample::select(
            &["2025-01-31T23:59:59Z", "1999-12-31T00:00:00.5Z", "0000-01-01T00:00:00.001Z"][..],
        )
        .prop_map(|text| json!(text))
        .boxed(),
        Shape::List { items, may_be_empty } => {
            let least = usize::from(!may_be_empty);
            vec(of_shape(items), least..4).prop_map(Value::Array).boxed()
        }
        Shape::Map(items) => {
            prop::collection::btree_map(prop::sample::select(NAMES), of_shape(items), 0..3)
                .prop_map(|fields| Value::Object(named(fields)))
                .boxed()
        }
        Shape::Object(fields) => fields
            .iter()
            .map(|field| {
                let name = field.name.clone();
                let value = of_shape(&field.shape);
                let value = match field.presence {
                    Presence::Required => value.prop_map(Some).boxed(),
                    Presence::Optional => prop::option::of(value).boxed(),
                    Presence::Nullable => {
                        prop::option::of(prop_oneof![3 => value, 1 => Just(Value::Null)]).boxed()
                    }
                };
                value.prop_map(move |value| Some((name.clone(), value?)))
            })
            .collect::<Vec<_>>()
            .prop_map(|fields| Value::Object(fields.into_iter().flatten().collect()))
            .boxed(),
    }
}

/// A text within the limits.
fn text_of(shape: TextShape) -> impl Strategy<Value = String> {
    let least = shape.min_length.unwrap_or(0) as usize;
    let most = shape.max_length.unwrap_or(12) as usize;
    text().prop_map(move |text| {
        let text =
            if text.starts_with(&shape.begins) { text } else { shape.begins.clone() + &text };
        let mut text: String = text.chars().take(most).collect();
        while text.chars().count() < least {
            text.push('b');
        }
        text
    })
}

/// A number within the limits.
fn number_of(minimum: Option<f64>, maximum: Option<f64>, integer: bool) -> BoxedStrategy<Value> {
    let least = minimum.unwrap_or(-10.0).min(maximum.unwrap_or(f64::INFINITY));
    let most = maximum.unwrap_or(1.0e10).max(least);
    (prop::sample::select(NUMBERS), 0.0..1.0_f64, any::<bool>())
        .prop_map(move |(near, share, listed)| {
            let value = if listed { near } else { least + share * (most - least).min(4.0) };
            let value = value.clamp(least, most);
            match integer {
                true => json!(value.floor() as i64),
                false => json!(value),
            }
        })
        .boxed()
}
