//! Items in DynamoDB's JSON, where each value is an object of its type and itself: `{"S": "text"}`.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Deserializer, de};

use crate::Item;

/// An item as a record holds it.
#[derive(Clone, Debug)]
pub(super) struct Image(pub(super) Item);

impl<'de> Deserialize<'de> for Image {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        item(HashMap::deserialize(deserializer)?).map(Self).map_err(de::Error::custom)
    }
}

/// A value as it is written.
#[derive(Deserialize)]
enum Written {
    S(String),
    N(String),
    B(String),
    #[serde(rename = "BOOL")]
    Bool(bool),
    #[serde(rename = "NULL")]
    Null(bool),
    #[serde(rename = "SS")]
    Ss(Vec<String>),
    #[serde(rename = "NS")]
    Ns(Vec<String>),
    #[serde(rename = "BS")]
    Bs(Vec<String>),
    L(Vec<Written>),
    M(HashMap<String, Written>),
}

fn item(written: HashMap<String, Written>) -> Result<Item, base64::DecodeError> {
    written.into_iter().map(|(name, written)| Ok((name, value(written)?))).collect()
}

fn value(written: Written) -> Result<AttributeValue, base64::DecodeError> {
    let blob = |text: String| BASE64_STANDARD.decode(text).map(Blob::new);
    Ok(match written {
        Written::S(text) => AttributeValue::S(text),
        Written::N(digits) => AttributeValue::N(digits),
        Written::B(text) => AttributeValue::B(blob(text)?),
        Written::Bool(value) => AttributeValue::Bool(value),
        Written::Null(value) => AttributeValue::Null(value),
        Written::Ss(texts) => AttributeValue::Ss(texts),
        Written::Ns(numbers) => AttributeValue::Ns(numbers),
        Written::Bs(texts) => {
            AttributeValue::Bs(texts.into_iter().map(blob).collect::<Result<_, _>>()?)
        }
        Written::L(values) => {
            AttributeValue::L(values.into_iter().map(value).collect::<Result<_, _>>()?)
        }
        Written::M(map) => AttributeValue::M(item(map)?),
    })
}
