//! Records as the stream's client has them, as the runtime's.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue as Value;
use aws_sdk_dynamodbstreams::types::{AttributeValue, Record as Read};
use purlin::stream::Record;

/// A record of the stream.
pub(super) fn record(read: &Read) -> Record {
    let images = read.dynamodb();
    let image = |image: Option<&HashMap<String, AttributeValue>>| image.map(item);
    let old = image(images.and_then(|images| images.old_image()));
    let new = image(images.and_then(|images| images.new_image()));
    let number = images.and_then(|images| images.sequence_number()).unwrap_or_default();
    Record::of_images(old, new).at(number)
}

fn item(image: &HashMap<String, AttributeValue>) -> HashMap<String, Value> {
    image.iter().map(|(name, read)| (name.clone(), value(read))).collect()
}

fn value(read: &AttributeValue) -> Value {
    match read {
        AttributeValue::S(text) => Value::S(text.clone()),
        AttributeValue::N(digits) => Value::N(digits.clone()),
        AttributeValue::B(blob) => Value::B(blob.clone()),
        AttributeValue::Bool(value) => Value::Bool(*value),
        AttributeValue::Ss(texts) => Value::Ss(texts.clone()),
        AttributeValue::Ns(numbers) => Value::Ns(numbers.clone()),
        AttributeValue::Bs(blobs) => Value::Bs(blobs.clone()),
        AttributeValue::L(values) => Value::L(values.iter().map(value).collect()),
        AttributeValue::M(map) => Value::M(item(map)),
        // There is no other type than these and null.
        _ => Value::Null(true),
    }
}
