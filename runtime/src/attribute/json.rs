//! Free JSON as native DynamoDB values, so that expressions and other readers can look inside.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Number, Value};

use super::{Attribute, AttributeError};

impl Attribute for Value {
    fn to_attribute(&self) -> Option<AttributeValue> {
        Some(match self {
            Value::Null => AttributeValue::Null(true),
            Value::Bool(value) => AttributeValue::Bool(*value),
            Value::Number(value) => AttributeValue::N(digits(value)),
            Value::String(text) => AttributeValue::S(text.clone()),
            Value::Array(values) => {
                AttributeValue::L(values.iter().filter_map(Self::to_attribute).collect())
            }
            Value::Object(values) => {
                let mut map = HashMap::with_capacity(values.len());
                for (name, value) in values {
                    map.extend(value.to_attribute().map(|value| (name.clone(), value)));
                }
                AttributeValue::M(map)
            }
        })
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        Ok(match value {
            AttributeValue::Null(_) => Value::Null,
            AttributeValue::Bool(value) => Value::Bool(value),
            AttributeValue::N(digits) => Value::Number(parse(&digits)?),
            AttributeValue::S(text) => Value::String(text),
            AttributeValue::L(_) => Value::Array(Vec::from_attribute(value)?),
            AttributeValue::M(map) => {
                let mut object = Map::new();
                for (name, value) in map {
                    let value =
                        Value::from_attribute(value).map_err(|error| error.within(&name))?;
                    object.insert(name, value);
                }
                Value::Object(object)
            }
            AttributeValue::Ss(texts) => texts.into_iter().map(Value::String).collect(),
            AttributeValue::Ns(numbers) => Value::Array(
                numbers.iter().map(|n| parse(n).map(Value::Number)).collect::<Result<_, _>>()?,
            ),
            other => return Err(AttributeError::expected("a JSON value", &other)),
        })
    }
}

fn digits(number: &Number) -> String {
    if let Some(value) = number.as_i64() {
        value.to_string()
    } else if let Some(value) = number.as_u64() {
        value.to_string()
    } else {
        number.as_f64().map_or_else(|| number.to_string(), super::scalar::number)
    }
}

fn parse(digits: &str) -> Result<Number, AttributeError> {
    if let Ok(value) = digits.parse::<i64>() {
        return Ok(value.into());
    }
    if let Ok(value) = digits.parse::<u64>() {
        return Ok(value.into());
    }
    digits
        .parse()
        .ok()
        .and_then(Number::from_f64)
        .ok_or_else(|| AttributeError::invalid("a finite number", digits))
}
