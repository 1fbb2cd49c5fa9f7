//! Attributes: each type is written as documented and reads back as it was.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn round_trip<T: Attribute + PartialEq + Debug>(value: &T) {
    let read = match value.to_attribute() {
        Some(attribute) => T::from_attribute(attribute),
        None => T::absent(),
    };
    assert_eq!(read.as_ref(), Ok(value));
}

fn n(digits: &str) -> AttributeValue {
    AttributeValue::N(digits.to_owned())
}

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

#[test]
fn each_type_is_written_as_documented() {
    assert_eq!("a".to_owned().to_attribute(), Some(s("a")));
    assert_eq!((-5_i64).to_attribute(), Some(n("-5")));
    assert_eq!(u64::MAX.to_attribute(), Some(n("18446744073709551615")));
    assert_eq!(0.7_f64.to_attribute(), Some(n("0.7")));
    assert_eq!((-0.0_f64).to_attribute(), Some(n("0")));
    assert_eq!(1e100_f64.to_attribute(), Some(n("1e100")));
    assert_eq!(1.5e-9_f64.to_attribute(), Some(n("1.5e-9")));
    assert_eq!(true.to_attribute(), Some(AttributeValue::Bool(true)));
    assert_eq!(None::<String>.to_attribute(), None);
    assert_eq!(
        vec![Some(1), None].to_attribute(),
        Some(AttributeValue::L(vec![n("1"), AttributeValue::Null(true)]))
    );
    assert_eq!(BTreeSet::<String>::new().to_attribute(), None);
    assert_eq!(
        BTreeSet::from(["b".to_owned(), "a".to_owned()]).to_attribute(),
        Some(AttributeValue::Ss(vec!["a".to_owned(), "b".to_owned()]))
    );
    assert_eq!(
        BTreeSet::from([2, 10]).to_attribute(),
        Some(AttributeValue::Ns(vec!["2".to_owned(), "10".to_owned()]))
    );
    assert_eq!(
        BTreeMap::from([("k".to_owned(), true)]).to_attribute(),
        Some(AttributeValue::M(Item::from([("k".to_owned(), AttributeValue::Bool(true))])))
    );
}

#[test]
fn integers_written_by_others_as_decimals_are_read() {
    assert_eq!(i64::from_attribute(n("1.0")), Ok(1));
    assert_eq!(u8::from_attribute(n("1E+2")), Ok(100));
    for digits in ["1.5", "1e100", "-1", "256", "", "NaN"] {
        assert!(u8::from_attribute(n(digits)).is_err(), "{digits}");
    }
}

#[test]
fn absent_is_an_error_unless_the_type_has_an_absent_value() {
    assert!(String::absent().is_err());
    assert!(Vec::<String>::absent().is_err());
    assert_eq!(Option::<String>::absent(), Ok(None));
    assert_eq!(BTreeSet::<String>::absent(), Ok(BTreeSet::new()));
}

#[test]
fn an_error_names_the_path_and_what_was_found() {
    fn check<T: Attribute + Debug>(value: AttributeValue, expected: &str) {
        let error =
            T::from_attribute(value).expect_err("the value is not of the type").within("field");
        assert_eq!(error.to_string(), expected);
    }
    check::<f64>(s("x"), "`field`: expected a number, found a string");
    check::<Vec<bool>>(
        AttributeValue::L(vec![AttributeValue::Bool(true), n("1")]),
        "`field[1]`: expected a boolean, found a number",
    );
    check::<BTreeMap<String, Vec<String>>>(
        AttributeValue::M(Item::from([("k".to_owned(), AttributeValue::L(vec![n("1")]))])),
        "`field.k[0]`: expected a string, found a number",
    );
    check::<u8>(n("256"), "`field`: expected an integer of the type `u8`, found `256`");
    assert_eq!(
        AttributeError::unknown("done", &["a", "b", "c"]).to_string(),
        "expected `a`, `b` or `c`, found `done`"
    );
    assert!(AttributeError::unknown(&"é".repeat(5000), &["a"]).to_string().len() < 200);
}

#[test]
fn free_json_keeps_its_shape() {
    round_trip(
        &json!({ "a": [1, -2.5, "x", null, true, { "b": {} }, []], "c": u64::MAX, "d": i64::MIN }),
    );
}

fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e100..1e100_f64).prop_map(|number| Value::from(number + 0.5)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// JSON does not tell 1.0 from 1, nor does DynamoDB.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn scalars_round_trip(text: String, integer: i64, unsigned: u64, small: i8, flag: bool) {
        round_trip(&text);
        round_trip(&integer);
        round_trip(&unsigned);
        round_trip(&small);
        round_trip(&flag);
        round_trip(&Some(text.clone()));
        round_trip(&None::<i64>);
        round_trip(&Box::new(text));
    }

    #[test]
    fn numbers_round_trip(number in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO) {
        round_trip(&number);
    }

    #[test]
    fn collections_round_trip(
        list in vec(any::<Option<String>>(), 0..5),
        texts: BTreeSet<String>,
        integers: BTreeSet<i64>,
        lists: BTreeSet<Vec<bool>>,
        map in btree_map(any::<String>(), vec(any::<u32>(), 0..3), 0..5),
    ) {
        round_trip(&list);
        round_trip(&texts);
        round_trip(&integers);
        round_trip(&lists);
        round_trip(&map);
    }

    #[test]
    fn json_round_trips(value in json_values()) {
        let attribute = value.to_attribute().expect("JSON is never absent");
        let read = Value::from_attribute(attribute).expect("it reads back");
        prop_assert!(same(&value, &read), "{value} became {read}");
    }
}
