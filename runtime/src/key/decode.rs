//! Reading a key back: the values of a template's fields, from the text that they made.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{KeyKind, Part};
use crate::Item;

/// Adds the top-level fields of a template to an item that lacks them, as far as `key` is one of the template's.
///
/// What an index holds of an item is enough then to know the fields that its keys are built of.
pub(crate) fn decode(template: &[Part], key: &str, item: &mut Item) {
    for (part, text) in values(template, key).unwrap_or_default() {
        let Part::Field { path: [attribute], kind } = part else { continue };
        if !item.contains_key(*attribute)
            && let Some(value) = value(*kind, text)
        {
            item.insert((*attribute).to_owned(), value);
        }
    }
}

/// The fields of a template with the texts of their values; none where the key is not one of the template's.
fn values<'t, 'k>(template: &'t [Part], key: &'k str) -> Option<Vec<(&'t Part, &'k str)>> {
    let mut rest = key;
    let mut values = Vec::new();
    for (index, part) in template.iter().enumerate() {
        match part {
            Part::Literal(literal) => rest = rest.strip_prefix(literal)?,
            Part::Field { .. } => {
                // A value holds no `#`, so it ends where the literal does that follows it before the next one.
                let segment = rest.find('#').unwrap_or(rest.len());
                let end = match template.get(index + 1) {
                    Some(Part::Literal(literal)) => {
                        let suffix = literal.split('#').next().unwrap_or_default();
                        rest[..segment].strip_suffix(suffix)?.len()
                    }
                    _ => segment,
                };
                let (text, tail) = rest.split_at(end);
                values.push((part, text));
                rest = tail;
            }
        }
    }
    rest.is_empty().then_some(values)
}

fn value(kind: KeyKind, text: &str) -> Option<AttributeValue> {
    Some(match kind {
        KeyKind::Text => AttributeValue::S(unescape(text)?),
        KeyKind::Integer => AttributeValue::N(integer(text)?.to_string()),
        KeyKind::Number => AttributeValue::N(crate::attribute::number(number(text)?)),
        KeyKind::Boolean => AttributeValue::Bool(text.parse().ok()?),
    })
}

fn unescape(text: &str) -> Option<String> {
    let mut parts = text.split('$');
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        out.push(char::from(u8::from_str_radix(code, 16).ok().filter(u8::is_ascii)?));
        out.push_str(rest);
    }
    Some(out)
}

fn integer(text: &str) -> Option<i128> {
    let (sign, digits) = text.split_at_checked(1)?;
    let value: i128 = digits.parse().ok()?;
    match sign {
        "n" => Some(value + i128::from(i64::MIN)),
        "p" | "q" => Some(value),
        _ => None,
    }
}

fn number(text: &str) -> Option<f64> {
    let ordered = u64::from_str_radix(text, 16).ok()?;
    let bits = if ordered >> 63 == 1 { ordered & !(1 << 63) } else { !ordered };
    Some(f64::from_bits(bits)).filter(|value| value.is_finite())
}
