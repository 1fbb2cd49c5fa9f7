//! The values that models are tried with: few of each kind, so that keys collide, and those that keys go wrong with.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Longer than any key may be, whatever else stands in it.
pub(super) const TOO_LONG: usize = 2_100;

/// Long for a text, and short enough for a key of five such parts.
const LONG: usize = 190;

/// What most texts are: each is a part of another one, or of what a careless key would make of two.
const TEXTS: [&str; 3] = ["a", "b", "a#b"];

/// What separates, escapes or ends elsewhere; what sorts otherwise as UTF-16, as letters or without its padding.
const UNUSUAL: [&str; 19] = [
    "",
    "#",
    "$",
    "$23",
    "a$23b",
    "{a}",
    "a\0",
    "a\u{1}b",
    "a!",
    "a%",
    "A",
    "aa",
    "é",
    "e\u{301}",
    "日本語",
    "\u{ffff}",
    "🦀",
    " ",
    "10",
];

/// The 26 last digits of ids, least and greatest among them.
const IDS: [&str; 4] = [
    "01h455vb4pex5vsknk084sn02q",
    "01h455vb4pex5vsknk084sn02r",
    "00000000000000000000000000",
    "7zzzzzzzzzzzzzzzzzzzzzzzzz",
];

/// The first and the last moment there is, those around zero, and two that differ in their last digit.
const TIMES: [&str; 6] = [
    "2026-01-02T03:04:05.678Z",
    "2026-01-02T03:04:05.679Z",
    "0000-01-01T00:00:00.000Z",
    "9999-12-30T21:59:59.999Z",
    "1970-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.999Z",
];

const INTEGERS: [i128; 11] = [
    0,
    1,
    2,
    10,
    9,
    -1,
    -10,
    i32::MAX as i128,
    i64::MIN as i128,
    i64::MAX as i128,
    u64::MAX as i128,
];

/// DynamoDB holds magnitudes from 1e-130 to 9.99e125.
const NUMBERS: [f64; 12] =
    [0.0, 1.0, -1.0, 0.5, 10.0, 9.0, -0.5, -0.0, 0.1, 1e21, -9.99e125, 1e-130];

pub(super) fn texts(shortest: usize, longest: usize) -> BoxedStrategy<Value> {
    let fits = |text: &&str| (shortest..=longest).contains(&text.chars().count());
    let texts: Vec<_> = TEXTS.into_iter().filter(fits).collect();
    let unusual: Vec<_> = UNUSUAL.into_iter().filter(fits).collect();
    let long = |length: usize| "x".repeat(length.clamp(shortest, longest));
    let mut choices = vec![(1, Just(long(LONG)).boxed())];
    if longest > TOO_LONG {
        choices.push((1, Just(long(TOO_LONG)).boxed()));
    }
    for (weight, texts) in [(36, unusual), (80, texts)] {
        if !texts.is_empty() {
            choices.push((weight, select(texts).prop_map(str::to_owned).boxed()));
        }
    }
    // A failure is made simpler by going to an earlier choice: the plainest comes first.
    choices.reverse();
    prop::strategy::Union::new_weighted(choices).prop_map(Value::String).boxed()
}

/// Ids that begin with `prefix`, an underscore included where there is one.
pub(super) fn ids(prefix: &str) -> BoxedStrategy<Value> {
    let ids: Vec<_> = IDS.iter().map(|digits| format!("{prefix}{digits}")).collect();
    select(ids).prop_map(Value::String).boxed()
}

pub(super) fn times() -> BoxedStrategy<Value> {
    select(&TIMES[..]).prop_map(|time| json!(time)).boxed()
}

/// Integers within bounds, both included.
pub(super) fn integers(least: i128, greatest: i128) -> BoxedStrategy<Value> {
    let mut integers: Vec<_> =
        INTEGERS.into_iter().filter(|integer| (least..=greatest).contains(integer)).collect();
    if integers.is_empty() {
        integers.push(least);
    }
    let value = |integer: i128| match i64::try_from(integer) {
        Ok(integer) => json!(integer),
        Err(_) => json!(u64::try_from(integer).unwrap_or(u64::MAX)),
    };
    select(integers).prop_map(value).boxed()
}

/// Finite numbers within bounds, both included.
pub(super) fn numbers(least: f64, greatest: f64) -> BoxedStrategy<Value> {
    let mut numbers: Vec<_> =
        NUMBERS.into_iter().filter(|number| (least..=greatest).contains(number)).collect();
    if numbers.is_empty() {
        numbers.push(least);
    }
    select(numbers).prop_map(|number| json!(number)).boxed()
}

/// Any JSON: a value of each kind.
pub(super) fn anything() -> BoxedStrategy<Value> {
    let values = vec![
        json!("text"),
        json!(5),
        json!(-0.25),
        json!(true),
        json!([]),
        json!({}),
        json!([1, "a", null, [false]]),
        json!({ "a": { "b": [1, 2] }, "#": "$" }),
    ];
    select(values).boxed()
}
