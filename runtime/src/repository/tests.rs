//! Answers that the embedded store never gives: a stub sends them over the wire, one after another.

mod answering;
mod asked;
mod stub;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

use super::{Repository, Snapshot, Transaction};
use crate::{
    AttributeError, BatchWritable, Entity, Expected, Index, Item, KeyKind, Part, Patch, Template,
    Update,
};
use stub::{Answer, MARK, SILENCE, Stub};

/// The least an entity can be.
#[derive(Debug, PartialEq)]
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
        Item::from([("id".to_owned(), AttributeValue::S(self.0.clone()))])
    }

    fn from_item(mut item: Item) -> Result<Self, AttributeError> {
        crate::__private::Stored::take(item.remove("id"), "id").map(Self)
    }
}

impl BatchWritable for Thing {}

struct Change(&'static str);

impl Patch for Change {
    type Entity = Thing;

    fn apply(self, update: &mut Update) {
        update.set(self.0, &true);
    }
}

fn things(stub: &Stub) -> Repository<Thing> {
    Repository::new(&stub.context())
}

fn thing(id: &str) -> serde_json::Value {
    json!({ "PK": { "S": id }, "SK": { "S": id }, "id": { "S": id } })
}

fn error(code: &str) -> Answer {
    (400, json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "no" }))
}

fn canceled(codes: [&str; 2]) -> Answer {
    let (status, mut body) = error("TransactionCanceledException");
    body["CancellationReasons"] = codes.map(|code| json!({ "Code": code })).into();
    (status, body)
}

#[tokio::test]
async fn a_write_that_meets_a_transaction_is_sent_again() {
    let stub = Stub::start(vec![error("TransactionConflictException"), (200, json!({}))]);
    things(&stub).create(&Thing("a".to_owned())).await.expect("the second attempt succeeds");
    assert_eq!(stub.requests(), 2);

    let stub = Stub::start(vec![canceled(["None", "TransactionConflict"]), (200, json!({}))]);
    let created = things(&stub).create_within::<Thing>("parent", &Thing("a".to_owned())).await;
    created.expect("the second attempt succeeds");
    assert_eq!(stub.requests(), 2);
}

#[tokio::test]
async fn a_failed_condition_is_not_sent_again() {
    let stub = Stub::start(vec![error("ConditionalCheckFailedException")]);
    let created = things(&stub).create(&Thing("a".to_owned())).await;
    assert!(created.expect_err("it exists").is_conflict());
    assert_eq!(stub.requests(), 1);

    let stub = Stub::start(vec![canceled(["ConditionalCheckFailed", "TransactionConflict"])]);
    let created = things(&stub).create_within::<Thing>("parent", &Thing("a".to_owned())).await;
    assert!(created.expect_err("there is no parent").is_not_found());
    assert_eq!(stub.requests(), 1);
}

#[tokio::test]
async fn throttling_is_retried_and_then_told() {
    let throttled = || error("ProvisionedThroughputExceededException");
    let stub = Stub::start(vec![throttled(), (200, json!({ "Item": thing("a") }))]);
    assert_eq!(
        things(&stub).get("a").await.expect("the second attempt succeeds"),
        Thing("a".to_owned())
    );

    let stub = Stub::start(vec![throttled(), throttled(), throttled()]);
    let error = things(&stub).get("a").await.expect_err("three attempts are all there are");
    assert!(error.is_throttled());
    assert_eq!(stub.requests(), 3);
}

#[tokio::test]
async fn another_failure_is_internal_with_its_cause() {
    let stub = Stub::start(vec![error("ResourceNotFoundException")]);
    let error = things(&stub).get("a").await.expect_err("there is no table");
    assert_eq!(error.code(), "internal");
    assert!(!error.to_string().contains("Resource"));
    assert!(format!("{error:?}").contains("ResourceNotFoundException"), "{error:?}");
}

