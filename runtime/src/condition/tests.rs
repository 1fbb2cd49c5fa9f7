//! Conditions: what they mean at hand, and what DynamoDB is sent.

use aws_sdk_dynamodb::types::AttributeValue;

use super::*;
use crate::path::{Free, RawPath};
use crate::repository::Expression;
use crate::{Attribute, Item};

/// The least an entity needs to be for paths and conditions to be its own.
struct Thing;

fn path<T>(attribute: &'static str) -> Path<Thing, T, Free> {
    Path::typed(RawPath::attribute(attribute))
}

fn item(fields: &[(&str, AttributeValue)]) -> Item {
    fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn n(digits: &str) -> AttributeValue {
    AttributeValue::N(digits.to_owned())
}

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn rendered(condition: Condition<Thing>) -> String {
    condition.into_node().render(&mut Expression::default())
}

fn holds(condition: Condition<Thing>, item: &Item) -> bool {
    condition.into_node().holds(item)
}

#[test]
fn each_condition_is_an_expression_of_dynamodbs() {
    for (condition, expected) in [
        (path::<String>("a").eq("x"), "#0 = :0"),
        (path::<Option<String>>("a").eq(None), "attribute_not_exists(#0)"),
        (path::<Option<String>>("a").ne(None), "attribute_exists(#0)"),
        (path::<i64>("a").ne(1), "#0 <> :0"),
        (path::<i64>("a").lt(1), "#0 < :0"),
        (path::<i64>("a").between(1, 2), "#0 BETWEEN :0 AND :1"),
        (path::<i64>("a").one_of([1, 2]), "#0 IN (:0, :1)"),
        (path::<i64>("a").one_of(Vec::<i64>::new()), "#0 = :0"),
        (path::<String>("a").begins_with("x"), "begins_with(#0, :0)"),
        (path::<Vec<String>>("a").contains("x"), "contains(#0, :0)"),
        (path::<Vec<String>>("a").size().ge(2), "size(#0) >= :0"),
        (path::<i64>("a").lt_path(path("b")), "#0 < #1"),
        (path::<i64>("a").eq_path(path("a")), "#0 = #0"),
        (
            path::<serde_json::Value>("a").key("k").some().index(1).exists(),
            "attribute_exists(#0.#1[1])",
        ),
        (path::<Vec<i64>>("a").index(3).eq(Some(1)), "#0[3] = :0"),
        (
            path::<std::collections::BTreeMap<String, i64>>("a").key("k.#[1]").eq(Some(1)),
            "#0.#1 = :0",
        ),
        (
            path::<i64>("a").eq(1).or(path::<i64>("b").eq(2)).and(!path::<i64>("c").eq(3)),
            "(#0 = :0 OR #1 = :1) AND NOT (#2 = :2)",
        ),
        (
            path::<i64>("a").between(1, 2).and(path::<i64>("a").gt(0)),
            "(#0 BETWEEN :0 AND :1) AND #0 > :2",
        ),
    ] {
        assert_eq!(rendered(condition), expected);
    }
}

#[test]
fn a_condition_means_at_hand_what_it_means_in_the_table() {
    let list = vec!["x".to_owned(), "y".to_owned()].to_attribute().expect("a list");
    let item = item(&[("n", n("10")), ("s", s("Ada")), ("l", list)]);
    let number = || path::<i64>("n");
    for (condition, expected) in [
        (number().eq(10), true),
        (number().lt(9), false),
        // By value: as texts, 9 would be the greater.
        (number().gt(9), true),
        (number().between(10, 10), true),
        (path::<i64>("absent").ne(1), true),
        (path::<i64>("absent").lt(1), false),
        (number().eq_path(number()), true),
        (number().lt_path(number()), false),
        (number().le_path(number()), true),
        (number().ne_path(path("absent")), true),
        (number().eq_path(path("absent")), false),
        (path::<f64>("n").eq(10.0), true),
        (path::<String>("s").begins_with("Ad"), true),
        (path::<String>("s").contains_text("da"), true),
        (path::<String>("s").size().eq(3), true),
        (path::<Vec<String>>("l").contains("y"), true),
        (path::<Vec<String>>("l").contains("z"), false),
        (path::<Vec<String>>("l").index(1).eq(Some("y".to_owned())), true),
        (path::<Vec<String>>("l").index(2).exists(), false),
        (!number().eq(10), false),
        (number().eq(1).or(number().eq(10)), true),
        (number().eq(1).and(number().eq(10)), false),
        (number().one_of([1, 10]), true),
        (path::<Option<i64>>("n").lt(None), false),
    ] {
        assert_eq!(holds(condition.clone(), &item), expected, "{condition:?}");
    }
}
