//! An EventBridge endpoint: takes `PutEvents` over AWS JSON 1.1, keeps what it took and delivers it.

mod archive;
mod dead_letter;
mod delivery;
mod event;
mod journal;
mod ledger;
mod lines;
mod log;
mod protocol;
mod retry;
mod schedule;
mod setup;
mod state;
mod terminal;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::bail;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use purlin_schema::pattern::Matcher;
use serde_json::{Value, json};
use tokio::sync::watch;

pub use self::archive::{Archive, Replay};
pub use self::dead_letter::{DeadLetters, Redrive};
use self::delivery::{Courier, Delivery};
pub use self::event::Event;
use self::ledger::Ledger;
use self::protocol::{Fault, Verdict};
use self::schedule::Plan;
pub use self::schedule::Schedule;
pub use self::setup::{BoxFuture, Retry, Rule, Setup, Target};
pub use self::terminal::Terminal;
use crate::clock::Clock;
use crate::server::Server;

/// The account every local event comes from.
const ACCOUNT: &str = "000000000000";

/// The prefix of the operations' names in the `x-amz-target` header.
const TARGET_PREFIX: &str = "AWSEvents.";

/// Far above what EventBridge takes, so that its own limit is what answers.
const MAX_REQUEST: usize = 8 * 1024 * 1024;

/// A running event bus on loopback. Dropping it stops it; what its files hold stays.
///
/// Each event goes to the rules that it matches, whose deliveries run in the background: at least once each, tried
/// again where they fail, and dead letters in the end.
pub struct Bus {
    shared: Arc<Shared>,
    endpoint: String,
    /// Those that have not begun.
    plans: Mutex<Vec<Plan>>,
    // What runs in the background ends when this is dropped.
    stop: watch::Sender<()>,
    // Stops when it is dropped.
    _server: Server,
}

struct Shared {
    name: String,
    region: String,
    terminal: Terminal,
    clock: Clock,
    rules: Vec<String>,
    matcher: Matcher<String>,
    ledger: Arc<Ledger>,
    courier: Arc<Courier>,
}

