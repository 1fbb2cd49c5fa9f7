//! The values that models are tried with: few of each kind, so that keys collide, and those that keys go wrong with.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

/// Longer than any key may be, whatever else stands in it.
pub(super) const TOO_LONG: usize = 2_100;

/// Long for a text, and short enough for a key of five such parts.
const LONG: usize = 190;

/// Two of them beside each other are what another two are, where a separator is not told from a text.
const PLAIN: [&str; 3] = ["a", "#a", "a#"];

/// What separates, escapes or ends elsewhere; what sorts otherwise as UTF-16, as letters or without its padding.
const UNUSUAL: [&str; 20] = [
    "",
    "a#b",
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

/// Two that differ in their last digit, the first and the last moment there is, and those around zero.
const TIMES: [&str; 6] = [
    "2026-01-02T03:04:05.678Z",
    "2026-01-02T03:04:05.679Z",
    "0000-01-01T00:00:00.000Z",
    "9999-12-30T21:59:59.999Z",
    "1970-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.999Z",
];

/// Moments that no test lives to see: what expires then is there.
pub(super) const FAR: [&str; 2] = ["9999-12-30T21:59:59.999Z", "2999-01-02T03:04:05.678Z"];

/// Addresses of which two differ in nothing but the case.
const EMAILS: [&str; 4] = ["a@example.com", "A@example.com", "b+#@example.com", "a@b.example"];

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

/// The values of one sequence, so few that its items share them: others are for other sequences.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    texts: Vec<String>,
    ids: Vec<&'static str>,
    times: Vec<&'static str>,
    integers: Vec<i128>,
    numbers: Vec<f64>,
}

/// Domains: plain ones, and ones of which every value may be unusual.
pub(super) fn domains() -> BoxedStrategy<Domain> {
    let mut texts: Vec<String> = PLAIN.into_iter().chain(UNUSUAL).map(str::to_owned).collect();
    texts.extend(["x".repeat(LONG), format!("{}y", "x".repeat(LONG))]);
    let unusual = (
        subsequence(texts, 4),
        subsequence(IDS.to_vec(), 2),
        subsequence(TIMES.to_vec(), 2),
        subsequence(INTEGERS.to_vec(), 3),
        subsequence(NUMBERS.to_vec(), 3),
    )
        .prop_map(|(texts, ids, times, integers, numbers)| Domain {
            texts,
            ids,
            times,
            integers,
            numbers,
        });
    prop_oneof![1 => Just(plain()), 2 => unusual].boxed()
}

fn plain() -> Domain {
    Domain {
        texts: PLAIN.map(str::to_owned).to_vec(),
        ids: IDS[..2].to_vec(),
        times: TIMES[..2].to_vec(),
        integers: INTEGERS[..3].to_vec(),
        numbers: NUMBERS[..3].to_vec(),
    }
}

impl Domain {
    /// Texts of so many characters, and now and then one that no key takes.
    pub(super) fn texts(&self, shortest: usize, longest: usize) -> BoxedStrategy<Value> {
        let mut texts = self.texts.clone();
        texts.retain(|text| (shortest..=longest).contains(&text.chars().count()));
        if texts.is_empty() {
            texts.push("x".repeat(shortest));
        }
        let texts = select(texts);
        match longest >= TOO_LONG {
            true => prop_oneof![120 => texts, 1 => Just("x".repeat(TOO_LONG))]
                .prop_map(Value::String)
                .boxed(),
            false => texts.prop_map(Value::String).boxed(),
        }
    }

    /// Ids that begin with `prefix`, an underscore included where there is one.
    pub(super) fn ids(&self, prefix: &str) -> BoxedStrategy<Value> {
        let ids: Vec<_> = self.ids.iter().map(|digits| format!("{prefix}{digits}")).collect();
        select(ids).prop_map(Value::String).boxed()
    }

    pub(super) fn times(&self) -> BoxedStrategy<Value> {
        select(self.times.clone()).prop_map(|time| json!(time)).boxed()
    }

    /// Addresses, of whatever length is allowed.
    pub(super) fn emails(&self) -> BoxedStrategy<Value> {
        select(EMAILS.to_vec()).prop_map(|email| json!(email)).boxed()
    }

    /// Integers within bounds, both included.
    pub(super) fn integers(&self, least: i128, greatest: i128) -> BoxedStrategy<Value> {
        let value = |integer: i128| match i64::try_from(integer) {
            Ok(integer) => json!(integer),
            Err(_) => json!(u64::try_from(integer).unwrap_or(u64::MAX)),
        };
        select(within(&self.integers, &INTEGERS, least, greatest)).prop_map(value).boxed()
    }

    /// Finite numbers within bounds, both included.
    pub(super) fn numbers(&self, least: f64, greatest: f64) -> BoxedStrategy<Value> {
        select(within(&self.numbers, &NUMBERS, least, greatest))
            .prop_map(|number| json!(number))
            .boxed()
    }
}

/// Those of `own` that lie within bounds, or else those of `all`, or else a bound.
fn within<N: Copy + PartialOrd>(own: &[N], all: &[N], least: N, greatest: N) -> Vec<N> {
    let fitting = |numbers: &[N]| {
        numbers
            .iter()
            .copied()
            .filter(|number| (least..=greatest).contains(number))
            .collect::<Vec<_>>()
    };
    let bounds = || vec![least];
    [fitting(own), fitting(all)]
        .into_iter()
        .find(|numbers| !numbers.is_empty())
        .unwrap_or_else(bounds)
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
