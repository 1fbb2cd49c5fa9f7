//! What is recorded, in the log and on the bus; what is not; and that a bus that fails fails no request.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use http::HeaderValue;
use serde_json::{Value, json};

use super::*;
use crate::context::tests::{TestPermission, shared, thing};
use crate::error::{Error, Result};
use crate::log::tests::Captured;
use crate::permission::Permit;
use crate::publisher::testing::{Bus, answer, shared_at};
use crate::request::Request;
use crate::response::Response;
use crate::shared::Shared;
use crate::{App, Operation, token};

const BODY: &str = "{\"password\":\"hunter2\"}";

async fn read(permit: Permit<thing::Read>, request: Request) -> Result<Response> {
    match request.path::<String>("thing_id")?.as_str() {
        "others" => {
            permit.ctx().note_withheld("Thing");
            Err(Error::not_found("there is no such Thing"))
        }
        "nothing" => Err(Error::not_found("there is no such Thing")),
        _ => Ok(Response::no_content()),
    }
}

async fn list(permit: Permit<thing::Read>, _: Request) -> Result<Response> {
    permit.ctx().note_withheld("Thing");
    Response::ok("[]")
}

async fn write(_: Permit<thing::Write>, request: Request) -> Result<Response> {
    match request.path::<String>("thing_id")?.as_str() {
        "taken" => Err(Error::conflict("this Thing exists already")),
        _ => Ok(Response::no_content()),
    }
}

async fn open(_: Context, _: Request) -> Result<Response> {
    Ok(Response::no_content())
}

fn app() -> App {
    App::new("test").permissions::<TestPermission>().operations([
        Operation::new("things.read", "GET", "/things/{thing_id}", read),
        Operation::new("things.list", "GET", "/things", list),
        Operation::new("things.write", "PUT", "/things/{thing_id}", write),
        Operation::public("things.open", "GET", "/open", open),
    ])
}

fn token(role: &str) -> String {
    token::sign(shared().config(), "user_1", role, 60).expect("the token is signed")
}

