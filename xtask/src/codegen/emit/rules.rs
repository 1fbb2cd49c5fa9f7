//! Limits as `garde` takes them, and numbers as Rust writes them.

use purlin_schema::model::Type;

/// What `#[garde(…)]` says of a type; empty where any value of the Rust type will do.
pub(crate) fn rules(kind: &Type) -> Vec<String> {
    let mut rules = Vec::new();
    match kind {
        Type::String { min_length, max_length, email } => {
            rules.extend(length("chars, ", *min_length, *max_length));
            if *email {
                rules.push("email".into());
            }
        }
        Type::Integer { minimum, maximum } => {
            rules.extend(range(minimum.map(integer), maximum.map(integer)))
        }
        Type::Number { minimum, maximum } => {
            rules.extend(range(minimum.map(number), maximum.map(number)))
        }
        Type::Object { .. } => rules.push("dive".into()),
        Type::List { items, min_items, max_items } => {
            rules.extend(length("", *min_items, *max_items));
            rules.extend(each(items));
        }
        Type::Set { items, min_items, max_items } | Type::Map { items, min_items, max_items } => {
            rules.extend(length("", *min_items, *max_items));
            rules.extend(each_unindexed(items));
        }
        _ => {}
    }
    rules
}

fn each(items: &Type) -> Option<String> {
    match items {
        Type::Object { .. } => Some("dive".into()),
        _ => Some(rules(items))
            .filter(|rules| !rules.is_empty())
            .map(|rules| format!("inner({})", rules.join(", "))),
    }
}

/// `garde` looks into lists only; the runtime looks into sets and maps.
fn each_unindexed(items: &Type) -> Vec<String> {
    let custom = |check: &str, low: Option<String>, high: Option<String>| {
        let limits = match (low, high) {
            (None, None) => return None,
            (low, None) => format!("{}..", low.unwrap_or_default()),
            (low, Some(high)) => format!("{}..={high}", low.unwrap_or_default()),
        };
        Some(format!("custom(purlin::validate::{check}({limits}))"))
    };
    let limits = match items {
        Type::Object { .. } => Some("dive".into()),
        Type::String { min_length, max_length, .. } => {
            custom("each_length", min_length.map(digits), max_length.map(digits))
        }
        Type::Integer { minimum, maximum } => {
            custom("each_in", minimum.map(integer), maximum.map(integer))
        }
        Type::Number { minimum, maximum } => {
            custom("each_in", minimum.map(number), maximum.map(number))
        }
        _ => None,
    };
    let email = matches!(items, Type::String { email: true, .. });
    limits.into_iter().chain(email.then(|| "custom(purlin::validate::each_email)".into())).collect()
}

fn length(unit: &str, low: Option<u64>, high: Option<u64>) -> Option<String> {
    bounds(low.map(digits), high.map(digits)).map(|bounds| format!("length({unit}{bounds})"))
}

fn range(low: Option<String>, high: Option<String>) -> Option<String> {
    bounds(low, high).map(|bounds| format!("range({bounds})"))
}

fn bounds(low: Option<String>, high: Option<String>) -> Option<String> {
    let low = low.map(|low| format!("min = {low}"));
    let high = high.map(|high| format!("max = {high}"));
    let both: Vec<String> = low.into_iter().chain(high).collect();
    Some(both.join(", ")).filter(|bounds| !bounds.is_empty())
}

/// A number of Rust's, with `_` between thousands where there are more than four digits.
pub(crate) fn digits(value: u64) -> String {
    let text = value.to_string();
    if text.len() < 5 {
        return text;
    }
    let mut grouped = String::new();
    for (index, digit) in text.chars().enumerate() {
        if index > 0 && (text.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

pub(crate) fn integer(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", digits(value.unsigned_abs()))
}

/// A floating-point literal: always with a point or an exponent.
pub(crate) fn number(value: f64) -> String {
    format!("{value:?}")
}
