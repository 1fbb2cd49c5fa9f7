//! Publishes events on the platform's bus, and looks at what became of each.

mod cause;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use serde::Serialize;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::event::envelope::Detail;
use crate::event::{Event, Fallback, Kind, MAX_DETAIL_BYTES, Metadata, emission};
use crate::repository::outbox;

use cause::not_published;
pub(crate) use cause::{Cause, Failed};

/// Entries of one request. EventBridge: `PutEvents` takes 10 at most.
pub(crate) const MAX_ENTRIES: usize = 10;

/// The size that a `PutEvents` request stays under, in bytes: for each entry its source, detail type and detail.
/// EventBridge: less than 1 MB for all entries together, says the API reference of `PutEvents`; until January 2026
/// it was 256 KB, and older emulators may still refuse more.
pub const MAX_REQUEST_BYTES: usize = MAX_DETAIL_BYTES;

/// How often an entry is sent at most, the first time included.
const MAX_ATTEMPTS: u32 = 4;

/// The wait before the second attempt is at most this long, and at most twice as long before each further one.
const BACKOFF: Duration = Duration::from_millis(50);

/// Events that were dropped since the process started.
static DROPPED: AtomicU64 = AtomicU64::new(0);

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

    /// An event for this bus, with what is known of it.
    pub(crate) fn new<T: Serialize + ?Sized>(
        bus: &str,
        metadata: &Metadata<'_>,
        data: &T,
    ) -> Result<Self> {
        let detail = serde_json::to_string(&Detail { metadata, data }).map_err(Error::internal)?;
        let Metadata { event_id, source, detail_type, .. } = metadata;
        Self::of(bus, event_id, source, detail_type, detail)
    }

    /// An event whose detail has been written before.
    pub(crate) fn of(
        bus: &str,
        event_id: &str,
        source: &str,
        detail_type: &str,
        detail: String,
    ) -> Result<Self> {
        let bytes = source.len() + detail_type.len() + detail.len();
        if bytes >= MAX_REQUEST_BYTES {
            return Err(emission::too_large(Kind { source, detail_type, version: 0 }, bytes));
        }
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(bus)
            .source(source)
            .detail_type(detail_type)
            .detail(detail)
            .build();
        Ok(Self { entry, event_id: event_id.to_owned(), bytes })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn source(&self) -> &str {
        self.entry.source().unwrap_or_default()
    }

    pub(crate) fn detail_type(&self) -> &str {
        self.entry.detail_type().unwrap_or_default()
    }

    pub(crate) fn detail(&self) -> &str {
        self.entry.detail().unwrap_or_default()
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

    /// Publishes one event. What becomes of it where the bus does not take it, [`Event::FALLBACK`] says.
    ///
    /// # Errors
    ///
    /// See [`prepare`](Self::prepare), and [`send`](Self::send) where the fallback is to report that; those of a write
    /// to the table where it is the outbox, and that fails, too.
    pub async fn publish<E: Event>(&self, event: &E) -> Result<()> {
        self.publish_all(std::slice::from_ref(event)).await
    }

    /// Publishes events of one type, in as few requests as EventBridge's limits allow.
    ///
    /// # Errors
    ///
    /// As [`publish`](Self::publish). Where one cannot be prepared, none is published.
    pub async fn publish_all<E: Event>(&self, events: &[E]) -> Result<()> {
        let prepared = events.iter().map(|event| self.prepare(event)).collect::<Result<_>>()?;
        let left = self.attempt(prepared).await;
        if left.is_empty() {
            return Ok(());
        }
        match E::FALLBACK {
            Fallback::Report => Err(not_published(left)),
            Fallback::Drop => {
                let count = left.len() as u64;
                DROPPED.fetch_add(count, Ordering::Relaxed);
                let error = crate::log::chain(&not_published(left));
                tracing::warn!(events = count, error, "events were dropped");
                Ok(())
            }
            Fallback::Outbox => {
                let error = crate::log::chain(&not_published(left.clone()));
                tracing::warn!(events = left.len(), error, "events go through the outbox");
                for Failed { event, .. } in left {
                    outbox::put(self.ctx, &event).await?;
                }
                Ok(())
            }
        }
    }

    /// How many events this process has dropped, of those that may be.
    #[must_use]
    pub fn dropped() -> u64 {
        DROPPED.load(Ordering::Relaxed)
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
        let metadata = self.ctx.metadata(*kind, None);
        PreparedEvent::new(self.ctx.config().event_bus(), &metadata, data)
    }

    /// Publishes events, in as few requests as EventBridge's limits allow. Those that it refuses for a reason that
    /// passes are sent again, a bounded number of times and with jitter; those that it took are not.
    ///
    /// # Errors
    ///
    /// Names each event that was not published, and why: throttled if that alone is why, internal otherwise. The
    /// others were published.
    pub async fn send(&self, events: Vec<PreparedEvent>) -> Result<()> {
        let left = self.attempt(events).await;
        if left.is_empty() { Ok(()) } else { Err(not_published(left)) }
    }

    /// Publishes events, and answers what was not published.
    pub(crate) async fn attempt(&self, events: Vec<PreparedEvent>) -> Vec<Failed> {
        let mut left: Vec<Failed> = Vec::new();
        for request in requests(events) {
            left.extend(self.send_request(request).await);
        }
        left
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

    /// Sends events in one request, each once, and answers what was not published. More than one request holds are for
    /// the caller to avoid.
    ///
    /// # Errors
    ///
    /// Why the request failed as a whole.
    pub(crate) async fn once(&self, events: &[PreparedEvent]) -> Result<Vec<Failed>, Cause> {
        let entries = events.iter().map(|event| event.entry.clone()).collect();
        match self.ctx.eventbridge().put_events().set_entries(Some(entries)).send().await {
            Ok(answer) => Ok(refused(events.to_vec(), answer.entries.unwrap_or_default())),
            Err(error) => Err(Cause::of(&error)),
        }
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
            let mut again = Vec::new();
            for Failed { event, cause } in refused(events, results) {
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

/// The events that were not published. Results come in the order of the entries; an entry without one may not have been
/// taken.
fn refused(events: Vec<PreparedEvent>, results: Vec<PutEventsResultEntry>) -> Vec<Failed> {
    let mut results = results.into_iter();
    let mut failed = Vec::new();
    for event in events {
        match results.next() {
            Some(result) if result.error_code.is_none() => {}
            result => failed.push(Failed { event, cause: Cause::of_entry(result) }),
        }
    }
    failed
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

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
