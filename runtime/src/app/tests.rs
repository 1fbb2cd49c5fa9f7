//! The door itself: who gets in, what comes out, and what only the log may know.

use aws_lambda_events::encodings::Body;
use http::HeaderValue;
use serde_json::{Value, json};

use super::*;
use crate::access::Caller;
use crate::context::tests::{TestPermission, keyless, shared, thing};
use crate::error::FieldError;
use crate::log::tests::Captured;
use crate::permission::Permit;
use crate::token;

const SECRET_CAUSE: &str = "the password is hunter2";

async fn open(_: Context, _: Request) -> Result<Response> {
    Response::ok("open")
}

async fn read(permit: Permit<thing::Read>, _: Request) -> Result<Response> {
    let caller = permit.ctx().caller().map(Caller::role);
    Response::ok(&json!({ "subject": permit.subject::<String>()?, "caller": caller }))
}

async fn write(_: Permit<thing::Write>, _: Request) -> Result<Response> {
    Ok(Response::no_content())
}

async fn fail(_: Context, _: Request) -> Result<Response> {
    Err(Error::internal(SECRET_CAUSE))
}

async fn panic_early(_: Context, _: Request) -> Result<Response> {
    panic!("{SECRET_CAUSE}")
}

async fn panic_late(_: Context, _: Request) -> Result<Response> {
    tokio::task::yield_now().await;
    panic!("the password is hunter2")
}

async fn throttle(_: Context, _: Request) -> Result<Response> {
    Err(Error::new(ErrorKind::Throttled, "throttled", "try again later").with_source(SECRET_CAUSE))
}

async fn invalid(_: Context, _: Request) -> Result<Response> {
    let field = FieldError { pointer: "/name".to_owned(), detail: "is required".to_owned() };
    Err(Error::invalid("invalid-body", "the body has an invalid field").with_fields(vec![field]))
}

const INDEXES: &[TableIndex] = &[TableIndex::all("GSI1")];

fn app() -> App {
    App::new("test").permissions::<TestPermission>().indexes(INDEXES).operations([
        Operation::public("open", "GET", "/open", open),
        Operation::new("read", "GET", "/things/{thing_id}", read),
        Operation::new("write", "PUT", "/things/{thing_id}", write),
        Operation::public("fail", "GET", "/fail", fail),
        Operation::public("panic-early", "GET", "/panic-early", panic_early),
        Operation::public("panic-late", "GET", "/panic-late", panic_late),
        // Not even a future comes of it.
        Operation::public(
            "panic-first",
            "GET",
            "/panic-first",
            |_, _| -> std::future::Ready<Result<Response>> { std::panic::panic_any(7) },
        ),
        Operation::public("throttle", "GET", "/throttle", throttle),
        Operation::public("invalid", "GET", "/invalid", invalid),
    ])
}

fn call_with(
    operation: &str,
    change: impl FnOnce(&mut ApiGatewayV2httpRequest),
) -> ApiGatewayV2httpResponse {
    let mut event = ApiGatewayV2httpRequest::default();
    event.request_context.request_id = Some("a-request".to_owned());
    change(&mut event);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(app().call(operation, event, &shared()))
}

fn call(operation: &str) -> ApiGatewayV2httpResponse {
    call_with(operation, |_| {})
}

fn call_as(role: &str, operation: &str) -> ApiGatewayV2httpResponse {
    let token = token::sign(shared().config(), "user_1", role, 60).expect("the token is signed");
    call_with_credential(&format!("Bearer {token}"), operation)
}

fn call_with_credential(value: &str, operation: &str) -> ApiGatewayV2httpResponse {
    call_with(operation, |event| {
        event
            .headers
            .insert("authorization", HeaderValue::from_str(value).expect("a header value"));
    })
}

fn text(answer: &ApiGatewayV2httpResponse) -> &str {
    match &answer.body {
        Some(Body::Text(text)) => text,
        _ => "",
    }
}

fn problem(answer: &ApiGatewayV2httpResponse) -> Value {
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem: Value = serde_json::from_str(text(answer)).expect("a problem is JSON");
    assert_eq!(problem["status"], answer.status_code);
    problem
}

#[test]
fn a_public_operation_needs_no_credential_and_minds_none() {
    for answer in
        [call("open"), call_with_credential("Bearer nonsense", "open"), call_as("guest", "open")]
    {
        assert_eq!((answer.status_code, text(&answer)), (200, "\"open\""));
        assert_eq!(answer.headers["content-type"], "application/json");
    }
}

#[test]
fn a_credential_that_cannot_be_checked_is_a_503_and_no_matter_to_a_public_operation() {
    let shared = keyless();
    // Of no known key: `{"alg":"EdDSA","kid":"1"}.{}`.
    let token = "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.e30.AAAA";
    let call = |operation: &'static str| {
        let mut event = ApiGatewayV2httpRequest::default();
        let value = HeaderValue::from_str(&format!("Bearer {token}")).expect("a header value");
        event.headers.insert("authorization", value);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(app().call(operation, event, &shared))
    };
    let answer = call("read");
    let problem = problem(&answer);
    assert_eq!((&problem["status"], &problem["code"]), (&503.into(), &"unavailable".into()));
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(call("open").status_code, 200);
}

