//! Pairs of a pattern and an event, the same for the same seed, of which about half match.
//!
//! Patterns are made of what the event holds, so that each of their conditions is mostly met, and sometimes only just
//! not.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::spoilt::spoil;

/// A pattern and an event.
pub(super) struct Pair {
    /// What makes the same pair again.
    pub(super) seed: u64,
    pub(super) pattern: Value,
    pub(super) event: Value,
}

/// What a pattern is to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Valid,
    /// Changed in a place or two, so that it is mostly refused.
    Spoilt,
}

/// How often a condition on a field is met.
const MET: f64 = 0.66;

const NAMES: &[&str] = &["a", "b", "c", "d", "a-b", "ü"];

const TEXTS: &[&str] = &[
    "",
    "a",
    "ab",
    "abc",
    "ABC",
    "aBcD",
    "b*c",
    "b\\c",
    "straße",
    "STRASSE",
    "Éclair",
    "ǅ",
    "Σίγμα",
    "😀x",
    "5",
    "true",
    "null",
    "/usr/lib/x.png",
    "2025-01-31T23:59:59Z",
    "line\nbreak",
    "10.0.0.7",
    "10.0.1.200",
    "192.168.1.1",
    "010.0.0.1",
    "10.0.0",
    "2001:db8::1",
    "2001:DB8:0:0::1",
    "::",
    "::ffff:1",
];

const NUMBERS: &[f64] = &[
    0.0, -0.0, 1.0, -1.0, 5.0, 5.5, 0.1, 300.0, 301.8, -273.15, 1e6, 0.000001, 4.9e9, 5.0e9,
    -5.0e9, 6.0e9,
];

/// The pair of this seed.
pub(super) fn pair(seed: u64, kind: Kind) -> Pair {
    // Neighbouring seeds make neighbouring numbers at first.
    let mut rng = Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let event = event(&mut rng);
    let mut pattern = pattern(&mut rng, &event);
    if kind == Kind::Spoilt {
        (0..rng.usize(1..3)).for_each(|_| spoil(&mut rng, &mut pattern));
    }
    Pair { seed, pattern, event }
}

pub(super) fn pick<T: Clone>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())].clone()
}

/// An event with the whole of its envelope, without which EventBridge tests none.
fn event(rng: &mut Rng) -> Value {
    let detail = object(rng, 3);
    json!({
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": pick(rng, &["ParcelSent", "ParcelLost", "parcel sent"]),
        "source": pick(rng, &["shop.parcels", "shop.Parcels", "aws.ec2"]),
        "account": "111122223333",
        "time": pick(rng, &["2025-01-31T23:59:59Z", "2024-12-01T00:00:00Z"]),
        "region": pick(rng, &["eu-central-1", "us-east-1"]),
        "resources": (0..rng.usize(..3)).map(|n| format!("arn:aws:shop:::{n}")).collect::<Vec<_>>(),
        "detail": detail,
    })
}

fn object(rng: &mut Rng, depth: usize) -> Value {
    let fields = (0..rng.usize(1..4)).map(|_| {
        let name = if rng.f64() < 0.004 { "a.b" } else { pick(rng, NAMES) };
        (name.to_owned(), value(rng, depth))
    });
    Value::Object(fields.collect())
}

fn value(rng: &mut Rng, depth: usize) -> Value {
    match rng.usize(..if depth == 0 { 6 } else { 10 }) {
        0..=2 => Value::String(pick(rng, TEXTS).to_owned()),
        3..=4 => number(rng),
        5 => pick(rng, &[Value::Null, Value::Bool(true), Value::Bool(false)]),
        6..=7 => object(rng, depth - 1),
        _ => (0..rng.usize(..4)).map(|_| value(rng, depth - 1)).collect(),
    }
}

/// Whole numbers come without a point and with one.
fn number(rng: &mut Rng) -> Value {
    match rng.usize(..8) {
        0 => json!(rng.i64(-10..1000)),
        1 => json!((rng.f64() * 1000.0 * 1e6).round() / 1e6),
        2 => json!(111_122_223_333_u64),
        _ => {
            let number = pick(rng, NUMBERS);
            if number.fract() == 0.0 && rng.bool() { json!(number as i64) } else { json!(number) }
        }
    }
}

/// A field that the event has, or might have: the path, and its values.
type Place = (Vec<String>, Vec<Value>);

fn places(value: &Value, path: &[String], found: &mut Vec<Place>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                places(value, &[path, std::slice::from_ref(name)].concat(), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| places(item, path, found)),
        scalar => match found.iter_mut().find(|(known, _)| known == path) {
            Some((_, values)) => values.push(scalar.clone()),
            None => found.push((path.to_vec(), vec![scalar.clone()])),
        },
    }
}

