//! The relay: publishes the events that writes have left in the table's stream.
//!
//! Each record is looked at for events that ride on its item, and for an outbox. They are published in the order of
//! the stream for each item, several items' at a time. What the bus does not take for a reason that passes is tried
//! again, here and then by whoever calls the relay; what it never will is put aside as a dead letter, so that what
//! comes behind it goes on.

mod queue;
mod records;

use std::sync::Mutex;
use std::time::Duration;

use lru::LruCache;

use crate::app::App;
use crate::dead_letter::{self, DeadLetter};
use crate::event::Emitted;
use crate::failure_event::Teller;
use crate::log::chain;
use crate::publisher::{Cause, Failed, PreparedEvent};
use crate::stream::Record;
use crate::{Context, Result, Shared};

use queue::{Place, Queue};
use records::{Stored, Untold};

/// The name of the relay's function, and of its dead letters.
pub(crate) const NAME: &str = "relay";

/// How often a record is tried at most in one call.
const MAX_ATTEMPTS: u32 = 3;

/// The wait before the second attempt is at most this long, and at most twice as long before each further one.
const BACKOFF: Duration = Duration::from_millis(100);

/// Ids of published events that a process remembers. Whoever calls the relay again after a failure calls it with
/// records whose events have been published.
const REMEMBERED: usize = 10_000;

/// What became of a batch of records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Relayed {
    /// The sequence numbers of the records whose events are not all published yet, in the stream's order: these are to
    /// be relayed again.
    pub failed: Vec<String>,
    /// How many events were published.
    pub published: usize,
    /// How many dead letters were written.
    pub dead: usize,
}

/// The ids of events that this process has published or put aside, and the sequence numbers of records that it has.
pub(crate) struct Published(Mutex<LruCache<String, ()>>);

impl Default for Published {
    fn default() -> Self {
        let size = std::num::NonZeroUsize::new(REMEMBERED).unwrap_or(std::num::NonZeroUsize::MIN);
        Self(Mutex::new(LruCache::new(size)))
    }
}

impl Published {
    fn holds(&self, id: &str) -> bool {
        self.lock().contains(id)
    }

