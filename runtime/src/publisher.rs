//! Publishes events on the platform's bus, and looks at what became of each.

use std::time::Duration;

use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use serde::Serialize;
use uuid::Uuid;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Detail, Event, Kind};

/// Entries of one request. EventBridge: `PutEvents` takes 10 at most.
const MAX_ENTRIES: usize = 10;

/// The size that a `PutEvents` request stays under, in bytes: for each entry its source, detail type and detail.
/// EventBridge: less than 1 MB for all entries together, says the API reference of `PutEvents`; until January 2026
/// it was 256 KB, and older emulators may still refuse more.
pub const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// How often an entry is sent at most, the first time included.
const MAX_ATTEMPTS: u32 = 4;

/// The wait before the second attempt is at most this long, and at most twice as long before each further one.
const BACKOFF: Duration = Duration::from_millis(50);

/// An event in its envelope, known to be small enough to publish.
///
/// Made before a write, it leaves only the bus itself to fail after it.
#[derive(Clone, Debug)]
pub struct PreparedEvent {
    entry: PutEventsRequestEntry,
    event_id: String,
    bytes: usize,
}

impl PreparedEvent {
    /// The event's id, a UUIDv7: the same however often the event is sent.
    #[must_use]
    pub fn event_id(&self) -> &str {
        &self.event_id
    }
}

/// Publishes events with the id and the caller of one request in their metadata.
#[derive(Clone, Copy, Debug)]
pub struct EventPublisher<'a> {
    ctx: &'a Context,
}

impl<'a> EventPublisher<'a> {
    pub(crate) fn new(ctx: &'a Context) -> Self {
        Self { ctx }
    }

    /// Publishes one event.
    ///
    /// # Errors
    ///
    /// See [`prepare`](Self::prepare) and [`send`](Self::send).
    pub async fn publish<E: Event>(&self, event: &E) -> Result<()> {
        let prepared = self.prepare(event)?;
        self.send(vec![prepared]).await
    }

    /// Puts an event into its envelope.
    ///
    /// # Errors
    ///
    /// Invalid (`event-too-large`) if the entry is not smaller than [`MAX_REQUEST_BYTES`]; internal if the event
    /// cannot be written as JSON.
    pub fn prepare<E: Event>(&self, event: &E) -> Result<PreparedEvent> {
        self.prepare_as(&Kind::of::<E>(), event)
    }

    /// As [`prepare`](Self::prepare), for what is no [`Event`] since its source is known only at run time.
    pub(crate) fn prepare_as<T: Serialize>(
        &self,
        kind: &Kind<'_>,
        data: &T,
    ) -> Result<PreparedEvent> {
        let Kind { source, detail_type, version } = *kind;
        let event_id = Uuid::now_v7().to_string();
        let detail = serde_json::to_string(&Detail::new(self.ctx, &event_id, version, data))
            .map_err(Error::internal)?;
        let bytes = source.len() + detail_type.len() + detail.len();
        if bytes >= MAX_REQUEST_BYTES {
            let detail = format!("the event `{detail_type}` is {bytes} bytes, not less than 1 MB");
            return Err(Error::invalid("event-too-large", detail));
        }
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(self.ctx.config().event_bus())
            .source(source)
            .detail_type(detail_type)
            .detail(detail)
            .build();
        Ok(PreparedEvent { entry, event_id, bytes })
    }

    /// Publishes events, in as few requests as EventBridge's limits allow. Those that it refuses for a reason that
    /// passes are sent again, a bounded number of times and with jitter; those that it took are not.
    ///
    /// # Errors
    ///
    /// Names each event that was not published, and why: throttled if that alone is why, internal otherwise. The
    /// others were published.
    pub async fn send(&self, events: Vec<PreparedEvent>) -> Result<()> {
        let mut left: Vec<Failed> = Vec::new();
        for request in requests(events) {
            left.extend(self.send_request(request).await);
        }
        if left.is_empty() { Ok(()) } else { Err(not_published(left)) }
    }

    /// Publishes one event that may be lost: in one request, given up when `within` has passed.
    ///
    /// # Errors
    ///
    /// As those of [`send`](Self::send). An event that was given up may have been published all the same.
    pub(crate) async fn send_within(&self, event: PreparedEvent, within: Duration) -> Result<()> {
        let request = self.ctx.eventbridge().put_events().entries(event.entry.clone());
        let cause = match tokio::time::timeout(within, request.send()).await {
            Ok(Ok(answer)) if answer.failed_entry_count() == 0 && answer.entries().len() == 1 => {
                return Ok(());
            }
            Ok(Ok(answer)) => Cause::of_entry(answer.entries.into_iter().flatten().next()),
            Ok(Err(error)) => Cause::of(&error),
            Err(_) => Cause {
                code: "Timeout".to_owned(),
                message: format!("the bus did not answer within {within:?}"),
            },
        };
        Err(not_published(vec![Failed { event, cause }]))
    }

