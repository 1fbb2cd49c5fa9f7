//! One parameter of a path or query as a typed value: an id, an enum's value, a number, a boolean, a text.

use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Reads `text` as a `T`.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Parameter(text)).ok()
}

/// A text that gives a number or a boolean to whoever asks for one.
struct Parameter<'a>(&'a str);

impl<'a> Parameter<'a> {
    fn text(self) -> StrDeserializer<'a, Error> {
        self.0.into_deserializer()
    }
}

impl<'de> Deserializer<'de> for Parameter<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text().deserialize_any(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.parse() {
            Ok(value) => visitor.visit_bool(value),
            Err(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.parse() {
            // `parse` alone would take `+5`.
            Ok(value) if !self.0.starts_with('+') => visitor.visit_i64(value),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.parse() {
            Ok(value) if !self.0.starts_with('+') => visitor.visit_u64(value),
            _ => self.deserialize_any(visitor),
        }
    }

    // Narrower integers refuse what does not fit them.
    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.parse::<f64>() {
            // As JSON writes numbers: `parse` alone would take `inf`, `NaN` and `+5`.
            Ok(value) if value.is_finite() && !self.0.starts_with('+') => visitor.visit_f64(value),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.text().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::parse;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        ToolCall,
    }

    #[test]
    fn each_kind_of_parameter_is_read() {
        assert_eq!(parse::<String>("a b"), Some("a b".to_owned()));
        assert_eq!(parse::<i64>("-5"), Some(-5));
        assert_eq!(parse::<u64>("5"), Some(5));
        assert_eq!(parse::<u8>("255"), Some(255));
        assert_eq!(parse::<i16>("-300"), Some(-300));
        assert_eq!(parse::<f64>("-0.5"), Some(-0.5));
        assert_eq!(parse::<Option<u32>>("7"), Some(Some(7)));
        assert_eq!(parse::<bool>("true"), Some(true));
        assert_eq!(parse::<Kind>("tool_call"), Some(Kind::ToolCall));
    }

    #[test]
    fn what_is_of_another_form_is_refused() {
        assert_eq!(parse::<i64>("+5"), None);
        assert_eq!(parse::<i64>("5.0"), None);
        assert_eq!(parse::<i64>(""), None);
        assert_eq!(parse::<u64>("-1"), None);
        assert_eq!(parse::<u8>("256"), None);
        assert_eq!(parse::<f64>("inf"), None);
        assert_eq!(parse::<f64>("NaN"), None);
        assert_eq!(parse::<f64>("1e999"), None);
        assert_eq!(parse::<bool>("yes"), None);
        assert_eq!(parse::<Kind>("ToolCall"), None);
    }
}
