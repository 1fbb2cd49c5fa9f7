//! Whom the authorizer lets through, what it says of them, and what it leaves in the audit.

use http::HeaderValue;
use serde_json::json;

use super::*;
use crate::access::Caller;
use crate::context::tests::{TestPermission, keyless, shared, thing};
use crate::log::tests::Captured;
use crate::permission::{Grants, Permit};
use crate::request::Request;
use crate::response::Response;
use crate::token;

async fn open(_: Context, _: Request) -> Result<Response> {
    Ok(Response::no_content())
}

async fn read(_: Permit<thing::Read>, _: Request) -> Result<Response> {
    Ok(Response::no_content())
}

fn app() -> App {
    App::new("test").permissions::<TestPermission>().operations([
        Operation::new("things.read", "GET", "/things/{thing_id}", read),
        Operation::public("things.open", "POST", "/things/{thing_id}", open),
    ])
}

/// An event as API Gateway sends it to a `REQUEST` authorizer, payload format 2.0.
fn question(route: &str, authorization: Option<&str>) -> Question {
    let mut question: Question = serde_json::from_value(json!({
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": "arn:aws:execute-api:eu-central-1:000000000000:api/$default/GET/things/thing_1",
        "identitySource": null,
        "routeKey": route,
        "rawPath": "/things/thing_1",
        "rawQueryString": "",
        "headers": { "host": "example.com" },
        "requestContext": {
            "requestId": "a-request",
            "http": { "method": "GET", "path": "/things/thing_1", "protocol": "HTTP/1.1" },
            "timeEpoch": 1_800_000_000_000_u64,
        },
        "pathParameters": { "thing_id": "thing_1" },
    }))
    .expect("it is an event");
    if let Some(value) = authorization {
        let value = HeaderValue::from_str(value).expect("a header value");
        question.headers.insert("authorization", value);
    }
    question
}

fn ask(question: Question, shared: &Shared) -> Result<Verdict> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(app().authorize(question, shared))
}

fn asked(route: &str, authorization: Option<&str>) -> Value {
    let verdict = ask(question(route, authorization), &shared()).expect("it is decided");
    serde_json::to_value(verdict).expect("it is JSON")
}

const READ: &str = "GET /things/{thing_id}";
const OPEN: &str = "POST /things/{thing_id}";

#[test]
fn a_valid_credential_is_let_through_by_name() {
    for role in ["owner", "admin", "guest"] {
        let token = token::sign(shared().config(), "user_1", role, 60).expect("it is signed");
        for route in [READ, OPEN, "$default"] {
            assert_eq!(
                asked(route, Some(&format!("Bearer {token}"))),
                json!({ "isAuthorized": true, "context": { "subject": "user_1", "role": role } })
            );
        }
    }
}

#[test]
fn nobody_known_is_let_through_to_public_operations_alone() {
    for authorization in [None, Some("Bearer a.b.c"), Some("Basic dXNlcjpwYXNz")] {
        assert_eq!(
            asked(OPEN, authorization),
            json!({ "isAuthorized": true, "context": {} }),
            "{authorization:?}"
        );
        for route in [READ, "$default", "", "ANY /things/{thing_id}", "POST /things/thing_1"] {
            assert_eq!(
                asked(route, authorization),
                json!({ "isAuthorized": false, "context": {} }),
                "{route} {authorization:?}"
            );
        }
    }
}

#[test]
fn a_caller_with_a_key_is_told_with_the_keys_id() {
    let caller = Caller::new("user_1", "owner", Grants::NONE).by_key("01h455vb4pex5vsknk084sn02q");
    let verdict = verdict(true, &Context::on_behalf_of(&shared(), caller, "a-request"));
    assert_eq!(
        verdict.context,
        json!({ "subject": "user_1", "role": "owner", "apiKey": "01h455vb4pex5vsknk084sn02q" })
    );
}

#[test]
fn a_credential_that_cannot_be_checked_is_an_error_and_no_denial() {
    let shared = keyless();
    // Of no known key: `{"alg":"EdDSA","kid":"1"}.{}`.
    let token = Some("Bearer eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.e30.AAAA");
    let captured = Captured::default();
    let guard = captured.start();
    let error = ask(question(READ, token), &shared).expect_err("it cannot be decided");
    drop(guard);
    assert!(error.is_unavailable());
    let lines = captured.lines();
    let record = lines.iter().find(|line| line["message"] == "access denied");
    let record = record.expect("it is recorded");
    assert_eq!(
        (&record["credential"], &record["reason"], &record["status"]),
        (&"unchecked".into(), &"unavailable".into(), &500.into())
    );
    let open = ask(question(OPEN, token), &shared).expect("it does not matter");
    assert!(open.is_authorized);
}

#[test]
fn whom_it_turns_away_the_audit_knows() {
    for (route, operation, resource) in
        [(READ, "things.read", "{\"thing_id\":\"thing_1\"}"), ("$default", "$default", "{}")]
    {
        let captured = Captured::default();
        let guard = captured.start();
        asked(route, Some("Bearer a.b.c"));
        drop(guard);
        let lines = captured.lines();
        let records: Vec<&Value> =
            lines.iter().filter(|line| line["message"] == "access denied").collect();
        let [record] = records[..] else { panic!("{}", captured.text()) };
        assert_eq!(
            (&record["operation"], &record["resource"], &record["reason"], &record["status"]),
            (&operation.into(), &resource.into(), &"unauthenticated".into(), &403.into())
        );
        assert_eq!(record["request_id"], "a-request");
        assert!(!captured.text().contains("a.b.c"), "{}", captured.text());
    }
}
