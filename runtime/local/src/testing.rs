//! What the generated tests say: start a platform, send a request as somebody, look at the answer.
//!
//! Everything here panics with what was expected and what came, as an assertion does.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use axum::body::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use purlin::App;
use serde_json::Value;

use crate::bus::Event;
use crate::clock::Clock;
use crate::platform::{Events, Options, Platform};

/// The environment variable that names another DynamoDB to run the tests against.
const ENDPOINT: &str = "PURLIN_TEST_ENDPOINT";

impl Platform {
    /// Starts a platform for one test: in memory, or in a table of its own at `PURLIN_TEST_ENDPOINT`.
    ///
    /// By its clock an hour passes before each [request](Self::request) that comes alone, so that no test but those
    /// of [rates](purlin::Rate) meets a limit; these [stop it](Self::stop_clock). Requests at once share a moment.
    ///
    /// # Panics
    /// If it cannot start.
    pub async fn for_test(app: App) -> Self {
        Self::for_test_with(app, Options { events: Events::OnDemand, ..Options::default() }).await
    }

    /// As [`for_test`](Self::for_test), with options of the test's own.
    ///
    /// # Panics
    /// If it cannot start.
    pub async fn for_test_with(app: App, options: Options) -> Self {
        crate::secrecy::watch();
        let options = Options { clock: Some(Clock::default()), ..options };
        let started = match std::env::var(ENDPOINT) {
            Ok(endpoint) if !endpoint.is_empty() => Self::start_at(app, &endpoint, &options).await,
            _ => Self::start(app, options).await,
        };
        started.unwrap_or_else(|error| panic!("the platform does not start: {error:#}"))
    }

    /// Stops the clock by which rates are measured, and by which retries and schedules wait.
    ///
    /// # Panics
    /// If the platform was not started for a test.
    #[track_caller]
    pub fn stop_clock(&self) {
        self.test_clock().stop();
    }

    /// Moves the clock on by which rates are measured, and by which retries and schedules wait.
    ///
    /// # Panics
    /// If the platform was not started for a test.
    #[track_caller]
    pub fn advance_clock(&self, by: Duration) {
        self.test_clock().advance(by);
    }

    #[track_caller]
    fn test_clock(&self) -> &Clock {
        match self.clock() {
            Some(clock) => clock,
            None => panic!("only `Platform::for_test` has a clock of its own"),
        }
    }

    /// A request to the operation of this name, for example `things.create`.
    ///
    /// # Panics
    /// If the application has no such operation.
    #[track_caller]
    pub fn request(&self, operation: &str) -> TestRequest<'_> {
        let Some(operation) = self.app().operation(operation) else {
            panic!("there is no operation `{operation}`");
        };
        TestRequest::new(self, operation.method().clone(), operation.path())
    }

    /// A request to any path with any method, for what belongs to no operation.
    ///
    /// # Panics
    /// If `method` is not an HTTP method.
    #[track_caller]
    pub fn http(&self, method: &str, path: &str) -> TestRequest<'_> {
        let Ok(method) = Method::from_bytes(method.as_bytes()) else {
            panic!("`{method}` is not an HTTP method");
        };
        TestRequest::new(self, method, path)
    }

    /// A context of no caller's, for repositories that act for nobody.
    #[must_use]
    pub fn context(&self) -> purlin::Context {
        purlin::Context::without_caller(self.shared(), "test")
    }

    /// Of [`events`](Self::events), those of one detail type.
    ///
    /// # Panics
    /// As [`events`](Self::events).
    pub async fn events_of(&self, detail_type: &str) -> Vec<Event> {
        self.events().await.into_iter().filter(|event| event.detail_type == detail_type).collect()
    }
}

