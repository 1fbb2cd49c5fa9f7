//! Many patterns at once: each is found, and few are looked at.

use proptest::prelude::*;
use serde_json::json;

use super::super::{Matcher, Pattern};
use super::{generate, pattern};

proptest! {
    #![proptest_config(super::times(1))]

    #[test]
    fn a_set_finds_what_each_pattern_finds(
        patterns in prop::collection::vec(generate::pattern(), 1..12),
        event in generate::event(),
    ) {
        let patterns: Vec<Pattern> =
            patterns.iter().filter_map(|json| Pattern::parse(json).ok()).collect();
        let rules: Matcher<usize> = patterns.iter().cloned().enumerate().collect();
        let expected: Vec<usize> =
            (0..patterns.len()).filter(|index| patterns[*index].matches(&event)).collect();
        prop_assert_eq!(rules.matches(&event).into_iter().copied().collect::<Vec<_>>(), expected);
        prop_assert_eq!(rules.len(), patterns.len());
    }
}

#[test]
fn keys_come_in_the_order_added_and_once_for_each_pattern() {
    let mut rules = Matcher::new();
    assert!(rules.is_empty() && rules.matches(&json!({})).is_empty());
    let either = json!({ "$or": [{ "a": [1] }, { "b": [1] }, { "c": [{ "exists": true }] }] });
    rules.add("z", pattern(&either));
    rules.add("a", pattern(&json!({ "d": [{ "exists": false }] })));
    rules.add("z", pattern(&json!({ "b": [true, 1.0, null] })));
    assert_eq!(rules.matches(&json!({ "a": 1, "b": 1, "c": 1 })), [&"z", &"a", &"z"]);
    assert_eq!(rules.matches(&json!({ "b": null, "d": 0 })), [&"z"]);
    assert_eq!(rules.len(), 3);
}

/// How many patterns an event is compared with, of ten thousand.
fn compared(pattern_of: impl Fn(usize) -> serde_json::Value, event: serde_json::Value) -> usize {
    let rules: Matcher<usize> = (0..10_000).map(|n| (n, pattern(&pattern_of(n)))).collect();
    assert_eq!(rules.matches(&event), [&7_777]);
    rules.candidates(&event).len()
}

#[test]
fn an_event_is_compared_with_few_patterns_whatever_their_number() {
    let event = json!({
        "account": "111122223333",
        "source": "shop.parcels",
        "detail-type": "Parcel7777",
        "detail": { "user": "u7777", "kg": 7777 },
    });
    // Each asks for a detail type of its own.
    let own_type = |n| {
        json!({
            "account": ["111122223333"],
            "source": ["shop.parcels"],
            "detail-type": [format!("Parcel{n}")],
        })
    };
    assert!(compared(own_type, event.clone()) <= 3);
    // A field within the detail is what tells them apart.
    let own_user = |n| {
        json!({
            "source": ["shop.parcels"],
            "detail-type": ["Parcel7777"],
            "detail": { "user": [format!("u{n}")] },
        })
    };
    assert!(compared(own_user, event.clone()) <= 3);
    // What is no exact value is compared where the exact ones agree.
    let ranges = |n: usize| {
        json!({
            "source": [format!("shop.{}", if n / 10 == 777 { "parcels" } else { "other" })],
            "detail": { "kg": [{ "numeric": ["=", n] }] },
        })
    };
    assert_eq!(compared(ranges, event.clone()), 10);
    // Without any exact value, only those whose field is there.
    let fields = |n: usize| json!({ "detail": { (format!("f{n}")): [{ "prefix": "x" }] } });
    let event = json!({ "source": "shop", "detail": { "f7777": "xy" } });
    assert_eq!(compared(fields, event), 1);
}
