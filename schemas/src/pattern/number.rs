//! Comparing numbers.

use serde_json::Number;

/// The greatest number that is compared, and with a minus the least. EventBridge: the User Guide, "Numeric matching":
/// values between −5.0e9 and +5.0e9, with 15 digits of precision, or six to the right of the decimal point. (Later
/// versions of Event Ruler go further; the guide does not promise it.)
pub(super) const MOST: f64 = 5.0e9;

/// What a unit in the last digit that is compared comes to, as its inverse.
const PRECISION: f64 = 1.0e6;

/// The numbers between two bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: Option<Bound>,
    pub(super) high: Option<Bound>,
}

/// A bound of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) value: f64,
    /// Whether the bound itself is within.
    pub(super) within: bool,
}

impl Range {
    /// Whether the number is within. A number beyond those that EventBridge compares is in no range.
    pub(super) fn contains(&self, number: &Number) -> bool {
        number.as_f64().is_some_and(|value| value.abs() <= MOST && self.holds(value))
    }

    pub(super) fn holds(&self, value: f64) -> bool {
        let above = |bound: Bound| value > bound.value || (bound.within && value == bound.value);
        let below = |bound: Bound| value < bound.value || (bound.within && value == bound.value);
        self.low.is_none_or(above) && self.high.is_none_or(below)
    }
}

/// Whether two numbers are the same, however they are written: `300` is `3.0e2`.
pub(super) fn equal(one: &Number, other: &Number) -> bool {
    // Whole numbers of 64 bits would lose their last digits as floating point.
    one == other || (one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64()
}

/// Why EventBridge does not compare with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Incomparable {
    /// It is beyond ±5.0e9.
    TooGreat,
    /// It has more than six digits after the decimal point.
    TooPrecise,
}

/// The number, if EventBridge compares with it.
pub(super) fn comparable(number: &Number) -> Result<f64, Incomparable> {
    let value = number.as_f64().filter(|value| value.abs() <= MOST);
    let value = value.ok_or(Incomparable::TooGreat)?;
    // Scaling rounds, so that beyond 4.0e9 the digit next to the right one may come out.
    let nearest = (value * PRECISION).round();
    let exact = [0.0, 1.0, -1.0].iter().any(|off| (nearest + off) / PRECISION == value);
    if exact { Ok(value) } else { Err(Incomparable::TooPrecise) }
}