#[tokio::test]
async fn unprocessed_keys_are_asked_for_until_none_is_left() {
    let answer = |read: &[&str], left: &[&str]| {
        let items: Vec<_> = read.iter().map(|id| thing(id)).collect();
        let keys: Vec<_> =
            left.iter().map(|id| json!({ "PK": { "S": id }, "SK": { "S": id } })).collect();
        let mut body = json!({ "Responses": { "table": items } });
        if !keys.is_empty() {
            body["UnprocessedKeys"] = json!({ "table": { "Keys": keys } });
        }
        (200, body)
    };
    let stub = Stub::start(vec![
        answer(&["b"], &["a", "c"]),
        answer(&[], &["a", "c"]),
        answer(&["a"], &["c"]),
        answer(&["c"], &[]),
    ]);
    let read = things(&stub).batch_get(&["a", "b", "c"]).await.expect("all are read in the end");
    let expected = ["a", "b", "c"].map(|id| Some(Thing(id.to_owned())));
    assert_eq!(read, expected);
    assert_eq!(stub.requests(), 4);

    let stub = Stub::start(vec![answer(&[], &["a", "c"]); 6]);
    let error = things(&stub).batch_get(&["a", "c"]).await.expect_err("nothing is ever read");
    assert!(error.is_throttled());
    assert!(format!("{error:?}").contains("2 of the Thing items were not read"), "{error:?}");
}

#[tokio::test]
async fn unprocessed_writes_are_sent_again_until_none_is_left() {
    let answer = |left: &[&str]| {
        let writes: Vec<_> =
            left.iter().map(|id| json!({ "PutRequest": { "Item": thing(id) } })).collect();
        let unprocessed = if left.is_empty() { json!({}) } else { json!({ "table": writes }) };
        (200, json!({ "UnprocessedItems": unprocessed }))
    };
    let things_of = |ids: &[&str]| ids.iter().map(|id| Thing((*id).to_owned())).collect::<Vec<_>>();
    let stub =
        Stub::start(vec![answer(&["a", "c"]), answer(&["a", "c"]), answer(&["c"]), answer(&[])]);
    things(&stub)
        .batch_put(&things_of(&["a", "b", "c"]))
        .await
        .expect("all are written in the end");
    assert_eq!(stub.requests(), 4);

    let stub = Stub::start(vec![answer(&["a", "c"]); 6]);
    let error = things(&stub).batch_put(&things_of(&["a", "c"])).await;
    let error = error.expect_err("nothing is ever written");
    assert!(error.is_throttled());
    let text = format!("{error:?}");
    assert!(text.contains("2 of the Thing items were not written"), "{text}");
    assert!(text.contains("partition") && text.contains("c"), "{text}");
}

#[tokio::test]
async fn a_batch_that_writes_one_item_twice_is_refused_before_the_request() {
    let stub = Stub::start(vec![]);
    let twice = [Thing("a".to_owned()), Thing("a".to_owned())];
    let error = things(&stub).batch_put(&twice).await.expect_err("which one counts?");
    assert_eq!(error.code(), "item-twice");
    let error = things(&stub).batch_write(&twice[..1], &["a"]).await.expect_err("put or delete?");
    assert_eq!(error.code(), "item-twice");
    assert_eq!(stub.requests(), 0);
}

#[tokio::test]
async fn a_snapshot_that_meets_a_transaction_is_read_again() {
    let found = json!({ "Responses": [{ "Item": thing("a") }, {}] });
    let stub = Stub::start(vec![canceled(["TransactionConflict", "None"]), (200, found)]);
    let mut snapshot = Snapshot::new();
    let (a, b) = (snapshot.get(&things(&stub), "a"), snapshot.get(&things(&stub), "b"));
    let mut seen = snapshot.read().await.expect("the second attempt succeeds");
    assert_eq!(seen.take(a).expect("it reads"), Some(Thing("a".to_owned())));
    assert_eq!(seen.take(b).expect("there is none"), None);
    assert_eq!(stub.requests(), 2);
}

