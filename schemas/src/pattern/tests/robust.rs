//! No input is too odd, and matching by trees is matching as EventBridge describes it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::alternative::{Alternative, Leaf};
use super::super::{Matcher, Pattern, Shape};
use super::generate;

/// Any JSON at all, with names and texts that mean something to a pattern.
fn json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        prop::sample::select(
            &[
                "$or",
                "prefix",
                "anything-but",
                "numeric",
                "cidr",
                "exists",
                "wildcard",
                ">",
                "<=",
                "**",
                "\\",
                "a.b",
                ".",
                "",
                "10.0.0.0/8",
                "::/0",
                "/",
                "1/99999999999",
                "ß"
            ][..],
        )
        .prop_map(str::to_owned),
        ".{0,4}",
    ];
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        text.clone().prop_map(Value::String),
    ];
    scalar.prop_recursive(6, 48, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::hash_map(text.clone(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// What objects of few names and few values are to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Pattern,
    Event,
}

/// Objects that differ in little, so that it matters in which of a list's objects a value is.
fn few(part: Part) -> impl Strategy<Value = Value> {
    let leaf = match part {
        Part::Event => prop::sample::select(vec![json!(1), json!(2)]).boxed(),
        Part::Pattern => prop::sample::select(vec![
            json!([1]),
            json!([2]),
            json!([{ "exists": false }]),
            json!([1, { "exists": false }]),
        ])
        .boxed(),
    };
    let object = |value: BoxedStrategy<Value>, least: usize| {
        let names = prop::sample::select(&["a", "a-b", "b", "c"][..]);
        prop::collection::btree_map(names, value, least..4)
            .prop_map(|fields| fields.into_iter().collect::<Value>())
            .boxed()
    };
    let least = usize::from(part == Part::Pattern);
    let inner = object(leaf.clone(), least).prop_recursive(2, 16, 3, move |inner| match part {
        Part::Event => prop_oneof![
            1 => object(prop_oneof![leaf.clone(), inner.clone()].boxed(), 0),
            2 => prop::collection::vec(inner, 0..4).prop_map(Value::Array),
        ]
        .boxed(),
        Part::Pattern => object(prop_oneof![leaf.clone(), inner].boxed(), 1),
    });
    inner.prop_map(|inner| json!({ "o": inner }))
}

/// A value of an event, and at which item of which list it was come across.
struct Field<'e> {
    path: String,
    value: &'e Value,
    items: Vec<(usize, usize)>,
}

/// Lists an event's values as EventBridge does, by path.
fn flatten<'e>(
    value: &'e Value,
    path: &str,
    items: &[(usize, usize)],
    lists: &mut usize,
    fields: &mut Vec<Field<'e>>,
) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(value, &path, items, lists, fields);
            }
        }
        Value::Array(list) => {
            let this = *lists;
            *lists += 1;
            for (index, value) in list.iter().enumerate() {
                let scalar = !value.is_object() && !value.is_array();
                let chosen = (!scalar).then_some((this, index));
                flatten(value, path, &[items, chosen.as_slice()].concat(), lists, fields);
            }
        }
        scalar => {
            fields.push(Field { path: path.to_owned(), value: scalar, items: items.to_vec() });
        }
    }
}

/// Whether two choices never take different items of one list.
fn consistent(one: &[(usize, usize)], other: &[(usize, usize)]) -> bool {
    one.iter().all(|(list, item)| other.iter().all(|(in_list, at)| list != in_list || item == at))
}

/// Tries every choice of values, in the order of the paths.
fn choose(leaves: &[(String, &Leaf)], fields: &[Field<'_>], chosen: &[(usize, usize)]) -> bool {
    let [(path, leaf), rest @ ..] = leaves else { return true };
    let here: Vec<_> = fields
        .iter()
        .filter(|field| field.path == *path && consistent(&field.items, chosen))
        .collect();
    if here.is_empty() {
        return leaf.accepts_absence() && choose(rest, fields, chosen);
    }
    here.iter().any(|field| {
        leaf.tests.iter().any(|(_, test)| test.accepts(field.value))
            && choose(rest, fields, &[chosen, &field.items[..]].concat())
    })
}

fn by_choice(alternative: &Alternative, event: &Value) -> bool {
    let mut fields = Vec::new();
    flatten(event, "", &[], &mut 0, &mut fields);
    let path = |leaf: &Leaf| leaf.names().collect::<Vec<_>>().join(".");
    let mut leaves: Vec<(String, &Leaf)> =
        alternative.leaves().iter().map(|leaf| (path(leaf), &**leaf)).collect();
    leaves.sort_by(|(one, _), (other, _)| one.cmp(other));
    choose(&leaves, &fields, &[])
}

proptest! {
    #![proptest_config(super::times(4))]

    #[test]
    fn nothing_panics(pattern in json(), event in json()) {
        let shape = Shape::envelope(Shape::text(), Shape::one_of(["a"]), Shape::Any);
        match Pattern::parse(&pattern) {
            Ok(pattern) => {
                let matches = pattern.matches(&event);
                let rules: Matcher<()> = [((), pattern.clone())].into_iter().collect();
                prop_assert_eq!(!rules.matches(&event).is_empty(), matches);
                let _ = pattern.analyse(&shape);
            }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    prop_assert!(pattern.pointer(&fault.pointer).is_some(), "{}", fault.pointer);
                }
            }
        }
    }

    #[test]
    fn an_event_matches_where_some_choice_of_values_does(
        pattern in prop_oneof![generate::pattern(), few(Part::Pattern)],
        event in prop_oneof![generate::event(), few(Part::Event)],
    ) {
        let Ok(pattern) = Pattern::parse(&pattern) else { return Ok(()) };
        let expected =
            pattern.alternatives.iter().any(|alternative| by_choice(alternative, &event));
        prop_assert_eq!(pattern.matches(&event), expected);
    }
}