fn pattern(rng: &mut Rng, event: &Value) -> Value {
    let mut found = Vec::new();
    places(event, &[], &mut found);
    // Fields of the detail are asked for more often than their share of all.
    let (detail, envelope): (Vec<Place>, Vec<Place>) =
        found.into_iter().partition(|(path, _)| path[0] == "detail");
    let mut conditions: Vec<(Vec<String>, Value)> = Vec::new();
    for _ in 0..rng.usize(1..5) {
        let from = if rng.f64() < 0.75 && !detail.is_empty() { &detail } else { &envelope };
        let (mut path, values) = pick(rng, from);
        if rng.f64() < 0.05 {
            path.push(pick(rng, NAMES).to_owned());
            add(&mut conditions, path, json!([{ "exists": rng.f64() > MET }]));
            continue;
        }
        let value = pick(rng, &values);
        let tests = tests(rng, &value);
        add(&mut conditions, path, tests);
    }
    if conditions.is_empty() {
        let tests = tests(rng, &event["source"]);
        add(&mut conditions, vec!["source".into()], tests);
    }
    let mut pattern = Value::Object(Map::new());
    for (path, tests) in &conditions {
        put(&mut pattern, &dotted(rng, path), tests.clone());
    }
    if rng.f64() < 0.2 {
        or(rng, &mut pattern, conditions, &detail);
    }
    pattern
}

/// Adds a condition, unless there is one of the same field, of one around it or of one within it.
fn add(conditions: &mut Vec<(Vec<String>, Value)>, path: Vec<String>, tests: Value) {
    let path: Vec<String> =
        path.iter().flat_map(|name| name.split('.')).map(str::to_owned).collect();
    let apart = |(other, _): &(Vec<String>, Value)| {
        let same = path.iter().zip(other).take_while(|(one, other)| one == other).count();
        same < path.len().min(other.len())
    };
    if conditions.iter().all(apart) {
        conditions.push((path, tests));
    }
}

/// Adds alternatives of which one is often met.
fn or(rng: &mut Rng, pattern: &mut Value, conditions: Vec<(Vec<String>, Value)>, places: &[Place]) {
    let mut branches = Vec::new();
    for _ in 0..rng.usize(2..4) {
        let mut branch = Value::Object(Map::new());
        let mut own = conditions.clone();
        for _ in 0..rng.usize(1..3) {
            let known = own.len();
            let (path, tests) = match places {
                [] => (vec!["detail".into(), "x".into()], json!([{ "exists": rng.bool() }])),
                _ => {
                    let (path, values) = pick(rng, places);
                    let value = pick(rng, &values);
                    (path, tests(rng, &value))
                }
            };
            add(&mut own, path, tests);
            own[known..].iter().for_each(|(path, tests)| put(&mut branch, path, tests.clone()));
        }
        if branch.as_object().is_some_and(|fields| !fields.is_empty()) {
            branches.push(branch);
        }
    }
    if branches.len() > 1 {
        pattern["$or"] = Value::Array(branches);
    }
}

/// The path, now and then with its last two names written as one.
fn dotted(rng: &mut Rng, path: &[String]) -> Vec<String> {
    match path {
        [rest @ .., object, field] if rng.f64() < 0.05 => {
            [rest, &[format!("{object}.{field}")]].concat()
        }
        path => path.to_vec(),
    }
}

fn put(pattern: &mut Value, path: &[String], tests: Value) {
    match path {
        [] => *pattern = tests,
        [name, rest @ ..] => put(&mut pattern[name.as_str()], rest, tests),
    }
}

/// A list of tests, of which one is mostly passed by the value.
fn tests(rng: &mut Rng, value: &Value) -> Value {
    let met = rng.f64() < MET;
    let mut tests: Vec<Value> =
        (0..rng.usize(..2)).map(|_| test(rng, &json!("other"), true)).collect();
    tests.push(test(rng, value, met));
    rng.shuffle(&mut tests);
    Value::Array(tests)
}

/// A test that the value passes, or fails; now and then it is the other way round.
fn test(rng: &mut Rng, value: &Value, met: bool) -> Value {
    match rng.usize(..12) {
        0 => json!({ "exists": met }),
        1 => anything_but(rng, value, met),
        _ if !met && rng.f64() < 0.3 => self::value(rng, 0),
        _ => match value {
            Value::String(text) => of_text(rng, text, met),
            Value::Number(_) => of_number(rng, value, met),
            other if met => other.clone(),
            other => json!(other.to_string()),
        },
    }
}