/// A request that is being written. Without a credential, a body or headers until it is given them.
#[must_use = "a request does nothing until it is sent"]
pub struct TestRequest<'a> {
    platform: &'a Platform,
    method: Method,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl<'a> TestRequest<'a> {
    fn new(platform: &'a Platform, method: Method, path: &str) -> Self {
        Self {
            platform,
            method,
            path: path.to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// As the first caller in `role`.
    pub fn as_role(self, role: &str) -> Self {
        self.as_user(role, 1)
    }

    /// As the `number`th caller in `role`: [`Platform::user`] says with which id.
    pub fn as_user(self, role: &str, number: u32) -> Self {
        let subject = self.platform.user(role, number);
        self.as_subject(role, &subject)
    }

    /// As a caller with this id.
    ///
    /// # Panics
    /// If no credential can be signed.
    pub fn as_subject(self, role: &str, subject: &str) -> Self {
        match self.platform.credential(role, subject) {
            Ok(token) => self.bearer(&token),
            Err(error) => panic!("{error:#}"),
        }
    }

    /// With this credential, as it is.
    pub fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// With this value for a parameter of the path, which is percent-encoded.
    ///
    /// # Panics
    /// If the path has no such parameter.
    #[track_caller]
    pub fn path(mut self, name: &str, value: impl Display) -> Self {
        let parameter = format!("{{{name}}}");
        assert!(self.path.contains(&parameter), "`{}` has no parameter `{name}`", self.path);
        self.path = self.path.replace(&parameter, &encode(&value.to_string()));
        self
    }

    /// With one more parameter of the query, percent-encoded.
    pub fn query(mut self, name: &str, value: impl Display) -> Self {
        let separator = if self.query.is_empty() { '?' } else { '&' };
        self.query.push(separator);
        self.query.push_str(&format!("{}={}", encode(name), encode(&value.to_string())));
        self
    }

    /// With one more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a JSON body.
    pub fn json(self, body: Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With a body of this content type, as it is.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(CONTENT_TYPE.as_str(), content_type)
    }

    /// Sends the request through the gateway's door, as HTTP would.
    ///
    /// # Panics
    /// If a parameter of the path was not given, or it is not an HTTP request.
    pub async fn send(self) -> TestResponse {
        let line = format!("{} {}{}", self.method, self.path, self.query);
        assert!(!self.path.contains('{'), "a parameter of the path is missing: `{line}`");
        let mut request =
            Request::builder().method(self.method).uri(format!("{}{}", self.path, self.query));
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let request = match request.body(self.body) {
            Ok(request) => request,
            Err(error) => panic!("`{line}` is not an HTTP request: {error}"),
        };
        let _under_way = self.platform.clock().map(Clock::request);
        let (parts, body) = self.platform.door().answer(request).await.into_parts();
        TestResponse { line, parts, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

/// The answer to a request.
#[derive(Debug)]
pub struct TestResponse {
    line: String,
    parts: http::response::Parts,
    body: String,
}

impl TestResponse {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.parts.status.as_u16()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.body
    }

    /// The first value of a header, if it is there and visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is not JSON.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{}: the body is not JSON ({error}): {}", self.line, self.body),
        }
    }

    /// The value at a JSON Pointer of the body: a string as it is, anything else as JSON.
    ///
    /// # Panics
    /// If there is nothing.
    #[must_use]
    #[track_caller]
    pub fn field(&self, pointer: &str) -> String {
        match self.json().pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => panic!("{}: there is nothing at `{pointer}`: {}", self.line, self.body),
        }
    }

    /// Expects this status.
    ///
    /// # Panics
    /// If it is another one.
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status(), status, "{}: {}", self.line, self.body);
        self
    }

    /// Expects what the `first` answer said, in its status, its body and the headers that operations set.
    ///
    /// # Panics
    /// If something differs.
    #[track_caller]
    pub fn assert_same_as(&self, first: &Self) -> &Self {
        assert_eq!((self.status(), self.text()), (first.status(), first.text()), "{}", self.line);
        for name in ["content-type", "etag", "location"] {
            assert_eq!(self.header(name), first.header(name), "{}: `{name}`", self.line);
        }
        self
    }

    /// Expects a problem (RFC 9457) with this status and code.
    ///
    /// # Panics
    /// If it is anything else, or not a whole problem.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) -> &Self {
        self.assert_status(status);
        let content_type = self.header(CONTENT_TYPE.as_str());
        assert_eq!(content_type, Some("application/problem+json"), "{}: {}", self.line, self.body);
        let problem = self.json();
        let title = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        assert_eq!(problem["code"], code, "{}: {}", self.line, self.body);
        assert_eq!(problem["status"], status, "{}: {}", self.line, self.body);
        assert_eq!(problem["title"].as_str(), title, "{}: {}", self.line, self.body);
        assert!(problem["requestId"].is_string(), "{}: no request id: {}", self.line, self.body);
        self
    }

    /// Expects the body to have been refused for the field at this JSON Pointer, maybe among others.
    ///
    /// # Panics
    /// If it was not.
    #[track_caller]
    pub fn assert_invalid(&self, pointer: &str) -> &Self {
        self.assert_problem(400, "invalid-body");
        self.names(pointer)
    }

    /// Expects the body to have been refused for the value at this JSON Pointer, or for something within it.
    ///
    /// # Panics
    /// If it was not.
    #[track_caller]
    pub fn assert_invalid_within(&self, pointer: &str) -> &Self {
        self.assert_problem(400, "invalid-body");
        let within = |found: &String| {
            found.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        assert!(
            self.pointers().iter().any(within),
            "{}: not within `{pointer}`: {}",
            self.line,
            self.body
        );
        self
    }

    /// Expects the caller to have been denied the field at this JSON Pointer of the body.
    ///
    /// # Panics
    /// If it was not.
    #[track_caller]
    pub fn assert_denied(&self, pointer: &str) -> &Self {
        self.assert_problem(403, "permission-denied");
        self.names(pointer)
    }

    #[track_caller]
    fn names(&self, pointer: &str) -> &Self {
        let pointers = self.pointers();
        assert!(
            pointers.iter().any(|found| found == pointer),
            "{}: not `{pointer}`: {}",
            self.line,
            self.body
        );
        self
    }

    /// The JSON Pointers of the fields that a problem names.
    ///
    /// # Panics
    /// If the body is not JSON.
    #[must_use]
    #[track_caller]
    pub fn pointers(&self) -> Vec<String> {
        let problem = self.json();
        let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error["pointer"].as_str()).map(str::to_owned).collect()
    }
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
