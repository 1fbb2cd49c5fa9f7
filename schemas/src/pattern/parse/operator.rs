//! Operators: `{ "prefix": "…" }` and its kind.

use serde_json::{Map, Value};

use super::kind;
use super::operand::{excluded_text, numeric, text, wildcard};
use crate::pattern::cidr::{Cidr, NoCidr};
use crate::pattern::fault::{Fault, below, item};
use crate::pattern::number;
use crate::pattern::test::Test;
use crate::pattern::text::Case;
use crate::suggest::suggest;

/// Every operator of EventBridge's that stands in the list of a field.
pub(super) const OPERATORS: &[&str] = &[
    "anything-but",
    "cidr",
    "equals-ignore-case",
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "wildcard",
];

/// The operators that `anything-but` negates.
const NEGATED: &[&str] = &["equals-ignore-case", "prefix", "suffix", "wildcard"];

/// Reads an operator and its operand.
pub(super) fn parse(operator: &Map<String, Value>, pointer: &str) -> Result<Test, Fault> {
    let (name, operand) = only(operator, pointer, OPERATORS)?;
    let pointer = below(pointer, name);
    match name {
        "anything-but" => anything_but(operand, &pointer),
        "cidr" => cidr(operand, &pointer),
        "equals-ignore-case" => text(name, operand, &pointer).map(Test::EqualsIgnoringCase),
        "exists" => exists(operand, &pointer),
        "numeric" => numeric(operand, &pointer).map(Test::Numeric),
        "prefix" => affix(name, operand, &pointer, Test::Prefix),
        "suffix" => affix(name, operand, &pointer, Test::Suffix),
        _ => wildcard(operand, &pointer).map(Test::Wildcard),
    }
}

/// The only entry of an object, if it is one of these operators.
fn only<'v>(
    object: &'v Map<String, Value>,
    pointer: &str,
    known: &[&str],
) -> Result<(&'v str, &'v Value), Fault> {
    let unknown = object.keys().find(|name| !known.contains(&name.as_str()));
    if let Some(name) = unknown {
        let help = suggest(name, known.iter().copied()).unwrap_or_default();
        return Err(Fault::new(
            below(pointer, name),
            format!("`{name}` is no operator that can stand here"),
            help,
        ));
    }
    let mut entries = object.iter();
    match (entries.next(), entries.next()) {
        (Some((name, operand)), None) => Ok((name, operand)),
        (None, _) => Err(Fault::new(
            pointer,
            "an operator is missing",
            "write for example `{ \"prefix\": \"…\" }`",
        )),
        _ => Err(Fault::new(
            pointer,
            "there are several operators in one object",
            "EventBridge takes one: write each in an object of its own, of which one must match",
        )),
    }
}

/// A text, or a text whose case does not matter.
fn affix(
    name: &str,
    operand: &Value,
    pointer: &str,
    test: fn(String, Case) -> Test,
) -> Result<Test, Fault> {
    let Value::Object(object) = operand else {
        return text(name, operand, pointer).map(|text| test(text, Case::Told));
    };
    let (name, operand) = only(object, pointer, &["equals-ignore-case"])?;
    text(name, operand, &below(pointer, name)).map(|text| test(text, Case::Ignored))
}

fn exists(operand: &Value, pointer: &str) -> Result<Test, Fault> {
    operand.as_bool().map(Test::Exists).ok_or_else(|| {
        let message = format!("`exists` needs `true` or `false`, not {}", kind(operand));
        Fault::new(pointer, message, "write `{ \"exists\": true }` or `{ \"exists\": false }`")
    })
}

fn cidr(operand: &Value, pointer: &str) -> Result<Test, Fault> {
    let block = text("cidr", operand, pointer)?;
    Cidr::parse(&block).map(Test::Cidr).map_err(|wrong| {
        let message = format!("`{block}` is no block of addresses");
        let help = match wrong {
            NoCidr::Slash => {
                "write an address, `/` and a number of bits: `10.0.0.0/24` or `2001:db8::/32`".into()
            }
            NoCidr::Address => {
                "before the `/` stands an IPv4 address such as `10.0.0.0`, or an IPv6 address such as `2001:db8::`"
                    .into()
            }
            NoCidr::Bits(limit) => format!(
                "after the `/` stands a number of bits from 0 to {}; a single address is an exact value",
                limit - 1
            ),
        };
        Fault::new(pointer, message, help)
    })
}

fn anything_but(operand: &Value, pointer: &str) -> Result<Test, Fault> {
    if let Value::Object(object) = operand {
        let (name, operand) = only(object, pointer, NEGATED)?;
        return each(operand, &below(pointer, name), |operand, pointer| match name {
            "equals-ignore-case" => text(name, operand, pointer).map(Test::EqualsIgnoringCase),
            "prefix" => {
                excluded_text(name, operand, pointer).map(|text| Test::Prefix(text, Case::Told))
            }
            "suffix" => {
                excluded_text(name, operand, pointer).map(|text| Test::Suffix(text, Case::Told))
            }
            _ => wildcard(operand, pointer).map(Test::Wildcard),
        });
    }
    if let Value::Array(items) = operand
        && items.iter().any(Value::is_string)
        && items.iter().any(Value::is_number)
    {
        return Err(Fault::new(
            pointer,
            "`anything-but` excludes texts or numbers, not both at once",
            "leave out those of one kind: a field that holds numbers is no text anyway",
        ));
    }
    each(operand, pointer, |operand, pointer| match operand {
        Value::String(_) => Ok(Test::Exact(operand.clone())),
        Value::Number(number) => number::comparable(number)
            .map(|_| Test::Exact(operand.clone()))
            .map_err(|why| super::operand::incomparable(number, why, pointer)),
        other => Err(Fault::new(
            pointer,
            format!("`anything-but` excludes texts or numbers, not {}", kind(other)),
            "write a text, a number, a list of them, or for example `{ \"prefix\": \"…\" }`",
        )),
    })
}

/// Reads what is excluded: one operand, or a list of them.
fn each(
    operand: &Value,
    pointer: &str,
    read: impl Fn(&Value, &str) -> Result<Test, Fault>,
) -> Result<Test, Fault> {
    let Value::Array(items) = operand else {
        return read(operand, pointer).map(|test| Test::AnythingBut(vec![test]));
    };
    if items.is_empty() {
        return Err(Fault::new(
            pointer,
            "`anything-but` excludes nothing",
            "name what does not match; for any value write `{ \"exists\": true }`",
        ));
    }
    let read = |(index, operand)| read(operand, &item(pointer, index));
    items.iter().enumerate().map(read).collect::<Result<_, _>>().map(Test::AnythingBut)
}
