//! Moments in UTC, to the millisecond, whose texts sort like the moments.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::tz::Offset;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Attribute, AttributeError, KeyKind, KeyPart};

/// A moment in UTC, to the millisecond: `2026-01-02T03:04:05.678Z`.
///
/// The year has four digits, 0000 to 9999, so that all texts have one length and sort like the moments.
/// The last one is 9999-12-30T21:59:59.999Z: later ones have years of five digits in some time zones, and the
/// calendar beneath refuses them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// 0000-01-01T00:00:00Z in milliseconds.
const FIRST: i64 = -62_167_219_200_000;
/// 9999-12-30T21:59:59.999Z in milliseconds.
const LAST: i64 = 253_402_207_199_999;

impl Timestamp {
    /// This moment.
    #[must_use]
    pub fn now() -> Self {
        // A clock outside the years that have a text would be one more fault, and none to stop for.
        Self::floor(jiff::Timestamp::now()).unwrap_or(Self(jiff::Timestamp::UNIX_EPOCH))
    }

    /// The moment so many milliseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// The moment lies outside the years 0000 to 9999.
    pub fn from_millis(millis: i64) -> Result<Self, TimestampError> {
        if !(FIRST..=LAST).contains(&millis) {
            return Err(TimestampError);
        }
        jiff::Timestamp::from_millisecond(millis).map(Self).map_err(|_| TimestampError)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The moment so much later; the last one there is, where it would lie beyond.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let moment = self.as_millis().saturating_add(millis).min(LAST);
        Self::from_millis(moment).unwrap_or(self)
    }

    fn floor(moment: jiff::Timestamp) -> Result<Self, TimestampError> {
        let millis = moment.as_nanosecond().div_euclid(1_000_000);
        millis.try_into().map_err(|_| TimestampError).and_then(Self::from_millis)
    }

    // By hand, in a fraction of the general formatter's time: every write of an item makes some of these.
    fn text(self) -> String {
        let moment = Offset::UTC.to_datetime(self.0);
        let mut text = *b"0000-00-00T00:00:00.000Z";
        put(&mut text[0..4], moment.year());
        put(&mut text[5..7], moment.month().into());
        put(&mut text[8..10], moment.day().into());
        put(&mut text[11..13], moment.hour().into());
        put(&mut text[14..16], moment.minute().into());
        put(&mut text[17..19], moment.second().into());
        put(&mut text[20..23], moment.millisecond());
        // Invariant: all of it is ASCII.
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// Writes a value's last decimal digits.
fn put(digits: &mut [u8], value: i16) {
    let mut value = value.unsigned_abs();
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// A text or a number is no moment that a [`Timestamp`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampError;

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an RFC 3339 timestamp of the years 0000 to 9999, like `2026-01-02T03:04:05.678Z`")
    }
}

impl std::error::Error for TimestampError {}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Any offset and any precision that RFC 3339 allows; what is finer than a millisecond is cut off.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        if !is_rfc3339(text.as_bytes()) {
            return Err(TimestampError);
        }
        text.parse().map_err(|_| TimestampError).and_then(Self::floor)
    }
}

/// The shape alone. The parser beneath also takes what RFC 3339 does not, such as a time without seconds.
fn is_rfc3339(text: &[u8]) -> bool {
    const SHAPE: &[u8; 19] = b"0000-00-00T00:00:00";
    let Some((start, rest)) = text.split_at_checked(SHAPE.len()) else {
        return false;
    };
    let shaped = start.iter().zip(SHAPE).all(|(byte, shape)| match shape {
        b'0' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't'),
        shape => byte == shape,
    });
    let offset = match rest.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 || digits > 9 {
                return false;
            }
            &fraction[digits..]
        }
        _ => rest,
    };
    let zoned = match offset {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].into_iter().all(u8::is_ascii_digit),
        _ => false,
    };
    shaped && zoned
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Timestamp> for jiff::Timestamp {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an RFC 3339 timestamp")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

impl JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

impl Attribute for Timestamp {
    fn to_attribute(&self) -> Option<AttributeValue> {
        Some(AttributeValue::S(self.text()))
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        let text = String::from_attribute(value)?;
        text.parse().map_err(|_| AttributeError::invalid("an RFC 3339 timestamp", &text))
    }
}

impl KeyPart for Timestamp {
    const KIND: KeyKind = KeyKind::Text;

    fn write(&self, out: &mut String) {
        // A timestamp holds no character that a key would escape.
        out.push_str(&self.text());
    }
}

#[cfg(test)]
mod tests;
