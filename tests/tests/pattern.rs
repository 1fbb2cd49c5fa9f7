//! Event patterns against an implementation that nobody here wrote: ministack's `TestEventPattern`.
//!
//! Without a ministack there is nothing to compare with, and nothing is done; `cargo xtask test` brings one.
//! `PURLIN_PATTERN_CASES` says how many pairs of a pattern and an event are compared, and `PURLIN_PATTERN_SEED` makes
//! other ones than usual.

mod pairs;
mod spoilt;

use std::collections::BTreeMap;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::{BehaviorVersion, Credentials, Region};
use futures_util::StreamExt as _;
use purlin_schema::pattern::{Fault, MAX_SIZE, Pattern};
use serde_json::{Number, Value};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use self::pairs::{Kind, Pair, pair};

const CASES: u64 = 4096;
const SEED: u64 = 7;

/// Requests under way at once.
const AT_ONCE: usize = 8;

#[tokio::test]
async fn patterns_match_what_ministack_says_they_match() {
    let Some(client) = ministack().await else { return };
    let (cases, seed) =
        (setting("PURLIN_PATTERN_CASES", CASES), setting("PURLIN_PATTERN_SEED", SEED));
    let pairs = (0..cases).map(|case| pair(seed.wrapping_add(case), Kind::Valid));
    let (mut compared, mut matched, mut excluded) = (0_u64, 0_u64, BTreeMap::new());
    let mut answers = futures_util::stream::iter(pairs)
        .map(|pair| async { (ask(&client, &pair).await, pair) })
        .buffered(AT_ONCE);
    while let Some((answer, Pair { seed, pattern, event })) = answers.next().await {
        let ours = match Pattern::parse_within(&pattern, MAX_SIZE) {
            Ok(pattern) => pattern.matches(&event),
            Err(faults) => panic!("{faults:?}\nPURLIN_PATTERN_SEED={seed} {pattern}"),
        };
        let theirs = answer.unwrap_or_else(|error| panic!("{error}\n{pattern}"));
        if let Some(class) = wrong_on_ministack(&pattern, &event) {
            *excluded.entry(class).or_insert(0_u64) += u64::from(ours != theirs);
            continue;
        }
        assert_eq!(ours, theirs, "PURLIN_PATTERN_SEED={seed}\n{pattern}\n{event}");
        compared += 1;
        matched += u64::from(ours);
    }
    eprintln!(
        "{compared} pairs compared, {matched} of them matching; excluded, of which different: {excluded:?}"
    );
    // Pairs that hardly ever match, or always do, would say little.
    if cases >= CASES {
        assert!(
            (0.4..0.6).contains(&(matched as f64 / compared as f64)),
            "{matched} of {compared}"
        );
        assert!(compared > cases * 9 / 10, "{excluded:?}");
    }
}

#[tokio::test]
async fn patterns_are_refused_that_ministack_refuses() {
    let Some(client) = ministack().await else { return };
    let (cases, seed) =
        (setting("PURLIN_PATTERN_CASES", CASES) / 4, setting("PURLIN_PATTERN_SEED", SEED));
    let pairs = (0..cases).map(|case| pair(seed.wrapping_add(case), Kind::Spoilt));
    let (mut refused, mut stricter) = (0_u64, BTreeMap::new());
    let mut answers = futures_util::stream::iter(pairs)
        .map(|pair| async { (ask(&client, &pair).await, pair) })
        .buffered(AT_ONCE);
    while let Some((answer, Pair { seed, pattern, event })) = answers.next().await {
        match (Pattern::parse_within(&pattern, MAX_SIZE), answer) {
            (Ok(ours), Ok(theirs)) => {
                let same = ours.matches(&event) == theirs
                    || wrong_on_ministack(&pattern, &event).is_some();
                assert!(same, "PURLIN_PATTERN_SEED={seed}\n{pattern}\n{event}");
            }
            (Err(_), Err(_)) => refused += 1,
            (Err(faults), Ok(_)) => {
                let known =
                    |fault: &Fault| STRICTER.iter().any(|(part, _)| fault.message.contains(part));
                // Whatever is within such a `$or` is nothing to be a pattern then.
                let or = |fault: &Fault| fault.pointer.contains("$or");
                let all = faults.iter().all(|fault| known(fault) || or(fault));
                assert!(all, "{faults:?}\nPURLIN_PATTERN_SEED={seed} {pattern}");
                *stricter.entry(faults[0].message.clone()).or_insert(0_u64) += 1;
            }
            (Ok(_), Err(error)) => panic!("{error}\nPURLIN_PATTERN_SEED={seed} {pattern}"),
        }
    }
    eprintln!("{refused} of {cases} refused by both; by us alone: {stricter:?}");
    assert!(refused > cases / 4);
}

