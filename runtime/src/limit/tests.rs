//! DynamoDB's limits, met and passed by one.

use serde_json::{Value, json};

use super::*;
use crate::Attribute;

fn check(value: impl Attribute) -> Result<()> {
    let value = value.to_attribute().expect("the value is present");
    check_item(&Item::from([("a".to_owned(), value)]))
}

fn code(result: Result<()>) -> &'static str {
    let error = result.expect_err("the item is refused");
    assert!(error.is_invalid());
    error.code()
}

#[test]
fn an_item_of_400_kilobytes_is_the_largest() {
    assert!(check("x".repeat(400 * 1024 - 1)).is_ok());
    let error = check("x".repeat(400 * 1024)).expect_err("one byte too much");
    assert_eq!(error.to_string(), "the item has 409601 bytes; at most 409600 can be stored");
    // Bytes count, not characters.
    assert_eq!(code(check("é".repeat(205_000))), "item-too-large");
    assert_eq!(code(check(vec!["x".repeat(1000); 410])), "item-too-large");
}

#[test]
fn numbers_outside_dynamodbs_range_are_refused() {
    for number in [0.0, -0.0, 1e-130, 9.99e125, -9.99e125, 0.1 + 0.2, f64::EPSILON] {
        assert!(check(number).is_ok(), "{number}");
    }
    for number in [1e126, -1e126, 1e-131, f64::MAX, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY] {
        assert_eq!(code(check(number)), "number-out-of-range", "{number}");
    }
    assert_eq!(code(check(json!({ "deep": [1e300] }))), "number-out-of-range");
}

#[test]
fn thirty_two_levels_are_the_deepest() {
    let nested = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    assert!(check(nested(32)).is_ok());
    assert_eq!(code(check(nested(33))), "nested-too-deeply");
    assert_eq!(code(check(json!({ "": Value::Null }))), "empty-name");
}
