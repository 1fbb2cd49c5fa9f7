//! Limits and defaults: something meets them, and the default does.

use super::Kind;
use crate::draft::{FieldDraft, Scalar, words};
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;

/// The greatest integer that a double tells from its neighbours, 2^53 - 1 (RFC 8259, section 6).
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

pub(crate) fn check(field: &FieldDraft, kind: Kind, problems: &mut Problems) {
    limits(field, kind, problems);
    if let Some(default) = &field.default {
        problems.extend_with(unfit(field, kind, "default", default));
    }
}

/// Limits that nothing can meet would refuse every request.
fn limits(field: &FieldDraft, kind: Kind, problems: &mut Problems) {
    for (low, high, names) in [
        (&field.min_length, &field.max_length, ("min_length", "max_length")),
        (&field.min_items, &field.max_items, ("min_items", "max_items")),
    ] {
        for (limit, name) in [(low, names.0), (high, names.1)] {
            if let Some(limit) = limit.as_ref().filter(|limit| limit.value < 0) {
                let message = format!("`{name}` cannot be negative");
                problems.push(
                    Problem::new(Code::ImpossibleLimit, limit.place, message)
                        .help("write 0 or more"),
                );
            }
        }
        if let (Some(low), Some(high)) = (low, high)
            && low.value > high.value
        {
            contradiction(low.place, high.place, names, problems);
        }
    }
    if let (Some(low), Some(high)) = (&field.minimum, &field.maximum)
        && low.value > high.value
    {
        contradiction(low.place, high.place, ("minimum", "maximum"), problems);
    }
    for (limit, name) in [(&field.minimum, "minimum"), (&field.maximum, "maximum")] {
        let exact = |value: f64| value.fract() == 0.0 && value.abs() <= MAX_SAFE_INTEGER;
        let inexact = limit.as_ref().filter(|limit| kind == Kind::Integer && !exact(limit.value));
        if let Some(limit) = inexact {
            let message = format!("this `{name}` is no limit for an integer");
            let help =
                format!("write a whole number from -{MAX_SAFE_INTEGER} to {MAX_SAFE_INTEGER}");
            problems.push(Problem::new(Code::ImpossibleLimit, limit.place, message).help(help));
        }
    }
    if let Some(format) =
        field.format.as_ref().filter(|format| !words::FORMAT.contains(&format.value.as_str()))
    {
        let message = format!("unknown format `{}`", format.value);
        problems.push(
            Problem::new(Code::UnknownWord, format.place, message)
                .maybe_help(suggest(&format.value, words::FORMAT.iter().copied())),
        );
    }
    if let Some(set) = field.set.as_ref().filter(|set| !words::SET.contains(&set.value.as_str())) {
        let message = format!("the platform sets no field `{}`", set.value);
        problems.push(
            Problem::new(Code::UnknownWord, set.place, message)
                .maybe_help(suggest(&set.value, words::SET.iter().copied())),
        );
    }
}

fn contradiction(low: Place, high: Place, names: (&str, &str), problems: &mut Problems) {
    let message = format!("`{}` is above `{}`, so no value fits", names.0, names.1);
    problems.push(
        Problem::new(Code::ImpossibleLimit, low, message)
            .label(high, format!("`{}`", names.1))
            .help("swap them, or correct one"),
    );
}

/// Whether fields of the type have defaults.
pub(crate) fn has_default(kind: Kind) -> bool {
    matches!(kind, Kind::String | Kind::Integer | Kind::Number | Kind::Boolean | Kind::Enum)
}

/// What is wrong with a scalar as a value of a field, if anything; `what` is what it is called.
pub(crate) fn unfit(
    field: &FieldDraft,
    kind: Kind,
    what: &str,
    value: &Located<Scalar>,
) -> Option<Problem> {
    let range = |value: f64| {
        field.minimum.as_ref().is_none_or(|limit| value >= limit.value)
            && field.maximum.as_ref().is_none_or(|limit| value <= limit.value)
    };
    let length = |text: &str| {
        let length = text.chars().count() as i64;
        field.min_length.as_ref().is_none_or(|limit| length >= limit.value)
            && field.max_length.as_ref().is_none_or(|limit| length <= limit.value)
    };
    let among = |text: &str| field.values.iter().flatten().any(|value| value.value == text);
    let (message, help) = match (kind, &value.value) {
        (Kind::String, Scalar::String(text)) if !length(text) => OUTSIDE,
        (Kind::String, Scalar::String(text)) if field.format.is_some() && !is_email(text) => {
            ("is no e-mail address", "write one, or remove it")
        }
        (Kind::Enum, Scalar::String(text)) if !among(text) => {
            let message = format!("the {what} `{text}` is not one of the field's values");
            let values = field.values.iter().flatten().map(|value| value.value.as_str());
            return Some(
                Problem::new(Code::InvalidDefault, value.place, message)
                    .maybe_help(suggest(text, values)),
            );
        }
        (Kind::Integer | Kind::Number, Scalar::Integer(value)) if !range(*value as f64) => OUTSIDE,
        (Kind::Number, Scalar::Float(value)) if !range(*value) => OUTSIDE,
        (Kind::String | Kind::Enum, Scalar::String(_))
        | (Kind::Boolean, Scalar::Boolean(_))
        | (Kind::Integer, Scalar::Integer(_))
        | (Kind::Number, Scalar::Integer(_) | Scalar::Float(_)) => return None,
        (Kind::String | Kind::Enum, _) => (MISTYPED, "write a string, between quotes"),
        (Kind::Boolean, _) => (MISTYPED, "write `true` or `false`"),
        (Kind::Integer, _) => (MISTYPED, "write a whole number"),
        (Kind::Number, _) => (MISTYPED, "write a number"),
        // Where a default does not apply at all, the options have said so.
        _ => return None,
    };
    let mut problem =
        Problem::new(Code::InvalidDefault, value.place, format!("the {what} {message}")).help(help);
    if message == OUTSIDE.0 {
        let limits = [place(&field.min_length), place(&field.max_length)];
        let range = [place(&field.minimum), place(&field.maximum)];
        for limit in limits.into_iter().chain(range).flatten() {
            problem = problem.label(limit, "a limit");
        }
    }
    Some(problem)
}

const OUTSIDE: (&str, &str) =
    ("is outside the field's own limits", "write one that the limits allow");

const MISTYPED: &str = "is not of the field's type";

fn place<T>(limit: &Option<Located<T>>) -> Option<Place> {
    limit.as_ref().map(|limit| limit.place)
}

/// Whether a text has the parts of an e-mail address; the runtime looks more closely.
fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}