    fn add(&self, id: &str) {
        self.lock().put(id.to_owned(), ());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<String, ()>> {
        // A panic elsewhere leaves the cache whole: each change to it is one call.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl App {
    /// Publishes the events of these records of the table's stream, which come in its order.
    ///
    /// The stream must hold new and old images. Where a record's events cannot be published now, those of the same
    /// item behind it are not either, so that they keep their order.
    pub async fn relay(&self, records: &[Record], shared: &Shared) -> Relayed {
        let ctx = Context::without_caller(shared, crate::app::request_id(None));
        let mut relayed = Relayed::default();
        let mut queue = Queue::default();
        let mut failed: Vec<Place> = Vec::new();
        let teller = self.teller();
        for (index, record) in records.iter().enumerate() {
            let place = Place(index);
            for event in records::events(record, self.emitted(), shared.config().event_bus()) {
                match event {
                    Ok(Stored { event, .. }) if shared.published().holds(event.event_id()) => {}
                    Ok(Stored { event, key }) => queue.push(key, place, event),
                    Err(Untold { noted, error }) => {
                        let id = noted.as_ref().map_or(record.sequence_number(), |(id, _)| id);
                        if shared.published().holds(id) {
                            continue;
                        }
                        let id = id.to_owned();
                        let letter = DeadLetter::of_record(record, noted, &chain(&error));
                        if !put_aside(&ctx, teller, &id, &letter, &mut relayed).await {
                            failed.push(place);
                        }
                    }
                }
            }
        }
        publish(&ctx, teller, &mut queue, &mut relayed).await;
        failed.extend(queue.places());
        failed.sort_unstable();
        failed.dedup();
        relayed.failed = failed
            .into_iter()
            .filter_map(|Place(index)| Some(records.get(index)?.sequence_number().to_owned()))
            .collect();
        if !relayed.failed.is_empty() {
            tracing::warn!(records = relayed.failed.len(), "records are to be relayed again");
        }
        relayed
    }
}

/// Publishes what is in the queue, as far as that is possible now.
async fn publish(ctx: &Context, teller: Option<Teller>, queue: &mut Queue, relayed: &mut Relayed) {
    let mut attempt = 1;
    loop {
        let events: Vec<PreparedEvent> = queue.heads();
        if events.is_empty() {
            return;
        }
        let Sent { failed, is_down, is_alone } = send(ctx, &events).await;
        let mut again = false;
        for id in events.iter().map(PreparedEvent::event_id) {
            let Some(Failed { event, cause }) =
                failed.iter().find(|failed| failed.event.event_id() == id)
            else {
                ctx.shared().published().add(id);
                relayed.published += 1;
                queue.settle(id);
                continue;
            };
            // A bus that takes others refuses this one for its own sake, and not for its name or the like.
            let is_spoilt = is_alone && cause.is_of_request() && relayed.published > 0;
            if !cause.is_final() && !is_spoilt {
                again = true;
                continue;
            }
            let letter = DeadLetter::of_event(event, &cause.to_string());
            match put_aside(ctx, teller, id, &letter, relayed).await {
                true => queue.settle(id),
                false => again = true,
            }
        }
        if !again {
            attempt = 1;
            continue;
        }
        if attempt == MAX_ATTEMPTS {
            // Heads that cannot be published now hold back what is behind them, and others have their turns; but not at
            // a bus that takes nothing: whoever calls the relay has not the time for all of them.
            if is_down || !queue.put_off(&failed_ids(&failed)) {
                return;
            }
            attempt = 1;
            continue;
        }
        tokio::time::sleep((BACKOFF * 2_u32.pow(attempt - 1)).mul_f64(fastrand::f64())).await;
        attempt += 1;
    }
}

/// What became of one attempt.
struct Sent {
    failed: Vec<Failed>,
    /// Whether the bus takes nothing, whatever it is.
    is_down: bool,
    /// Whether each event had a request of its own.
    is_alone: bool,
}

/// Sends events once. Where the bus refuses a request for what is in it, it does not say for which event: then each is
/// sent alone.
async fn send(ctx: &Context, events: &[PreparedEvent]) -> Sent {
    let all = |cause: &Cause| {
        let failed = |event: &PreparedEvent| Failed { event: event.clone(), cause: cause.clone() };
        events.iter().map(failed).collect()
    };
    match ctx.events().once(events).await {
        Ok(failed) => return Sent { failed, is_down: false, is_alone: false },
        Err(cause) if !cause.is_of_request() => {
            return Sent { failed: all(&cause), is_down: true, is_alone: false };
        }
        Err(_) => {}
    }
    let mut sent = Sent { failed: Vec::new(), is_down: false, is_alone: true };
    for event in events {
        match ctx.events().once(std::slice::from_ref(event)).await {
            Ok(failed) => sent.failed.extend(failed),
            Err(cause) => {
                sent.is_down |= !cause.is_of_request();
                sent.failed.push(Failed { event: event.clone(), cause });
            }
        }
    }
    sent
}

fn failed_ids(failed: &[Failed]) -> Vec<String> {
    failed.iter().map(|failed| failed.event.event_id().to_owned()).collect()
}

/// Keeps what can never be published, so that nothing waits for it, and tells of it once. Whether it is kept.
async fn put_aside(
    ctx: &Context,
    teller: Option<Teller>,
    id: &str,
    letter: &DeadLetter,
    relayed: &mut Relayed,
) -> bool {
    if let Err(error) = dead_letter::put(ctx, letter).await {
        tracing::error!(error = chain(&error), "a dead letter cannot be written");
        return false;
    }
    relayed.dead += 1;
    ctx.shared().published().add(id);
    if let Some(teller) = teller {
        teller.tell(ctx, &letter.failure(), letter.detail_type.as_deref()).await;
    }
    true
}

/// The events that are known by these detail types.
pub(crate) fn by_detail_type<'a>(emitted: &'a [Emitted], name: &str) -> Result<&'a Emitted> {
    emitted.iter().find(|emitted| emitted.detail_type() == name).ok_or_else(|| {
        crate::Error::internal(format!("the application does not know the event `{name}`"))
    })
}
