//! What the analysis says never matches never does.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use super::super::{Pattern, Shape, Weight};
use super::generate;

/// A pattern of the fields that a shape has, with tests of values that an event of it has.
fn about(shape: &Shape, event: &Value) -> BoxedStrategy<Value> {
    let mut event = event;
    let mut shape = shape;
    while let Shape::List { items, .. } = shape {
        shape = items;
        event = event.get(0).unwrap_or(&Value::Null);
    }
    match shape {
        Shape::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| {
                    let below = event.get(&field.name).unwrap_or(&Value::Null);
                    let name = field.name.clone();
                    let misspelt = format!("{name}x");
                    let name = prop_oneof![30 => Just(name), 1 => Just(misspelt)];
                    (prop::bool::weighted(0.6), name, about(&field.shape, below))
                })
                .collect();
            fields
                .prop_map(|fields| {
                    let mut object: Map<String, Value> = fields
                        .into_iter()
                        .filter_map(|(taken, name, test)| taken.then_some((name, test)))
                        .collect();
                    if object.is_empty() {
                        object.insert("a".into(), json!([{ "exists": true }]));
                    }
                    Value::Object(object)
                })
                .boxed()
        }
        Shape::Map(_) | Shape::Any if event.is_object() => generate::pattern().boxed(),
        _ => {
            let own = match event {
                Value::Array(_) | Value::Object(_) => Value::Null,
                scalar => scalar.clone(),
            };
            let test = prop_oneof![2 => generate::test(), 2 => close(own)];
            prop::collection::vec(test, 1..3).prop_map(Value::Array).boxed()
        }
    }
}

/// A test that a value passes, or only just does not.
fn close(value: Value) -> BoxedStrategy<Value> {
    let cut = |text: &str, at: usize| -> (String, String) {
        let at = at.min(text.chars().count());
        (text.chars().take(at).collect(), text.chars().skip(at).collect())
    };
    match value {
        Value::String(text) => (0..8_usize, 0..9)
            .prop_map(move |(at, kind)| {
                let (head, tail) = cut(&text, at);
                let literal = |text: &str| text.replace('\\', "\\\\").replace('*', "\\*");
                match kind {
                    0 => json!(text),
                    1 => json!({ "prefix": head }),
                    2 => json!({ "suffix": tail }),
                    3 => json!({ "equals-ignore-case": text.to_uppercase() }),
                    4 => json!({ "prefix": { "equals-ignore-case": head.to_lowercase() } }),
                    5 => json!({ "wildcard": format!("{}*{}", literal(&head), literal(&tail)) }),
                    6 => json!({ "suffix": { "equals-ignore-case": tail.to_uppercase() } }),
                    7 => json!({ "wildcard": literal(&text) }),
                    _ => json!({ "anything-but": { "equals-ignore-case": head } }),
                }
            })
            .boxed(),
        Value::Number(number) => {
            let comparison = prop::sample::select(&["=", "<", "<=", ">", ">="][..]);
            (comparison, -1..2_i8, any::<bool>())
                .prop_map(move |(is, off, exact)| {
                    let rounded = (number.as_f64().unwrap_or_default() * 1e6).round() / 1e6;
                    let near = rounded + f64::from(off);
                    if exact { json!(number) } else { json!({ "numeric": [is, near] }) }
                })
                .boxed()
        }
        scalar => Just(scalar).boxed(),
    }
}

/// The pattern with a single test left of the list that the pointer leads into.
fn alone(pattern: &Value, pointer: &str) -> Option<Value> {
    let (list, index) = pointer.rsplit_once('/')?;
    let mut alone = pattern.clone();
    let test = alone.pointer(list)?.get(index.parse::<usize>().ok()?)?.clone();
    *alone.pointer_mut(list)? = json!([test]);
    Some(alone)
}

#[test]
fn what_is_said_never_to_match_never_does() {
    let strategy = generate::object(generate::shape()).prop_flat_map(|shape| {
        let events = generate::of_shape(&shape);
        (Just(shape), events).prop_flat_map(|(shape, event)| {
            let patterns = about(&shape, &event);
            (Just(shape), Just(event), patterns)
        })
    });
    let (matched, refused, idle) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let outcome = TestRunner::new(super::times(8)).run(&strategy, |(shape, event, json)| {
        let Ok(pattern) = Pattern::parse_within(&json, usize::MAX) else { return Ok(()) };
        let analysis = pattern.analyse(&shape);
        let matches = pattern.matches(&event);
        prop_assert!(analysis.can_match() || !matches, "{:?}", analysis.findings());
        let reasons = analysis.findings().iter().any(|finding| finding.weight == Weight::Never);
        prop_assert!(analysis.can_match() || reasons, "no reason is given");
        for finding in analysis.findings() {
            prop_assert!(json.pointer(&finding.pointer).is_some(), "{}", finding.pointer);
            // A test that never succeeds is not why a pattern matches.
            let Some(alone) = alone(&json, &finding.pointer) else { continue };
            if let Ok(alone) = Pattern::parse_within(&alone, usize::MAX) {
                let or = json.to_string().contains("$or");
                prop_assert!(or || !alone.matches(&event), "{finding:?}");
                idle.set(idle.get() + 1);
            }
        }
        matched.set(matched.get() + u32::from(matches));
        refused.set(refused.get() + u32::from(!analysis.can_match()));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    // The cases tell something: many match, and many are refused.
    let (matched, refused, idle) = (matched.get(), refused.get(), idle.get());
    assert!(matched > 200 && refused > 200 && idle > 200, "{matched} {refused} {idle}");
}