impl Bus {
    /// Starts the bus `name` on a free port, without rules.
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
        let mut setup = Setup::new(name, region);
        setup.file = file.map(Path::to_owned);
        setup.terminal = terminal;
        Self::open(setup).await
    }

    /// Starts a bus on a free port. It takes events at once, and delivers them once it is told to
    /// [whom](Self::deliver_to).
    ///
    /// With a file, an event's line says to which rules it goes; which of them have settled it is written beside it.
    /// What was not settled when a bus ended, however it did, is delivered by the next one.
    ///
    /// # Errors
    /// When two subscribers have one name, a schedule is none, a file cannot be used, or no loopback port can be
    /// opened.
    pub async fn open(setup: Setup) -> anyhow::Result<Self> {
        let Setup { name, region, file, terminal, rules, schedules, clock } = setup;
        let plans: Vec<Plan> = schedules.iter().map(Plan::read).collect::<anyhow::Result<_>>()?;
        let retries = rules.iter().map(|rule| (&rule.name, rule.retry));
        let retries = retries.chain(schedules.iter().map(|plan| (&plan.name, plan.retry)));
        let mut subscribers = Vec::new();
        let mut names = HashSet::new();
        for (name, retry) in retries {
            if !names.insert(name) {
                bail!("two subscribers are called `{name}`");
            }
            subscribers.push((name.clone(), retry));
        }
        let ledger = Arc::new(match &file {
            Some(path) => Ledger::open(path)?,
            None => Ledger::in_memory(),
        });
        let courier = Courier::new(Arc::clone(&ledger), clock.clone(), terminal, subscribers);
        let shared = Arc::new(Shared {
            name,
            region,
            terminal,
            clock,
            rules: rules.iter().map(|rule| rule.name.clone()).collect(),
            matcher: rules.into_iter().map(|rule| (rule.name, rule.pattern)).collect(),
            ledger,
            courier: Arc::new(courier),
        });
        let router = Router::new()
            .fallback(serve)
            .layer(DefaultBodyLimit::max(MAX_REQUEST))
            .with_state(Arc::clone(&shared));
        let server = Server::start(0, router).await?;
        let (endpoint, stop) = (server.url(), watch::Sender::new(()));
        Ok(Self { shared, endpoint, plans: Mutex::new(plans), stop, _server: server })
    }

    /// Begins to deliver events to `target`, and to follow the schedules.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn deliver_to(&self, target: &Arc<dyn Target>) {
        let stop = self.stop.subscribe();
        self.shared.courier.run(target, &stop);
        let plans = std::mem::take(&mut *self.plans.lock().unwrap_or_else(PoisonError::into_inner));
        for plan in plans {
            let following = plan.run(Arc::clone(&self.shared));
            tokio::spawn(delivery::until_stopped(stop.clone(), following));
        }
    }

    /// The URL at which the bus speaks EventBridge's protocol, without a trailing slash.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// At most `limit` of the events taken, newest first. The newest 10,000 are kept in memory.
    #[must_use]
    pub fn newest(&self, limit: usize) -> Vec<Event> {
        self.shared.ledger.log().newest(limit)
    }

    /// The events whose delivery was given up.
    #[must_use]
    pub fn dead_letters(&self) -> DeadLetters {
        DeadLetters(Arc::clone(&self.shared))
    }

    /// The events that can be delivered once more.
    #[must_use]
    pub fn archive(&self) -> Archive {
        Archive(Arc::clone(&self.shared))
    }

    /// Waits until every event has been delivered to all the rules that it matches, or is a dead letter.
    pub async fn settled(&self) {
        self.shared.ledger.settled().await;
    }

    /// A view of the events that outlives a borrow of the bus.
    pub(crate) fn reader(&self) -> Reader {
        Reader(Arc::clone(&self.shared))
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        // Connections may outlive the server by a moment; the files are free for another bus at once.
        self.shared.ledger.close();
    }
}

/// The files of a bus whose event log is `log`.
pub(crate) fn files(log: &Path) -> [PathBuf; 3] {
    let deliveries = journal::beside(log);
    [log.to_owned(), journal::unfinished(&deliveries), deliveries]
}

/// Reads a bus's events.
#[derive(Clone)]
pub(crate) struct Reader(Arc<Shared>);

impl Reader {
    /// At most `limit` events, newest first.
    pub(crate) fn newest(&self, limit: usize) -> Vec<Event> {
        self.0.ledger.log().newest(limit)
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
    /// The rules that an event matches.
    fn targets(&self, event: &Value) -> Vec<String> {
        self.matcher.matches(event).into_iter().cloned().collect()
    }

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
            Verdict::Accepted(event) => self.accept(event).map_err(|error| {
                tracing::error!(error = format!("{error:#}"), "cannot write the event log");
                ("InternalFailure", "the event could not be stored".to_owned())
            }),
        }
    }

    /// Keeps an event, and has it delivered to the rules that it matches.
    fn accept(&self, event: Event) -> anyhow::Result<String> {
        let id = event.id.clone();
        let shown = (self.terminal == Terminal::Lines).then(|| event.clone());
        let json = Arc::new(serde_json::to_value(&event)?);
        let targets = self.targets(&json);
        self.ledger.accept(event, &json, targets.clone())?;
        if let Some(event) = shown {
            self.terminal.event(&event);
        }
        for rule in targets {
            self.courier.send(Delivery::new(id.clone(), rule, Arc::clone(&json)));
        }
        Ok(id)
    }
}

fn refusal(fault: &Fault) -> Response {
    json_answer(StatusCode::BAD_REQUEST, &json!({ "__type": fault.code, "message": fault.message }))
}

fn json_answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.1")], body.to_string())
        .into_response()
}
