//! The platform's own paths, `/_local/…`: what can be seen of events and dead letters, and done about them.

#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::routing::{any, get, post};
use http::{Response, StatusCode};
use purlin::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{json_response, problem};
use crate::bus::{Archive, Bus, Reader};
use crate::letters::{Letters, Replayed};

/// How many events or dead letters are listed where it is not said, and at most.
const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

struct Local {
    events: Reader,
    letters: Letters,
    archive: Archive,
}

impl Local {
    fn of(bus: &Bus, letters: Letters) -> Self {
        Self { events: bus.reader(), letters, archive: bus.archive() }
    }
}

type Answer = Response<Body>;
type Shared = State<Arc<Local>>;

/// Which archived events are to be delivered once more, and to whom.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    from: Timestamp,
    to: Timestamp,
    #[serde(default)]
    rule: Option<String>,
}

/// The routes of the platform's own paths.
pub(super) fn router(bus: &Bus, letters: Letters) -> Router {
    Router::new()
        .route("/_local/events", get(list_events))
        .route("/_local/health", get(health))
        .route("/_local/dead-letters", get(list_letters))
        .route("/_local/dead-letters/{id}", get(letter).delete(remove))
        .route("/_local/dead-letters/{id}/replay", post(replay_letter))
        .route("/_local/dead-letters/replay", post(replay_letters))
        .route("/_local/archive/replay", post(replay))
        .route("/_local/{*rest}", any(unknown))
        .with_state(Arc::new(Local::of(bus, letters)))
}

async fn list_events(State(local): Shared, RawQuery(query): RawQuery) -> Answer {
    match limit(query.as_deref().unwrap_or_default()) {
        Ok(limit) => answer(StatusCode::OK, &json!({ "items": local.events.newest(limit) })),
        Err(detail) => refusal(StatusCode::BAD_REQUEST, "invalid-parameter", detail),
    }
}

async fn list_letters(State(local): Shared, RawQuery(query): RawQuery) -> Answer {
    let limit = match limit(query.as_deref().unwrap_or_default()) {
        Ok(limit) => limit,
        Err(detail) => return refusal(StatusCode::BAD_REQUEST, "invalid-parameter", detail),
    };
    match local.letters.newest(limit).await {
        Ok(letters) => answer(StatusCode::OK, &json!({ "items": letters })),
        Err(error) => failed(&error),
    }
}

async fn letter(State(local): Shared, Path(id): Path<String>) -> Answer {
    match local.letters.get(&id).await {
        Ok(Some(letter)) => answer(StatusCode::OK, &json!(letter)),
        Ok(None) => unknown_letter(&id),
        Err(error) => failed(&error),
    }
}

async fn remove(State(local): Shared, Path(id): Path<String>) -> Answer {
    match local.letters.remove(&id).await {
        Ok(true) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        Ok(false) => unknown_letter(&id),
        Err(error) => failed(&error),
    }
}

async fn replay_letter(State(local): Shared, Path(id): Path<String>) -> Answer {
    match local.letters.replay(&id).await {
        Ok(Replayed::Done) => answer(StatusCode::ACCEPTED, &json!({ "replayed": 1 })),
        Ok(Replayed::Unknown) => unknown_letter(&id),
        Ok(Replayed::Kept(reason)) => refusal(StatusCode::CONFLICT, "not-replayable", reason),
        Err(error) => failed(&error),
    }
}

async fn replay_letters(State(local): Shared) -> Answer {
    match local.letters.replay_all().await {
        Ok(replays) => answer(StatusCode::ACCEPTED, &json!(replays)),
        Err(error) => failed(&error),
    }
}

async fn replay(State(local): Shared, body: Bytes) -> Answer {
    let Wanted { from, to, rule } = match serde_json::from_slice(&body) {
        Ok(wanted) => wanted,
        Err(error) => {
            return refusal(
                StatusCode::BAD_REQUEST,
                "invalid-body",
                format_args!(
                    "write `{{\"from\": \"2030-01-01T00:00:00Z\", \"to\": \"2030-01-02T00:00:00Z\"}}`, \
                     and `\"rule\"` for one subscriber alone: {error}"
                ),
            );
        }
    };
    if from > to {
        let detail = "`from` is later than `to`";
        return refusal(StatusCode::BAD_REQUEST, "invalid-body", detail);
    }
    if let Some(rule) = rule.as_deref().filter(|rule| !local.archive.has_rule(rule)) {
        let detail = format_args!("there is no rule `{rule}`");
        return refusal(StatusCode::BAD_REQUEST, "unknown-rule", detail);
    }
    // The whole event log is read, which takes as long as it takes.
    let archive = local.archive.clone();
    let replaying = move || archive.replay(from, to, rule.as_deref());
    match tokio::task::spawn_blocking(replaying).await {
        Ok(Ok(replay)) => answer(StatusCode::ACCEPTED, &json!(replay)),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error.into()),
    }
}

async fn health() -> Answer {
    answer(StatusCode::OK, &json!({ "status": "ok" }))
}

async fn unknown() -> Answer {
    let detail = "there is nothing at this path: try `/_local/events`, `/_local/dead-letters` or `/_local/health`";
    refusal(StatusCode::NOT_FOUND, "not-found", detail)
}

/// The `limit` of a query: 1 to 1000, 100 where it is absent. Anything else is refused, and so is another parameter.
fn limit(query: &str) -> Result<usize, String> {
    let mut limit = DEFAULT_LIMIT;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if name != "limit" {
            return Err(format!("the query parameter `{name}` is not known: there is `limit`"));
        }
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        limit = value
            .parse()
            .ok()
            .filter(|limit| digits && (1..=MAX_LIMIT).contains(limit))
            .ok_or_else(|| {
                format!("the query parameter `limit` is not a whole number from 1 to {MAX_LIMIT}")
            })?;
    }
    Ok(limit)
}

fn answer(status: StatusCode, body: &Value) -> Answer {
    json_response(status, body).map(Body::from)
}

fn refusal(status: StatusCode, code: &str, detail: impl Display) -> Answer {
    let request_id = uuid::Uuid::now_v7().to_string();
    problem(status, code, &detail.to_string(), &request_id).map(Body::from)
}

fn unknown_letter(id: &str) -> Answer {
    refusal(StatusCode::NOT_FOUND, "not-found", format_args!("there is no dead letter `{id}`"))
}

fn failed(error: &anyhow::Error) -> Answer {
    tracing::error!(error = format!("{error:#}"), "what was asked cannot be done");
    let detail = "the platform could not read or write its data: its log says why";
    refusal(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
}
