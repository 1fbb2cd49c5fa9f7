//! What a field's value is tested for: exact values and operators.

use serde_json::Value;

use super::cidr::Cidr;
use super::number::{self, Range};
use super::text::{self, Case, Wildcard};

/// A test of a field, one of several of which one must succeed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// A text, a number, a truth value or null.
    Exact(Value),
    Prefix(String, Case),
    Suffix(String, Case),
    EqualsIgnoringCase(String),
    Wildcard(Wildcard),
    Numeric(Range),
    Cidr(Cidr),
    /// Succeeds for every value for which none of these does.
    AnythingBut(Vec<Test>),
    Exists(bool),
}

impl Test {
    /// Whether a value passes that the field has, or one of several: text, number, truth value or null.
    pub(super) fn accepts(&self, value: &Value) -> bool {
        match self {
            Self::Exact(exact) => same(exact, value),
            Self::Prefix(prefix, case) => is_text(value, |text| text::begins(text, prefix, *case)),
            Self::Suffix(suffix, case) => is_text(value, |text| text::ends(text, suffix, *case)),
            Self::EqualsIgnoringCase(exact) => {
                is_text(value, |text| text::equals_ignoring_case(text, exact))
            }
            Self::Wildcard(wildcard) => is_text(value, |text| wildcard.matches(text)),
            Self::Numeric(range) => {
                matches!(value, Value::Number(number) if range.contains(number))
            }
            Self::Cidr(cidr) => is_text(value, |text| cidr.contains(text)),
            Self::AnythingBut(tests) => !tests.iter().any(|test| test.accepts(value)),
            Self::Exists(there) => *there,
        }
    }

    /// Whether a field passes that the event does not have.
    pub(super) fn accepts_absence(&self) -> bool {
        matches!(self, Self::Exists(false))
    }

    /// The operator, as written in a pattern; none for an exact value.
    pub(super) fn operator(&self) -> Option<&'static str> {
        match self {
            Self::Exact(_) => None,
            Self::Prefix(..) => Some("prefix"),
            Self::Suffix(..) => Some("suffix"),
            Self::EqualsIgnoringCase(_) => Some("equals-ignore-case"),
            Self::Wildcard(_) => Some("wildcard"),
            Self::Numeric(_) => Some("numeric"),
            Self::Cidr(_) => Some("cidr"),
            Self::AnythingBut(_) => Some("anything-but"),
            Self::Exists(_) => Some("exists"),
        }
    }
}

fn is_text(value: &Value, test: impl Fn(&str) -> bool) -> bool {
    value.as_str().is_some_and(test)
}

/// Whether two values are the same. The User Guide says that numbers are compared as they are written, `300` with
/// `300.0`; Event Ruler compares them as numbers, and so do we.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => number::equal(one, other),
        _ => one == other,
    }
}