#[test]
fn a_caller_with_the_permission_gets_in() {
    for role in ["owner", "admin"] {
        let answer = call_as(role, "read");
        assert_eq!(answer.status_code, 200, "{role}");
        let body: Value = serde_json::from_str(text(&answer)).expect("it is JSON");
        assert_eq!(body, json!({ "subject": "user_1", "caller": role }));
    }
    let answer = call_as("admin", "write");
    assert_eq!((answer.status_code, answer.body), (204, None));
}

#[test]
fn without_a_valid_credential_it_is_401_and_why_is_in_the_log_alone() {
    let captured = Captured::default();
    let guard = captured.start();
    for answer in
        [call("read"), call_with_credential("Bearer a.b.c", "read"), call_as("emperor", "read")]
    {
        assert_eq!(answer.status_code, 401);
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        let problem = problem(&answer);
        assert_eq!(problem["code"], "unauthenticated");
        assert!(
            !text(&answer).contains("role") && !text(&answer).contains("token's"),
            "{}",
            text(&answer)
        );
    }
    drop(guard);
    let log = captured.text();
    assert!(log.contains("the token's role does not exist") && log.contains("a-request"), "{log}");
    assert!(!log.contains("a.b.c") && !log.contains("eyJ"), "a token is logged: {log}");
}

#[test]
fn without_the_permission_it_is_403() {
    for (role, operation) in [("guest", "read"), ("owner", "write")] {
        let answer = call_as(role, operation);
        assert_eq!(answer.status_code, 403);
        assert_eq!(problem(&answer)["code"], "permission-denied");
    }
}

#[test]
fn a_problem_has_every_member() {
    assert_eq!(
        problem(&call("invalid")),
        json!({
            "type": "about:blank", "title": "Bad Request", "status": 400, "code": "invalid-body",
            "detail": "the body has an invalid field", "requestId": "a-request",
            "errors": [{ "pointer": "/name", "detail": "is required" }],
        })
    );
}

#[test]
fn a_500_hides_its_cause_and_the_log_has_it_under_the_same_request() {
    for operation in ["fail", "panic-early", "panic-late"] {
        let captured = Captured::default();
        let guard = captured.start();
        let answer = call(operation);
        drop(guard);

        assert_eq!(answer.status_code, 500, "{operation}");
        assert!(!text(&answer).contains("hunter2"), "{operation}: {}", text(&answer));
        assert!(answer.headers.values().all(|value| !format!("{value:?}").contains("hunter2")));
        let problem = problem(&answer);
        assert_eq!(
            (&problem["code"], &problem["requestId"]),
            (&"internal".into(), &"a-request".into())
        );

        let lines = captured.lines();
        let errors: Vec<&Value> = lines.iter().filter(|line| line["level"] == "ERROR").collect();
        let [line] = errors[..] else { panic!("{operation}: {}", captured.text()) };
        assert!(line["error"].as_str().is_some_and(|error| error.contains(SECRET_CAUSE)), "{line}");
        assert_eq!(line["span"]["request_id"], problem["requestId"]);
        assert_eq!(line["span"]["operation"], operation);
    }
}

#[test]
fn a_panic_of_any_kind_is_a_500_and_the_next_request_is_served() {
    assert_eq!(call("panic-first").status_code, 500);
    assert_eq!(call("open").status_code, 200);
}

#[test]
fn a_throttled_call_is_503_and_logged() {
    let captured = Captured::default();
    let guard = captured.start();
    let answer = call("throttle");
    drop(guard);
    assert_eq!(answer.status_code, 503);
    assert_eq!(answer.headers["retry-after"], "1");
    assert!(!text(&answer).contains("hunter2"));
    assert!(captured.text().contains("hunter2"));
}

#[test]
fn a_request_without_an_id_gets_a_new_one_each_time() {
    let id = || {
        let answer = call_with("fail", |event| event.request_context.request_id = None);
        problem(&answer)["requestId"].as_str().expect("a text").to_owned()
    };
    let (first, second) = (id(), id());
    assert!(!first.is_empty() && first != second, "{first} {second}");
}

#[test]
fn an_operation_that_does_not_exist_is_404() {
    let answer = call("nothing");
    assert_eq!(answer.status_code, 404);
    assert_eq!(problem(&answer)["requestId"], "a-request");
}

#[test]
fn routes_lead_to_operations() {
    let app = app();
    let found = app.route(&Method::PUT, "/things/7").expect("the route exists");
    assert_eq!((found.operation, &*found.path_parameters["thing_id"]), ("write", "7"));
    assert_eq!(app.route(&Method::GET, "/"), Err(RouteError::NotFound));
    assert_eq!(app.operation("write").map(Operation::path), Some("/things/{thing_id}"));
    assert_eq!((app.name(), app.table_indexes(), app.iter().count()), ("test", INDEXES, 9));
}

#[test]
fn one_name_or_one_route_for_two_operations_is_our_bug() {
    for (name, path) in
        [("open", "/other"), ("other", "/open"), ("other", "/{"), ("other", "other")]
    {
        let add =
            AssertUnwindSafe(|| app().operations([Operation::public(name, "GET", path, open)]));
        assert!(catch_unwind(add).is_err(), "{name} {path}");
    }
    assert!(catch_unwind(|| Operation::public("open", "G T", "/", open)).is_err());
}