/// What we refuse and ministack does not, by a part of our message, and why we do.
const STRICTER: &[(&str, &str)] = &[
    (
        "does not compare with",
        "the User Guide limits numbers to ±5.0e9 and six digits after the point, which ministack does not check",
    ),
    (
        "`$or` needs",
        "what is no list of two alternatives EventBridge takes for a field called `$or`, which nobody means",
    ),
    (
        "cannot be the name of a field within `$or`",
        "for the same reason: EventBridge then takes the `$or` for a field",
    ),
    (
        "an alternative of `$or` is an object",
        "for the same reason: EventBridge then takes the `$or` for a field",
    ),
    (
        "has two conditions",
        "EventBridge refuses it in later versions of Event Ruler, and heeded only the last in earlier ones",
    ),
    ("so that it has no fields", "a field and its own fields: no event of a schema has both"),
];

/// Where ministack answers otherwise than EventBridge is documented to, or than Event Ruler does; none where it is to
/// be believed.
fn wrong_on_ministack(pattern: &Value, event: &Value) -> Option<&'static str> {
    if asks_for_absence_in_a_list(pattern, event) {
        // Event Ruler (`NameState.getNameTransitions`) says that a field is absent if no object of the list that is not
        // excluded yet has it; ministack looks at each object alone.
        return Some("`exists: false` of a field in a list of objects");
    }
    let beyond = |number: &Number| number.as_f64().is_some_and(|number| number.abs() > 5.0e9);
    if pattern.to_string().contains(r#"{"numeric":"#) && any_number(event, &beyond) {
        // The User Guide, "Numeric matching": only values from -5.0e9 to 5.0e9.
        return Some("numbers beyond 5.0e9");
    }
    if has_dotted_name(event) {
        // Event Ruler's README, "Compiled rules and JSON keys with dots": the events `{"a.b": 1}` and
        // `{"a": {"b": 1}}` match the same patterns. ministack takes dots apart in patterns only.
        return Some("dots in names of the event");
    }
    None
}

/// Whether the pattern asks for a field's absence where the event has a list of objects.
fn asks_for_absence_in_a_list(pattern: &Value, event: &Value) -> bool {
    let Value::Object(fields) = pattern else { return false };
    fields.iter().any(|(name, inner)| match inner {
        Value::Array(branches) if name == "$or" => {
            branches.iter().any(|branch| asks_for_absence_in_a_list(branch, event))
        }
        Value::Object(_) => {
            // A name with a dot leads further than to the next object.
            let value = name.split('.').try_fold(event, |value, name| value.get(name));
            let in_list = value.is_none_or(|value| matches!(value, Value::Array(_)));
            let within = value.is_some_and(|value| asks_for_absence_in_a_list(inner, value));
            within || in_list && inner.to_string().contains(r#"{"exists":false}"#)
        }
        _ => name.contains('.') && inner.to_string().contains(r#"{"exists":false}"#),
    })
}

fn any_number(value: &Value, test: &impl Fn(&Number) -> bool) -> bool {
    match value {
        Value::Number(number) => test(number),
        Value::Array(items) => items.iter().any(|item| any_number(item, test)),
        Value::Object(fields) => fields.values().any(|value| any_number(value, test)),
        _ => false,
    }
}

fn has_dotted_name(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_dotted_name),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.contains('.') || has_dotted_name(value))
        }
        _ => false,
    }
}

/// ministack's answer, or its refusal of the pattern.
async fn ask(client: &Client, pair: &Pair) -> Result<bool, String> {
    let request = client
        .test_event_pattern()
        .event_pattern(pair.pattern.to_string())
        .event(pair.event.to_string());
    match request.send().await {
        Ok(answer) => Ok(answer.result()),
        Err(error) => match error.into_service_error() {
            error if error.is_invalid_event_pattern_exception() => Err(error.to_string()),
            error => panic!("{error:?}"),
        },
    }
}

fn setting(name: &str, usual: u64) -> u64 {
    match std::env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|_| panic!("`{name}` is no number: `{value}`")),
        Err(_) => usual,
    }
}

/// A client of the ministack that `PURLIN_TEST_ENDPOINT` leads to; none where it leads elsewhere, or nowhere.
async fn ministack() -> Option<Client> {
    let endpoint = std::env::var("PURLIN_TEST_ENDPOINT").ok()?;
    let address = endpoint.strip_prefix("http://")?.trim_end_matches('/');
    if !is_ministack(address).await.unwrap_or(false) {
        eprintln!("`{endpoint}` is no ministack, so there is nothing to compare patterns with");
        return None;
    }
    let config = aws_sdk_eventbridge::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(endpoint)
        .build();
    Some(Client::from_conf(config))
}

async fn is_ministack(address: &str) -> std::io::Result<bool> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let request =
        format!("GET /_ministack/health HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}