#[tokio::test]
async fn a_server_that_fails_is_asked_again_and_then_told_of() {
    let failed = || (500, json!({ "__type": "InternalServerError", "message": "no" }));
    let stub = Stub::start(vec![failed(), failed(), (200, json!({}))]);
    things(&stub).create(&Thing("a".to_owned())).await.expect("the third attempt succeeds");
    assert_eq!(stub.requests(), 3);
    let stub = Stub::start(vec![failed(), failed(), failed()]);
    let error = things(&stub).create(&Thing("a".to_owned())).await.expect_err("no attempt is left");
    assert_eq!((error.code(), stub.requests()), ("internal", 3));
}

#[tokio::test]
async fn a_server_that_is_silent_is_asked_again() {
    let stub = Stub::start(vec![(SILENCE, json!({})), (200, json!({ "Item": thing("a") }))]);
    let found = things(&stub).get("a").await.expect("the second attempt succeeds");
    assert_eq!((found, stub.requests()), (Thing("a".to_owned()), 2));
}

/// The token by which DynamoDB knows a transaction lasts ten minutes; what is stored lasts longer.
#[tokio::test]
async fn a_transaction_that_finds_its_own_mark_has_happened() {
    let (status, mut body) = canceled(["ConditionalCheckFailed", "None"]);
    body["CancellationReasons"][0]["Item"] = json!({ "_write": { "B": MARK } });
    let stub = Stub::start(vec![(500, json!({})), (status, body)]);
    let ctx = stub.context();
    let things: Repository<Thing> = Repository::new(&ctx);
    let created = Transaction::new()
        .create(&things, &Thing("a".to_owned()))
        .create(&things, &Thing("b".to_owned()))
        .commit()
        .await;
    created.expect("its own first attempt is no conflict");
    assert_eq!(stub.requests(), 2);
}

#[tokio::test]
async fn a_failed_transaction_says_which_action_and_why() {
    let stub = Stub::start(vec![canceled(["None", "ConditionalCheckFailed"])]);
    let things = things(&stub);
    let error = Transaction::new()
        .create(&things, &Thing("a".to_owned()))
        .create(&things, &Thing("b".to_owned()))
        .commit()
        .await
        .expect_err("the second one exists");
    assert!(error.is_conflict());
    assert_eq!(error.failed_action(), Some(1));
    assert_eq!(error.to_string(), "action 1, create of Thing: this Thing exists already");
}

#[tokio::test]
async fn a_transaction_over_its_limits_is_refused_before_the_request() {
    let stub = Stub::start(vec![]);
    let things = things(&stub);
    let of = |count: usize| {
        (0..count).fold(Transaction::new(), |transaction, number| {
            transaction.create(&things, &Thing(number.to_string()))
        })
    };
    let error = of(101).commit().await.expect_err("101 actions");
    assert_eq!(error.code(), "transaction-too-large");
    let twice = Transaction::new().create(&things, &Thing("a".to_owned()));
    let twice = twice.delete(&things, "a", Expected::Any).commit().await;
    let error = twice.expect_err("two actions about one item");
    assert_eq!(error.code(), "item-twice");
    let empty = Transaction::new().create(&things, &Thing(String::new())).commit().await;
    assert_eq!(empty.expect_err("an empty key").code(), "invalid-key");
    assert_eq!(stub.requests(), 0);
}

#[tokio::test]
async fn an_update_may_not_change_what_identifies_the_item() {
    let stub = Stub::start(vec![]);
    for attribute in ["id", "_entity"] {
        let error = things(&stub).update("a", Change(attribute), Expected::Any).await;
        assert_eq!(error.expect_err("it is fixed").code(), "internal");
    }
    assert_eq!(stub.requests(), 0);
}

#[tokio::test]
async fn an_item_that_does_not_read_is_internal_and_names_the_attribute() {
    let stub = Stub::start(vec![(200, json!({ "Item": { "id": { "N": "1" } } }))]);
    let error = things(&stub).get("a").await.expect_err("the id is no number");
    assert_eq!(error.code(), "internal");
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("`id`: expected a string, found a number"));
}
