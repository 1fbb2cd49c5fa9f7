//! An EventBridge endpoint: takes `PutEvents` over AWS JSON 1.1 and keeps what it took.

mod log;
mod protocol;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::log::Log;
use self::protocol::{Fault, Verdict};
use crate::server::Server;

/// The account every local event comes from.
const ACCOUNT: &str = "000000000000";

/// The prefix of the operations' names in the `x-amz-target` header.
const TARGET_PREFIX: &str = "AWSEvents.";

/// Far above what EventBridge takes, so that its own limit is what answers.
const MAX_REQUEST: usize = 8 * 1024 * 1024;

/// An event as EventBridge delivers it to a target, with the same JSON names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// The version of this envelope, always `0`.
    pub version: String,
    /// Given by the bus when it took the event; a UUID.
    pub id: String,
    /// What happened, for example `OrderPlaced`.
    #[serde(rename = "detail-type")]
    pub detail_type: String,
    /// Who says so, for example `shop.orders`.
    pub source: String,
    /// The account, `000000000000` here.
    pub account: String,
    /// When, RFC 3339 in UTC, in whole seconds.
    pub time: String,
    /// The region the application is configured for.
    pub region: String,
    /// ARNs the publisher attached.
    pub resources: Vec<String>,
    /// The event itself, a JSON object.
    pub detail: Value,
}

impl Event {
    /// The id of the thing the event is about, if it can be told.
    ///
    /// Of the fields of `detail.data` that hold an id (`orderId`), the one whose name the detail type
    /// starts with (`OrderPlaced`); else the first.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        let data = self.detail.get("data").unwrap_or(&self.detail).as_object()?;
        let mut ids = data
            .iter()
            .filter_map(|(name, value)| Some((name.strip_suffix("Id")?, value.as_str()?)));
        let named = |name: &str| {
            self.detail_type.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        };
        ids.clone()
            .filter(|(name, _)| named(name))
            .max_by_key(|(name, _)| name.len())
            .or_else(|| ids.next())
            .map(|(_, id)| id)
    }
}

/// What a bus says on the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Terminal {
    /// Nothing.
    #[default]
    Quiet,
    /// A line for each event, on standard output.
    Lines,
}

/// A running event bus on loopback. Dropping it stops it; what its file holds stays.
pub struct Bus {
    shared: Arc<Shared>,
    endpoint: String,
    // Stops when it is dropped.
    _server: Server,
}

struct Shared {
    name: String,
    region: String,
    log: Log,
    terminal: Terminal,
}

impl Bus {
    /// Starts the bus `name` on a free port.
    ///
    /// With a `file`, every event taken is a line of JSON in it before the publisher is answered,
    /// and what it already holds is listed again.
    ///
    /// # Errors
    /// When the file cannot be used, or no loopback port can be opened.
    pub async fn start(
        name: &str,
        region: &str,
        file: Option<&Path>,
        terminal: Terminal,
    ) -> anyhow::Result<Self> {
        let log = match file {
            Some(path) => Log::open(path)?,
            None => Log::in_memory(),
        };
        let shared =
            Arc::new(Shared { name: name.to_owned(), region: region.to_owned(), log, terminal });
        let router = Router::new()
            .fallback(serve)
            .layer(DefaultBodyLimit::max(MAX_REQUEST))
            .with_state(Arc::clone(&shared));
        let server = Server::start(0, router).await?;
        Ok(Self { shared, endpoint: server.url(), _server: server })
    }

    /// The URL at which the bus speaks EventBridge's protocol, without a trailing slash.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// At most `limit` of the events taken, newest first. The newest 10,000 are kept in memory.
    #[must_use]
    pub fn newest(&self, limit: usize) -> Vec<Event> {
        self.shared.log.newest(limit)
    }

    /// A view of the events that outlives a borrow of the bus.
    pub(crate) fn reader(&self) -> Reader {
        Reader(Arc::clone(&self.shared))
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        // Connections may outlive the server by a moment; the file is free for another bus at once.
        self.shared.log.close();
    }
}

/// Reads a bus's events.
#[derive(Clone)]
pub(crate) struct Reader(Arc<Shared>);

impl Reader {
    /// At most `limit` events, newest first.
    pub(crate) fn newest(&self, limit: usize) -> Vec<Event> {
        self.0.log.newest(limit)
    }
}

async fn serve(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let target =
        headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    match target.strip_prefix(TARGET_PREFIX) {
        Some("PutEvents") => match protocol::read(&body, &shared.name, &shared.region) {
            Ok(verdicts) => {
                let results: Vec<_> =
                    verdicts.into_iter().map(|verdict| shared.settle(verdict)).collect();
                json_answer(StatusCode::OK, &protocol::answer(&results))
            }
            Err(fault) => refusal(&fault),
        },
        _ => refusal(&Fault {
            code: "UnknownOperationException",
            message: format!("the local event bus does not know the operation `{target}`"),
        }),
    }
}

impl Shared {
    /// Does what a verdict asks for: the id of the event, or the entry's error.
    fn settle(&self, verdict: Verdict) -> Result<String, (&'static str, String)> {
        match verdict {
            Verdict::Refused { code, message } => Err((code, message)),
            Verdict::UnknownBus(event, name) => {
                tracing::warn!(
                    "dropped {} for the event bus `{name}`, which does not exist (here: `{}`), as EventBridge does",
                    event.detail_type,
                    self.name,
                );
                Ok(event.id)
            }
            Verdict::Accepted(event) => {
                let id = event.id.clone();
                let line = (self.terminal == Terminal::Lines).then(|| describe(&event));
                self.log.push(event).map_err(|error| {
                    tracing::error!(%error, "cannot write the event log");
                    ("InternalFailure", "the event could not be stored".to_owned())
                })?;
                if let Some(line) = line {
                    // A closed terminal is no reason to refuse an event.
                    let _ = writeln!(std::io::stdout(), "{line}");
                }
                Ok(id)
            }
        }
    }
}

/// One line for the terminal: time, source, detail type and what it is about.
fn describe(event: &Event) -> String {
    let time = event.time.split_once('T').map_or(event.time.as_str(), |(_, time)| time);
    let subject = event.subject().unwrap_or_default();
    format!("{time}  event  {}  {}  {subject}", event.source, event.detail_type)
        .trim_end()
        .to_owned()
}

fn refusal(fault: &Fault) -> Response {
    json_answer(StatusCode::BAD_REQUEST, &json!({ "__type": fault.code, "message": fault.message }))
}

fn json_answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.1")], body.to_string())
        .into_response()
}
