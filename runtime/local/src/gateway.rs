//! The HTTP gateway: turns a request into API Gateway's event, calls the application, and answers.

mod event;
mod local;

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use purlin::{App, Shared};
use serde_json::{Value, json};

use crate::bus::{Bus, Terminal};
use crate::letters::Letters;
use crate::server::Server;

/// API Gateway: a payload has at most 10 MB.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// API Gateway: an HTTP API's integration answers within 30 seconds.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// The header by which API Gateway tells a caller the request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// The application behind its gateway, whether a request comes over HTTP or from a test.
#[derive(Clone)]
pub(crate) struct Door {
    app: Arc<App>,
    shared: Shared,
}

impl Door {
    pub(crate) fn new(app: Arc<App>, shared: Shared) -> Self {
        Self { app, shared }
    }

    /// Answers one request as API Gateway with the application behind it would.
    pub(crate) async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let request_id = uuid::Uuid::now_v7().to_string();
        let mut response = self.call(request, &request_id).await;
        if let Ok(value) = HeaderValue::try_from(request_id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }

    async fn call(&self, request: Request<Bytes>, request_id: &str) -> Response<Bytes> {
        if request.body().len() > MAX_BODY {
            return too_large(request_id);
        }
        let answer = match self.app.route(request.method(), request.uri().path()) {
            Err(error) => error.response(request_id),
            Ok(route) => {
                let operation = route.operation;
                let route_key = self.route_key(operation);
                let event = event::request(&request, route, route_key, request_id);
                // Boxed: all that answers a request is large, and whoever awaits the answer would be as large.
                let call = Box::pin(self.app.call(operation, event, &self.shared));
                match tokio::time::timeout(ANSWER_WITHIN, call).await {
                    Ok(answer) => answer,
                    Err(_) => {
                        tracing::error!(
                            operation,
                            request_id,
                            "the operation took longer than {ANSWER_WITHIN:?}"
                        );
                        let detail = "the operation did not answer within 30 seconds";
                        return problem(
                            StatusCode::SERVICE_UNAVAILABLE,
                            "unavailable",
                            detail,
                            request_id,
                        );
                    }
                }
            }
        };
        event::response(answer).unwrap_or_else(|| {
            tracing::error!(request_id, "the operation's answer is not an HTTP answer");
            problem(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "an internal error occurred",
                request_id,
            )
        })
    }

    /// The route as API Gateway names it, for example `GET /things/{thing_id}`.
    fn route_key(&self, operation: &str) -> String {
        match self.app.operation(operation) {
            Some(operation) => format!("{} {}", operation.method(), operation.path()),
            None => "$default".to_owned(),
        }
    }
}

/// The gateway's HTTP server on loopback.
pub(crate) struct Gateway {
    server: Server,
}

struct Front {
    door: Door,
    terminal: Terminal,
}

impl Gateway {
    /// Serves the application on `port`, and what can be seen and done of `bus` and the dead letters; 0 takes a free
    /// one.
    pub(crate) async fn start(
        port: u16,
        door: Door,
        bus: &Bus,
        letters: Letters,
        terminal: Terminal,
    ) -> anyhow::Result<Self> {
        let router = Router::new()
            .fallback(serve)
            .with_state(Arc::new(Front { door, terminal }))
            .merge(local::router(bus, letters));
        Ok(Self { server: Server::start(port, router).await? })
    }

    /// The URL of the API, without a trailing slash.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Stops taking requests and lets those under way finish.
    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }
}

async fn serve(State(front): State<Arc<Front>>, request: HttpRequest) -> Response<Body> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let line = format!("{} {}", parts.method, parts.uri.path());
    let response = match read(body).await {
        Some(body) => front.door.answer(Request::from_parts(parts, body)).await,
        None => too_large(&uuid::Uuid::now_v7().to_string()),
    };
    if front.terminal == Terminal::Lines {
        let time = jiff::Timestamp::now().strftime("%H:%M:%SZ");
        let took = started.elapsed().as_millis();
        // A closed terminal is no reason to fail a request.
        let _ = writeln!(
            std::io::stdout(),
            "{time}  {}  {line}  {took} ms",
            response.status().as_u16()
        );
    }
    response.map(Body::from)
}

/// The whole body, or `None` once it is known to be over the limit: at once if it says how long it is.
async fn read(body: Body) -> Option<Bytes> {
    if body.size_hint().lower() > MAX_BODY as u64 {
        return None;
    }
    to_bytes(body, MAX_BODY).await.ok()
}

fn too_large(request_id: &str) -> Response<Bytes> {
    problem(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body-too-large",
        "the body is larger than 10 MB",
        request_id,
    )
}

/// A problem (RFC 9457) of the gateway's own. API Gateway says `{"message": …}` here; callers of this
/// platform read problems, so that is what they get.
fn problem(status: StatusCode, code: &str, detail: &str, request_id: &str) -> Response<Bytes> {
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "code": code,
        "detail": detail,
        "requestId": request_id,
    });
    let mut response = json_response(status, &body);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

fn json_response(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
