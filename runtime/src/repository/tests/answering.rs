//! Creations with an `Idempotency-Key`, where the store says what it rarely says.

use std::time::Duration;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Method};
use serde_json::json;

use super::stub::{Answer, MARK, Stub};
use super::{Thing, canceled, things};
use crate::{Request, Response, Result};

fn request(key: Option<&'static str>) -> Request {
    let mut event = ApiGatewayV2httpRequest::default();
    if let Some(key) = key {
        event.headers.insert("idempotency-key", HeaderValue::from_static(key));
    }
    Request::new(event, (Method::POST, "/things"))
}

fn answer() -> Response {
    Response::ok("made").expect("it is JSON").etag(1)
}

async fn create(stub: &Stub, key: Option<&'static str>, answer: Response) -> Result<Response> {
    things(stub).answering(&request(key), answer).create(&Thing("a".to_owned())).await
}

/// The cancellation of a transaction that met this item of the token's.
fn known(token: serde_json::Value) -> Answer {
    let (status, mut body) = canceled(["ConditionalCheckFailed", "None"]);
    body["CancellationReasons"][0]["Item"] = token;
    (status, body)
}

/// The token's item as an earlier request left it, which was answered with 202 and a text.
fn token(digest: &[u8]) -> serde_json::Value {
    let answer = json!({
        "status": { "N": "202" },
        "headers": { "M": { "location": { "S": "/things/first" } } },
        "body": { "S": "the first" },
    });
    json!({ "_digest": { "B": STANDARD.encode(digest) }, "_answer": { "M": answer } })
}

fn digest() -> Vec<u8> {
    let request = request(Some("key"));
    let recurring = request.recurring().expect("the key holds").expect("there is one");
    recurring.digest("").expect("there is one").as_ref().to_owned()
}

#[tokio::test]
async fn a_known_key_is_answered_from_what_the_transaction_met() {
    let stub = Stub::start(vec![known(token(&digest()))]);
    let again = create(&stub, Some("key"), answer()).await.expect("it was answered before");
    assert!(again.is_repeated());
    assert_eq!((again.status().as_u16(), stub.requests()), (202, 1));

    let stub = Stub::start(vec![known(token(b"another"))]);
    let error = create(&stub, Some("key"), answer()).await.expect_err("it was another request");
    assert_eq!(error.code(), "idempotency-key-reused");
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_is_its_own() {
    let own = known(json!({ "_write": { "B": MARK } }));
    let stub = Stub::start(vec![(500, json!({})), own]);
    let answer = create(&stub, Some("key"), answer()).await.expect("it happened");
    assert!(!answer.is_repeated());
    assert_eq!((answer.status().as_u16(), stub.requests()), (200, 2));
}

#[tokio::test]
async fn a_key_that_another_transaction_holds_is_under_way() {
    let stub = Stub::start(vec![canceled(["TransactionConflict", "None"]); 3]);
    let error = create(&stub, Some("key"), answer()).await.expect_err("it is held");
    assert_eq!((error.code(), stub.requests()), ("idempotency-key-in-progress", 3));
    assert!(error.is_conflict());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));

    // The other one has come to an end meanwhile.
    let stub =
        Stub::start(vec![canceled(["TransactionConflict", "None"]), known(token(&digest()))]);
    let again = create(&stub, Some("key"), answer()).await.expect("it was answered");
    assert!(again.is_repeated());

    // What the other one has written is met before its key can be read.
    let stub = Stub::start(vec![
        canceled(["TransactionConflict", "ConditionalCheckFailed"]),
        (200, json!({})),
    ]);
    let error = create(&stub, Some("key"), answer()).await.expect_err("it is held");
    assert_eq!((error.code(), stub.requests()), ("idempotency-key-in-progress", 2));

    // Others write the item, and know nothing of the key.
    let stub = Stub::start(vec![canceled(["None", "TransactionConflict"]); 3]);
    let error = create(&stub, Some("key"), answer()).await.expect_err("it is held");
    assert!(error.is_throttled());
}

#[tokio::test]
async fn what_another_of_the_same_key_has_made_is_no_conflict() {
    // The item's own condition is told of, and the key is known by then.
    let stored = json!({ "Item": token(&digest()) });
    let stub = Stub::start(vec![canceled(["None", "ConditionalCheckFailed"]), (200, stored)]);
    let again = create(&stub, Some("key"), answer()).await.expect("it was answered");
    assert!(again.is_repeated());

    let mut expired = token(&digest());
    expired["_ttl"] = json!({ "N": "1" });
    for stored in [json!({}), json!({ "Item": expired })] {
        let stub = Stub::start(vec![canceled(["None", "ConditionalCheckFailed"]), (200, stored)]);
        let error = create(&stub, Some("key"), answer()).await.expect_err("it exists");
        assert_eq!(error.code(), "conflict");
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_kept_is_refused_before_the_write() {
    let large = Response::ok(&"x".repeat(400 * 1024)).expect("it is JSON");
    let stub = Stub::start(vec![(200, json!({}))]);
    let error = create(&stub, Some("key"), large.clone()).await.expect_err("it is too large");
    assert_eq!((error.code(), stub.requests()), ("answer-too-large", 0));
    let error = create(&stub, Some("a key"), answer()).await.expect_err("it is no key");
    assert_eq!((error.code(), stub.requests()), ("invalid-idempotency-key", 0));
    // Without a key nothing is kept.
    let created = create(&stub, None, large).await.expect("it is created");
    assert_eq!((created.status().as_u16(), stub.requests()), (200, 1));
}

#[tokio::test]
async fn what_was_answered_is_asked_for_with_a_key_alone() {
    let stub = Stub::start(vec![(200, json!({ "Item": token(&digest()) })), (200, json!({}))]);
    let things = things(&stub);
    let none = things.answered(&request(None)).await.expect("nothing is asked");
    assert!(none.is_none() && stub.requests() == 0);
    let first = things.answered(&request(Some("key"))).await.expect("it is known");
    assert!(first.is_some_and(|first| first.is_repeated()));
    let none = things.answered(&request(Some("key"))).await.expect("it is not known");
    assert!(none.is_none());
    assert_eq!(stub.requests(), 2);
}