/// Calls an operation on a thing, with this token if any, and answers the status and the body.
fn call(operation: &str, thing: &str, token: Option<&str>, shared: &Shared) -> (i64, String) {
    let mut event = ApiGatewayV2httpRequest::default();
    event.request_context.request_id = Some("a-request".to_owned());
    event.body = Some(BODY.to_owned());
    event.path_parameters.insert("thing_id".to_owned(), thing.to_owned());
    event.path_parameters.insert("forged".to_owned(), "of no path".to_owned());
    if let Some(token) = token {
        let value = HeaderValue::from_str(&format!("Bearer {token}")).expect("a header value");
        event.headers.insert("authorization", value);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let answer = runtime.expect("a runtime").block_on(app().call(operation, event, shared));
    (answer.status_code, format!("{:?}", answer.body))
}

/// What one call leaves: its status, the lines of the audit, and the entries on the bus.
fn left_by(operation: &str, thing: &str, token: Option<&str>) -> (i64, Vec<Value>, Vec<Value>) {
    let bus = Bus::new(vec![answer(&[""]), answer(&[""])]);
    let captured = Captured::default();
    let guard = captured.start();
    let (status, _) = call(operation, thing, token, bus.shared());
    drop(guard);
    (status, audited(&captured), entries(bus))
}

fn audited(captured: &Captured) -> Vec<Value> {
    captured.lines().into_iter().filter(|line| line["target"] == TARGET).collect()
}

fn entries(bus: Bus) -> Vec<Value> {
    let entries = |request: &Value| request["Entries"].as_array().cloned().unwrap_or_default();
    bus.requests().iter().flat_map(entries).collect()
}

fn detail(entry: &Value) -> Value {
    serde_json::from_str(entry["Detail"].as_str().expect("a text")).expect("it is JSON")
}

#[test]
fn a_denial_leaves_a_line_and_an_event_that_say_the_same() {
    let guest = token("guest");
    for (token, status, caller, credential, reason) in [
        (None, 401, Value::Null, "missing", "unauthenticated"),
        (Some("not.a.token"), 401, Value::Null, "refused", "unauthenticated"),
        (
            Some(&*guest),
            403,
            json!({ "subject": "user_1", "role": "guest" }),
            "token",
            "permission-denied",
        ),
    ] {
        let (answered, lines, entries) = left_by("things.read", "thing_1", token);
        assert_eq!(answered, status);
        let ([line], [entry]) = (&lines[..], &entries[..]) else { panic!("{lines:?} {entries:?}") };
        assert_eq!(
            (&entry["Source"], &entry["DetailType"]),
            (&"test.audit".into(), &"AccessDenied".into())
        );
        let detail = detail(entry);
        assert_eq!(
            detail["data"],
            json!({
                "operation": "things.read", "permission": "thing:read", "privileged": false,
                "caller": caller, "credential": credential,
                "resource": { "thing_id": "thing_1" },
                "outcome": "denied", "reason": reason, "status": status,
            })
        );
        let metadata = &detail["metadata"];
        assert_eq!(
            (&metadata["version"], &metadata["correlationId"]),
            (&1.into(), &"a-request".into())
        );
        assert!(metadata["time"].is_string() && metadata["eventId"].is_string(), "{metadata}");
        assert_eq!((&line["level"], &line["message"]), (&"WARN".into(), &"access denied".into()));
        for (name, value) in [
            ("request_id", "a-request"),
            ("operation", "things.read"),
            ("permission", "thing:read"),
            ("credential", credential),
            ("resource", "{\"thing_id\":\"thing_1\"}"),
            ("outcome", "denied"),
            ("reason", reason),
        ] {
            assert_eq!(line[name], value, "{name}: {line}");
        }
        assert_eq!((&line["subject"], &line["role"]), (&caller["subject"], &caller["role"]));
        assert_eq!(line["status"], status);
    }
}

#[test]
fn a_privileged_operation_is_told_with_its_outcome() {
    let admin = token("admin");
    for (thing, status, reason) in
        [("thing_1", 204, Value::Null), ("taken", 409, "conflict".into())]
    {
        let (answered, lines, entries) = left_by("things.write", thing, Some(&admin));
        assert_eq!(answered, status);
        let ([line], [entry]) = (&lines[..], &entries[..]) else { panic!("{lines:?} {entries:?}") };
        assert_eq!(entry["DetailType"], "PrivilegedOperation");
        let data = &detail(entry)["data"];
        assert_eq!(
            (&data["outcome"], &data["status"], &data["reason"], &data["privileged"]),
            (&"allowed".into(), &status.into(), &reason, &true.into())
        );
        assert_eq!((&line["level"], &line["outcome"]), (&"INFO".into(), &"allowed".into()));
    }
    let owner = token("owner");
    let (_, lines, entries) = left_by("things.write", "thing_1", Some(&owner));
    let ([_], [entry]) = (&lines[..], &entries[..]) else { panic!("{lines:?} {entries:?}") };
    assert_eq!(entry["DetailType"], "AccessDenied");
    assert_eq!(detail(entry)["data"]["privileged"], true);
}

#[test]
fn somebody_elses_is_a_plain_404_to_the_caller_and_not_owner_to_the_audit() {
    let (owner, shared) = (token("owner"), shared());
    let others = call("things.read", "others", Some(&owner), &shared);
    assert_eq!(others, call("things.read", "nothing", Some(&owner), &shared));
    assert_eq!(others.0, 404);
    for (operation, status) in [("things.read", 404), ("things.list", 200)] {
        let (_, lines, entries) = left_by(operation, "others", Some(&owner));
        let ([line], [entry]) = (&lines[..], &entries[..]) else { panic!("{lines:?} {entries:?}") };
        let data = &detail(entry)["data"];
        assert_eq!(
            (&data["reason"], &data["entity"], &data["status"], &data["outcome"]),
            (&"not-owner".into(), &"Thing".into(), &status.into(), &"denied".into())
        );
        assert_eq!((&line["reason"], &line["entity"]), (&"not-owner".into(), &"Thing".into()));
    }
}

#[test]
fn what_is_allowed_and_not_privileged_is_not_recorded() {
    let owner = token("owner");
    for (operation, thing, token) in [
        ("things.read", "thing_1", Some(&*owner)),
        ("things.read", "nothing", Some(&*owner)),
        ("things.open", "", None),
        ("things.open", "", Some("not.a.token")),
        ("things.none", "", None),
    ] {
        let (_, lines, entries) = left_by(operation, thing, token);
        assert!(lines.is_empty() && entries.is_empty(), "{operation} {thing}: {lines:?}");
    }
}

#[test]
fn no_record_has_a_body_a_credential_or_what_is_in_no_path() {
    let (guest, admin) = (token("guest"), token("admin"));
    let long = "x".repeat(10_000);
    for (operation, token) in
        [("things.read", &guest), ("things.write", &guest), ("things.write", &admin)]
    {
        let (_, lines, entries) = left_by(operation, &long, Some(token));
        assert_eq!((lines.len(), entries.len()), (1, 1));
        let text = format!("{lines:?} {entries:?}");
        for secret in [token, "hunter2", "password", "Bearer", "forged"] {
            assert!(!text.contains(secret), "`{secret}` is in {text}");
        }
        assert!(text.len() < 3000, "a parameter is recorded whole: {}", text.len());
    }
}

#[test]
fn a_bus_that_refuses_fails_no_request_and_the_next_event_tells_of_it() {
    let refused = (400, json!({ "__type": "AccessDeniedException", "message": "no" }));
    let bus = Bus::new(vec![refused, answer(&["InternalFailure"]), answer(&[""]), answer(&[""])]);
    let (guest, admin) = (token("guest"), token("admin"));
    let captured = Captured::default();
    let guard = captured.start();
    assert_eq!(call("things.read", "thing_1", Some(&guest), bus.shared()).0, 403);
    assert_eq!(call("things.write", "thing_1", Some(&admin), bus.shared()).0, 204);
    assert_eq!(call("things.read", "thing_1", Some(&guest), bus.shared()).0, 403);
    assert_eq!(call("things.read", "thing_1", Some(&guest), bus.shared()).0, 403);
    drop(guard);
    let dropped: Vec<Value> =
        entries(bus).iter().map(|entry| detail(entry)["data"]["dropped"].clone()).collect();
    assert_eq!(dropped, [Value::Null, 1.into(), 2.into(), Value::Null]);
    let lines = audited(&captured);
    let failures: Vec<&Value> = lines.iter().filter(|line| !line["error"].is_null()).collect();
    assert_eq!((lines.len(), failures.len()), (6, 2), "{lines:?}");
    assert!(failures[0]["error"].as_str().is_some_and(|it| it.contains("AccessDenied")));
}

#[test]
fn a_bus_that_is_silent_delays_an_answer_by_a_bounded_time() {
    // It takes connections, and never reads from them.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let shared = shared_at(listener.local_addr().expect("an address"), &[]);
    let captured = Captured::default();
    let guard = captured.start();
    let started = Instant::now();
    assert_eq!(call("things.read", "thing_1", None, &shared).0, 401);
    // Generous, for a machine that is busy; the SDK alone would wait for ever.
    assert!(started.elapsed() < PUBLISH_WITHIN + Duration::from_secs(4));
    drop(guard);
    assert!(captured.text().contains("did not answer within 1s"), "{}", captured.text());
}

#[test]
fn a_flood_from_nobody_is_logged_whole_and_published_in_part() {
    let settings = [("PURLIN_AUDIT_EVENTS_PER_MINUTE", Some("2"))];
    let bus = Bus::with_settings((0..10).map(|_| answer(&[""])).collect(), &settings);
    let captured = Captured::default();
    let guard = captured.start();
    for _ in 0..5 {
        assert_eq!(call("things.read", "thing_1", None, bus.shared()).0, 401);
    }
    assert_eq!(call("things.read", "thing_1", Some(&token("guest")), bus.shared()).0, 403);
    drop(guard);
    assert_eq!(audited(&captured).len(), 6);
    let told: Vec<(Value, Value)> = entries(bus)
        .iter()
        .map(|entry| {
            let data = &detail(entry)["data"];
            (data["status"].clone(), data["dropped"].clone())
        })
        .collect();
    assert_eq!(
        told,
        [(401.into(), Value::Null), (401.into(), Value::Null), (403.into(), 3.into())]
    );
}
