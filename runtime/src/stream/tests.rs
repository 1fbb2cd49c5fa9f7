//! Records in the form in which Lambda and the Streams API deliver them.

use serde_json::{Value, json};

use super::*;
use crate::{AttributeError, Index, KeyKind, Part, Template};

#[derive(Clone, Debug, PartialEq)]
struct Thing(String);

impl Entity for Thing {
    type Key<'k> = &'k str;

    const NAME: &'static str = "Thing";
    const PARTITION: Template = &[Part::Field { path: &["id"], kind: KeyKind::Text }];
    const SORT: Option<Template> = None;
    const INDEXES: &'static [Index] = &[];
    const VERSION: Option<&'static str> = None;
    const OWNER: Option<&'static str> = None;
    const SET_ON_WRITE: &'static [&'static str] = &[];
    const KEY_ATTRIBUTES: &'static [&'static str] = &["id"];

    fn key_values(id: &str) -> Vec<(&'static str, AttributeValue)> {
        vec![("id", AttributeValue::S(id.to_owned()))]
    }

    fn key(&self) -> &str {
        &self.0
    }

    fn to_item(&self) -> Item {
        Item::new()
    }

    fn from_item(mut item: Item) -> Result<Self, AttributeError> {
        crate::__private::Stored::take(item.remove("id"), "id").map(Self)
    }
}

fn image(id: &str) -> Value {
    json!({
        "PK": { "S": id }, "SK": { "S": id }, "_entity": { "S": "Thing" }, "id": { "S": id },
        "_write": { "B": "AQID" }, "n": { "N": "1.5" }, "on": { "BOOL": true }, "no": { "NULL": true },
        "ss": { "SS": ["a"] }, "ns": { "NS": ["1"] }, "bs": { "BS": ["AQID"] },
        "l": { "L": [{ "S": "x" }, { "M": { "k": { "N": "2" } } }] },
    })
}

fn record(name: &str, old: Option<&str>, new: Option<&str>) -> Record {
    let mut images = json!({ "SequenceNumber": "42", "Keys": { "PK": { "S": "a" } } });
    if let Some(old) = old {
        images["OldImage"] = image(old);
    }
    if let Some(new) = new {
        images["NewImage"] = image(new);
    }
    let record = json!({ "eventID": "e1", "eventName": name, "awsRegion": "eu-central-1", "dynamodb": images });
    serde_json::from_value(record).expect("the record parses")
}

fn thing(id: &str) -> Thing {
    Thing(id.to_owned())
}

#[test]
fn a_record_is_the_change_of_its_entity() {
    let created = record("INSERT", None, Some("a"));
    assert_eq!((created.event_id(), created.sequence_number()), ("e1", "42"));
    assert_eq!(created.entity(), Some("Thing"));
    assert_eq!(created.change().expect("it reads"), Some(Change::Created { new: thing("a") }));
    let updated = record("MODIFY", Some("a"), Some("b")).change().expect("it reads");
    assert_eq!(updated, Some(Change::Updated { old: thing("a"), new: thing("b") }));
    let removed = record("REMOVE", Some("a"), None).change().expect("it reads");
    assert_eq!(removed, Some(Change::Removed { old: thing("a"), expired: false }));
}

#[test]
fn what_dynamodb_removes_itself_had_expired() {
    let record = json!({
        "eventName": "REMOVE",
        "dynamodb": { "OldImage": image("a") },
        "userIdentity": { "type": "Service", "principalId": "dynamodb.amazonaws.com" },
    });
    let record: Record = serde_json::from_value(record).expect("the record parses");
    let change = record.change().expect("it reads");
    assert_eq!(change, Some(Change::Removed { old: thing("a"), expired: true }));
}

#[test]
fn every_type_of_value_is_read() {
    let record = record("INSERT", None, Some("a"));
    let item = &record.images.new_image.as_ref().expect("it is there").0;
    assert_eq!(
        item["_write"],
        AttributeValue::B(aws_sdk_dynamodb::primitives::Blob::new([1, 2, 3]))
    );
    assert_eq!(item["n"], AttributeValue::N("1.5".to_owned()));
    assert_eq!(item["on"], AttributeValue::Bool(true));
    assert_eq!(item["ns"], AttributeValue::Ns(vec!["1".to_owned()]));
    let AttributeValue::L(list) = &item["l"] else { panic!("a list") };
    assert_eq!(list[0], AttributeValue::S("x".to_owned()));
    assert!(list[1].is_m());
}

#[test]
fn a_record_of_another_entity_is_none_of_this_one() {
    let mut other = image("a");
    other["_entity"] = json!({ "S": "$unique" });
    let record = json!({ "eventName": "INSERT", "dynamodb": { "NewImage": other } });
    let record: Record = serde_json::from_value(record).expect("the record parses");
    assert_eq!(record.entity(), Some("$unique"));
    assert_eq!(record.change::<Thing>().expect("it is none of ours"), None);
}

#[test]
fn a_stream_without_images_is_told() {
    let record = json!({ "eventName": "MODIFY", "dynamodb": { "NewImage": image("a") } });
    let record: Record = serde_json::from_value(record).expect("the record parses");
    let error = record.change::<Thing>().expect_err("the old image is missing");
    assert!(format!("{error:?}").contains("lacks an image"), "{error:?}");
}
