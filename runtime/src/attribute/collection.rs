//! Lists, sets and maps as attributes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Attribute, AttributeError};

impl<T: Attribute> Attribute for Vec<T> {
    fn to_attribute(&self) -> Option<AttributeValue> {
        Some(AttributeValue::L(self.iter().map(present).collect()))
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        let AttributeValue::L(values) = value else {
            return Err(AttributeError::expected("a list", &value));
        };
        elements(values)
    }
}

impl<T: Attribute + Ord> Attribute for BTreeSet<T> {
    fn to_attribute(&self) -> Option<AttributeValue> {
        match self.first()?.to_attribute() {
            Some(AttributeValue::S(_)) => {
                Some(AttributeValue::Ss(self.iter().filter_map(text).collect()))
            }
            Some(AttributeValue::N(_)) => {
                Some(AttributeValue::Ns(self.iter().filter_map(text).collect()))
            }
            // DynamoDB has sets of scalars only; anything else keeps its order in a list.
            _ => Some(AttributeValue::L(self.iter().map(present).collect())),
        }
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        match value {
            AttributeValue::Ss(texts) => elements(texts.into_iter().map(AttributeValue::S)),
            AttributeValue::Ns(numbers) => elements(numbers.into_iter().map(AttributeValue::N)),
            AttributeValue::L(values) => elements(values),
            AttributeValue::Null(_) => Ok(Self::new()),
            other => Err(AttributeError::expected("a set", &other)),
        }
    }

    fn absent() -> Result<Self, AttributeError> {
        Ok(Self::new())
    }
}

impl<T: Attribute> Attribute for BTreeMap<String, T> {
    fn to_attribute(&self) -> Option<AttributeValue> {
        let mut map = HashMap::with_capacity(self.len());
        for (name, value) in self {
            map.insert(name.clone(), present(value));
        }
        Some(AttributeValue::M(map))
    }

    fn from_attribute(value: AttributeValue) -> Result<Self, AttributeError> {
        let AttributeValue::M(map) = value else {
            return Err(AttributeError::expected("a map", &value));
        };
        map.into_iter()
            .map(|(name, value)| match T::from_attribute(value) {
                Ok(value) => Ok((name, value)),
                Err(error) => Err(error.within(&name)),
            })
            .collect()
    }
}

/// Inside a collection nothing can be absent, so an absent value is `NULL`.
fn present<T: Attribute>(value: &T) -> AttributeValue {
    value.to_attribute().unwrap_or(AttributeValue::Null(true))
}

fn text<T: Attribute>(value: &T) -> Option<String> {
    match value.to_attribute()? {
        AttributeValue::S(text) | AttributeValue::N(text) => Some(text),
        _ => None,
    }
}

fn elements<T, C>(values: impl IntoIterator<Item = AttributeValue>) -> Result<C, AttributeError>
where
    T: Attribute,
    C: FromIterator<T>,
{
    values
        .into_iter()
        .enumerate()
        .map(|(index, value)| T::from_attribute(value).map_err(|error| error.within_list(index)))
        .collect()
}