fn of_text(rng: &mut Rng, text: &str, met: bool) -> Value {
    let text = if met { text.to_owned() } else { format!("{text}~") };
    let letters: Vec<char> = text.chars().collect();
    let at = rng.usize(..=letters.len());
    let (head, tail): (String, String) =
        (letters[..at].iter().collect(), letters[at..].iter().collect());
    let cased = |rng: &mut Rng, text: &str| {
        if rng.bool() { text.to_uppercase() } else { text.to_lowercase() }
    };
    let literal = |text: &str| text.replace('\\', "\\\\").replace('*', "\\*");
    match rng.usize(..9) {
        0 | 1 => json!(text),
        2 if met => json!({ "prefix": head }),
        3 if met => json!({ "suffix": tail }),
        4 => json!({ "equals-ignore-case": cased(rng, &text) }),
        5 if met => json!({ "prefix": { "equals-ignore-case": cased(rng, &head) } }),
        6 if met => json!({ "suffix": { "equals-ignore-case": cased(rng, &tail) } }),
        7 if text.contains(['.', ':']) => {
            let bits = pick(rng, &[0, 1, 7, 8, 23, 24, 31]);
            let address = text.trim_end_matches('~');
            let valid = address.parse::<std::net::IpAddr>().is_ok() && !address.contains("ffff");
            if valid {
                json!({ "cidr": format!("{address}/{bits}") })
            } else {
                json!({ "cidr": "10.0.0.0/23" })
            }
        }
        _ if rng.f64() < 0.2 => json!({ "wildcard": literal(&text) }),
        _ => json!({ "wildcard": format!("{}*{}", literal(&head), literal(&tail)) }),
    }
}

fn of_number(rng: &mut Rng, value: &Value, met: bool) -> Value {
    let number = value.as_f64().unwrap_or_default();
    if number.abs() > 5.0e9 && rng.bool() {
        return json!({ "numeric": [">", 0] });
    }
    if number.abs() > 5.0e9 || rng.f64() < 0.2 {
        return if met { value.clone() } else { json!(value.to_string()) };
    }
    let near = (number - 1.0).max(-5.0e9);
    let (low, high) = ((near * 1e6).round() / 1e6, ((number + 1.0).min(5.0e9) * 1e6).round() / 1e6);
    match (rng.usize(..7), met) {
        (0, true) => json!({ "numeric": ["=", number] }),
        (0, false) => json!({ "numeric": ["=", low] }),
        (1, true) => json!({ "numeric": ["<=", number] }),
        (1, false) => json!({ "numeric": ["<", number] }),
        (2, true) => json!({ "numeric": [">=", number] }),
        (2, false) => json!({ "numeric": [">", number] }),
        (3, true) if low < number => json!({ "numeric": [">", low, "<=", number] }),
        (3, false) if low < number => json!({ "numeric": [">=", low, "<", number] }),
        (4, true) if number < high => json!({ "numeric": [">=", number, "<", high] }),
        (4, false) if number < high => json!({ "numeric": [">", number, "<=", high] }),
        (_, true) => json!(number),
        (_, false) => json!(high + 1.0),
    }
}

fn anything_but(rng: &mut Rng, value: &Value, met: bool) -> Value {
    let text = match (value, met) {
        (Value::String(text), false) => text.clone(),
        _ => "other text".to_owned(),
    };
    let listed = |rng: &mut Rng, value: Value| match rng.bool() {
        true => json!([value, value_like(&value)]),
        false => value,
    };
    match rng.usize(..6) {
        0 => {
            let number = value.as_f64().filter(|number| !met && number.abs() <= 5.0e9);
            json!({ "anything-but": listed(rng, json!(number.unwrap_or(77.0))) })
        }
        1 | 2 => json!({ "anything-but": listed(rng, json!(text)) }),
        3 if !text.is_empty() => json!({ "anything-but": { "prefix": listed(rng, json!(text)) } }),
        4 if !text.is_empty() => json!({ "anything-but": { "suffix": listed(rng, json!(text)) } }),
        5 => {
            let wildcard = text.replace('\\', "\\\\").replace('*', "\\*");
            json!({ "anything-but": { "wildcard": listed(rng, json!(wildcard)) } })
        }
        _ => {
            json!({ "anything-but": { "equals-ignore-case": listed(rng, json!(text.to_uppercase())) } })
        }
    }
}

/// Another value of the same type.
fn value_like(value: &Value) -> Value {
    if value.is_number() { json!(78) } else { json!("yet another") }
}