    /// Sends what fits into one request, and answers what was not published.
    async fn send_request(&self, mut events: Vec<PreparedEvent>) -> Vec<Failed> {
        let mut failed = Vec::new();
        for attempt in 1.. {
            let entries = events.iter().map(|event| event.entry.clone()).collect();
            let answer =
                self.ctx.eventbridge().put_events().set_entries(Some(entries)).send().await;
            let results = match answer {
                Ok(answer)
                    if answer.failed_entry_count() == 0
                        && answer.entries().len() == events.len() =>
                {
                    break;
                }
                Ok(answer) => answer.entries.unwrap_or_default(),
                // The SDK has retried what could be retried.
                Err(error) => {
                    let cause = Cause::of(&error);
                    failed.extend(
                        events.into_iter().map(|event| Failed { event, cause: cause.clone() }),
                    );
                    break;
                }
            };
            let mut results = results.into_iter();
            let mut again = Vec::new();
            for event in events {
                // Results come in the order of the entries. An entry without one may not have been taken.
                let cause = match results.next() {
                    Some(result) if result.error_code.is_none() => continue,
                    result => Cause::of_entry(result),
                };
                if cause.passes() && attempt < MAX_ATTEMPTS {
                    again.push(event);
                } else {
                    failed.push(Failed { event, cause });
                }
            }
            if again.is_empty() {
                break;
            }
            tracing::warn!(
                events = again.len(),
                attempt,
                "events refused for now, sending them again"
            );
            tokio::time::sleep(backoff(attempt)).await;
            events = again;
        }
        failed
    }
}

/// Splits events into requests that keep within EventBridge's limits, in their order.
fn requests(events: Vec<PreparedEvent>) -> Vec<Vec<PreparedEvent>> {
    let mut requests: Vec<Vec<PreparedEvent>> = Vec::new();
    let mut bytes = 0;
    for event in events {
        bytes += event.bytes;
        match requests.last_mut() {
            Some(last) if last.len() < MAX_ENTRIES && bytes < MAX_REQUEST_BYTES => last.push(event),
            _ => {
                bytes = event.bytes;
                requests.push(vec![event]);
            }
        }
    }
    requests
}

/// Full jitter: anything up to the bound, so that clients refused together do not come back together.
fn backoff(attempt: u32) -> Duration {
    (BACKOFF * 2_u32.pow(attempt - 1)).mul_f64(fastrand::f64())
}

struct Failed {
    event: PreparedEvent,
    cause: Cause,
}

/// Why an entry was not published: EventBridge's error code and message.
#[derive(Clone)]
struct Cause {
    code: String,
    message: String,
}

impl Cause {
    fn of_entry(result: Option<PutEventsResultEntry>) -> Self {
        let Some(result) = result else {
            return Self {
                code: "MissingResult".to_owned(),
                message: "no result came back for it".to_owned(),
            };
        };
        Self {
            code: result.error_code.unwrap_or_default(),
            message: result.error_message.unwrap_or_default(),
        }
    }

    fn of<E: ProvideErrorMetadata + std::error::Error + 'static>(error: &SdkError<E>) -> Self {
        Self {
            code: error.code().unwrap_or("RequestFailed").to_owned(),
            message: crate::log::chain(error),
        }
    }

    /// Whether the same entry may be taken a moment later. The other codes name a fault of the entry or of our
    /// rights, which sending it again does not mend.
    fn passes(&self) -> bool {
        self.is_throttling()
            || matches!(
                self.code.as_str(),
                "InternalException" | "InternalFailure" | "ServiceUnavailable"
            )
    }

    fn is_throttling(&self) -> bool {
        matches!(self.code.as_str(), "ThrottlingException" | "Throttling" | "ThrottledException")
    }
}

fn not_published(failed: Vec<Failed>) -> Error {
    let throttled = failed.iter().all(|failed| failed.cause.is_throttling());
    let causes: Vec<String> = failed
        .iter()
        .map(|Failed { event, cause }| {
            let kind = event.entry.detail_type().unwrap_or_default();
            format!("`{kind}` {} ({}: {})", event.event_id, cause.code, cause.message)
        })
        .collect();
    let cause = format!("{} events were not published: {}", failed.len(), causes.join(", "));
    if throttled {
        Error::new(ErrorKind::Throttled, "throttled", "too many requests, try again later")
            .with_source(cause)
    } else {
        Error::internal(cause)
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
