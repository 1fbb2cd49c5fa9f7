//! Whether a test can succeed for the values of a shape.

mod spelling;

use serde_json::{Number, Value};

use crate::pattern::number::{MOST, Range};
use crate::pattern::shape::{Shape, TextShape};
use crate::pattern::test::Test;
use crate::suggest::suggest;

/// How many whole numbers are looked at one by one.
const FEW: f64 = 100.0;

/// Why something never matches.
pub(super) struct Reason {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Reason {
    pub(super) fn new(message: impl Into<String>, help: Option<String>) -> Self {
        Self { message: message.into(), help }
    }
}

/// Why a test never succeeds for a value of this shape at this path; none if it may.
pub(super) fn refuse(test: &Test, shape: &Shape, path: &str) -> Option<Reason> {
    match (test, shape) {
        (_, Shape::Any) | (Test::Exists(_), _) => None,
        (Test::Exact(Value::Null), _) => Some(Reason::new(
            format!("`{path}` is never null"),
            Some(format!("it holds {}", shape.word())),
        )),
        (Test::Exact(exact), _) => exactly(exact, shape, path),
        (Test::AnythingBut(excluded), _) => anything_but(excluded, shape, path),
        (Test::Numeric(range), Shape::Number { minimum, maximum, integer }) => {
            let within = overlap(range, *minimum, *maximum, *integer);
            let message = || format!("no value of `{path}` passes this `numeric`");
            (!within).then(|| Reason::new(message(), limits(*minimum, *maximum, *integer)))
        }
        (Test::Numeric(_), _) => Some(Reason::new(
            format!("`numeric` compares numbers, and `{path}` holds {}", shape.word()),
            None,
        )),
        (_, Shape::Text(text)) => spelled(test, text, path),
        (_, Shape::Timestamp) => (!spelling::of_timestamp(test)).then(|| {
            Reason::new(
                format!("`{path}` holds a timestamp, which is never spelled so"),
                Some("timestamps are like `2025-01-31T23:59:59.999Z`".into()),
            )
        }),
        (test, _) => Some(Reason::new(
            format!(
                "`{}` compares text, and `{path}` holds {}",
                test.operator().unwrap_or_default(),
                shape.word()
            ),
            None,
        )),
    }
}

fn exactly(exact: &Value, shape: &Shape, path: &str) -> Option<Reason> {
    let fits = match (exact, shape) {
        (Value::String(_), Shape::Text(text)) => {
            return spelled(&Test::Exact(exact.clone()), text, path);
        }
        (Value::String(_), Shape::Timestamp) => spelling::of_timestamp(&Test::Exact(exact.clone())),
        (Value::Bool(_), Shape::Boolean) => true,
        (Value::Number(number), Shape::Number { minimum, maximum, integer }) => {
            let message = || format!("`{path}` is never `{number}`");
            return (!has(number, *minimum, *maximum, *integer))
                .then(|| Reason::new(message(), limits(*minimum, *maximum, *integer)));
        }
        _ => false,
    };
    if fits {
        return None;
    }
    let help = match (exact, shape) {
        (_, Shape::Text(TextShape { values: Some(values), .. })) => {
            suggest("", values.iter().map(String::as_str))
        }
        (Value::Number(_) | Value::Bool(_), Shape::Text(_)) => Some(format!("write `\"{exact}\"`")),
        (Value::String(text), Shape::Number { .. } | Shape::Boolean) => {
            let unquoted = serde_json::from_str::<Value>(text).ok();
            unquoted
                .filter(|value| value.is_number() || value.is_boolean())
                .map(|_| format!("write `{text}` without quotes"))
        }
        (_, Shape::Timestamp) => Some("timestamps are like `\"2025-01-31T23:59:59.999Z\"`".into()),
        _ => None,
    };
    Some(Reason::new(format!("`{path}` holds {}, which is never `{exact}`", shape.word()), help))
}

fn spelled(test: &Test, text: &TextShape, path: &str) -> Option<Reason> {
    let Some(values) = &text.values else {
        return spelling::of_text(test, text)
            .map(|why| Reason::new(format!("`{path}` {why}"), None));
    };
    let accepts = |value: &String| test.accepts(&Value::String(value.clone()));
    if values.iter().any(accepts) {
        return None;
    }
    let known = values.iter().map(String::as_str);
    Some(match test {
        Test::Exact(Value::String(exact)) => {
            Reason::new(format!("`{path}` is never `{exact}`"), suggest(exact, known))
        }
        test => Reason::new(
            format!("no value of `{path}` passes this `{}`", test.operator().unwrap_or_default()),
            // Compared with nothing, so that all are listed where they are few.
            suggest("", known),
        ),
    })
}

fn anything_but(excluded: &[Test], shape: &Shape, path: &str) -> Option<Reason> {
    let passes = |value: &Value| !excluded.iter().any(|test| test.accepts(value));
    let some = match shape {
        Shape::Text(TextShape { values: Some(values), .. }) => {
            values.iter().any(|value| passes(&Value::String(value.clone())))
        }
        Shape::Number { minimum: Some(least), maximum: Some(most), integer: true } => {
            let (least, most) = (least.ceil(), most.floor());
            let few = most - least < FEW && least.abs() <= MOST;
            !few || (0..=(most - least).max(0.0) as i64)
                .any(|step| passes(&Value::Number(Number::from(least as i64 + step))))
        }
        Shape::Number { minimum: Some(least), maximum: Some(most), .. } if least == most => {
            Number::from_f64(*least).is_none_or(|only| passes(&Value::Number(only)))
        }
        // There is always another text or number; a truth value can not even be excluded.
        _ => true,
    };
    (!some).then(|| {
        Reason::new(
            format!("`anything-but` excludes every value of `{path}`"),
            Some("leave out a value that is to match".into()),
        )
    })
}

/// Whether a number is one of those within these limits.
fn has(number: &Number, minimum: Option<f64>, maximum: Option<f64>, integer: bool) -> bool {
    number.as_f64().is_none_or(|value| {
        minimum.is_none_or(|least| value >= least)
            && maximum.is_none_or(|most| value <= most)
            && (!integer || value.fract() == 0.0)
    })
}

/// Whether a range holds any number within these limits.
fn overlap(range: &Range, minimum: Option<f64>, maximum: Option<f64>, integer: bool) -> bool {
    let low = range.low.map_or(f64::NEG_INFINITY, |bound| bound.value);
    let high = range.high.map_or(f64::INFINITY, |bound| bound.value);
    let mut least = low.max(minimum.unwrap_or(f64::NEG_INFINITY));
    let mut most = high.min(maximum.unwrap_or(f64::INFINITY));
    if integer {
        // Thresholds are small enough for whole numbers next to them to be told apart.
        let after = range.low.is_some_and(|low| !low.within && low.value == least.ceil());
        let before = range.high.is_some_and(|high| !high.within && high.value == most.floor());
        least = least.ceil() + f64::from(u8::from(after));
        most = most.floor() - f64::from(u8::from(before));
        return least <= most;
    }
    // Between two different numbers there is another one; a single number must be in the range itself.
    least < most || (least == most && (least.is_infinite() || range.holds(least)))
}

/// What numbers there are, for a help line.
fn limits(minimum: Option<f64>, maximum: Option<f64>, integer: bool) -> Option<String> {
    let number = if integer { "a whole number" } else { "a number" };
    Some(match (minimum, maximum) {
        (Some(least), Some(most)) if least == most => format!("it is always {least}"),
        (Some(least), Some(most)) => format!("it is {number} from {least} to {most}"),
        (Some(least), None) => format!("it is {number} from {least}"),
        (None, Some(most)) => format!("it is {number} up to {most}"),
        (None, None) => format!("it is {number}"),
    })
}
