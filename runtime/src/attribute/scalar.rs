//! Texts, numbers and booleans as attributes.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Attribute, AttributeError};

impl Attribute for String {
    fn to_attribute(&self) -> Option<AttributeValue> {
        Some(AttributeValue::S(self.clone()))
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        match value {
            AttributeValue::S(text) => Ok(text),
            other => Err(AttributeError::expected("a string", &other)),
        }
    }
}

impl Attribute for bool {
    fn to_attribute(&self) -> Option<AttributeValue> {
        Some(AttributeValue::Bool(*self))
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        match value {
            AttributeValue::Bool(value) => Ok(value),
            other => Err(AttributeError::expected("a boolean", &other)),
        }
    }
}

impl Attribute for f64 {
    fn to_attribute(&self) -> Option<AttributeValue> {
        Some(AttributeValue::N(number(*self)))
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        let text = take_number(value)?;
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(AttributeError::invalid("a finite number", &text)),
        }
    }
}

macro_rules! integer {
    ($($integer:ty)*) => { $(
        impl Attribute for $integer {
            fn to_attribute(&self) -> Option<AttributeValue> {
                Some(AttributeValue::N(self.to_string()))
            }

            fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
                let text = take_number(value)?;
                if let Ok(value) = text.parse() {
                    return Ok(value);
                }
                integral(&text).and_then(|value| value.try_into().ok()).ok_or_else(|| {
                    AttributeError::invalid(
                        concat!("an integer of the type `", stringify!($integer), "`"),
                        &text,
                    )
                })
            }
        }
    )* };
}

integer!(i8 i16 i32 i64 u8 u16 u32 u64);

/// The digits of a finite number; of NaN or an infinity its name, which the limits refuse.
pub(crate) fn number(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude == 0.0 {
        // Also for -0.0, whose sign DynamoDB does not keep.
        "0".to_owned()
    } else if (1e-7..1e21).contains(&magnitude) || !magnitude.is_finite() {
        value.to_string()
    } else {
        // Scientific notation, since plain digits would exceed the 38 that DynamoDB takes.
        format!("{value:e}")
    }
}

pub(super) fn take_number(value: AttributeValue) -> Result<String, AttributeError> {
    match value {
        AttributeValue::N(text) => Ok(text),
        other => Err(AttributeError::expected("a number", &other)),
    }
}

/// An integer that another writer put as `1.0` or `1e3`. Bounded to what `f64` holds exactly.
fn integral(text: &str) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let value: f64 = text.parse().ok()?;
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}
