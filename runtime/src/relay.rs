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
use crate::log::chain;
use crate::publisher::{Failed, PreparedEvent};
use crate::stream::Record;
use crate::{Context, Result, Shared};

pub(crate) use records::Stored;

use queue::{MAX_ENTRIES, Place, Queue};

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
        for (index, record) in records.iter().enumerate() {
            let place = Place(index);
            if shared.published().holds(record.sequence_number()) {
                continue;
            }
            match records::events(record, self.emitted(), shared.config().event_bus()) {
                Ok(events) => {
                    for Stored { event, key } in events {
                        if !shared.published().holds(event.event_id()) {
                            queue.push(key, place, event);
                        }
                    }
                }
                Err(error) => {
                    let letter = DeadLetter::of_record(record, &chain(&error));
                    match self.put_aside(&ctx, &letter, &mut relayed).await {
                        true => shared.published().add(record.sequence_number()),
                        false => failed.push(place),
                    }
                }
            }
        }
        self.publish(&ctx, &mut queue, &mut relayed).await;
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

    /// Publishes what is in the queue, as far as that is possible now.
    async fn publish(&self, ctx: &Context, queue: &mut Queue, relayed: &mut Relayed) {
        let (mut attempt, mut most) = (1, MAX_ENTRIES);
        loop {
            let events: Vec<PreparedEvent> = queue.heads(most);
            if events.is_empty() {
                return;
            }
            let is_alone = events.len() == 1;
            let ids: Vec<String> = events.iter().map(|event| event.event_id().to_owned()).collect();
            let failed = ctx.events().once(events).await;
            // A request that is refused as a whole does not say for which of its events.
            if !is_alone && failed.iter().any(|failed| failed.cause.is_of_request()) {
                most = 1;
                continue;
            }
            let mut again = false;
            for id in ids {
                let Some(Failed { event, cause }) =
                    failed.iter().find(|failed| failed.event.event_id() == id)
                else {
                    ctx.shared().published().add(&id);
                    relayed.published += 1;
                    queue.settle(&id);
                    continue;
                };
                if !cause.is_final() && !cause.is_of_request() {
                    again = true;
                    continue;
                }
                let letter = DeadLetter::of_event(event, &cause.to_string());
                match self.put_aside(ctx, &letter, relayed).await {
                    true => {
                        ctx.shared().published().add(&id);
                        queue.settle(&id);
                    }
                    false => again = true,
                }
            }
            if !again {
                attempt = 1;
                continue;
            }
            if attempt == MAX_ATTEMPTS {
                // Heads that cannot be published now hold back what is behind them; others have had their turns.
                if !queue.put_off(&failed_ids(&failed)) {
                    return;
                }
                attempt = 1;
                continue;
            }
            tokio::time::sleep((BACKOFF * 2_u32.pow(attempt - 1)).mul_f64(fastrand::f64())).await;
            attempt += 1;
        }
    }

    /// Keeps what can never be published, so that nothing waits for it. Whether it is kept.
    async fn put_aside(&self, ctx: &Context, letter: &DeadLetter, relayed: &mut Relayed) -> bool {
        match dead_letter::put(ctx, letter).await {
            Ok(()) => {
                relayed.dead += 1;
                if let Some(teller) = self.teller() {
                    let failure = letter.failure();
                    teller.tell(ctx, &failure, letter.detail_type.as_deref()).await;
                }
                true
            }
            Err(error) => {
                tracing::error!(error = chain(&error), "a dead letter cannot be written");
                false
            }
        }
    }
}

fn failed_ids(failed: &[Failed]) -> Vec<String> {
    failed.iter().map(|failed| failed.event.event_id().to_owned()).collect()
}

/// The events that are known by these detail types.
pub(crate) fn by_detail_type<'a>(emitted: &'a [Emitted], name: &str) -> Result<&'a Emitted> {
    emitted.iter().find(|emitted| emitted.detail_type() == name).ok_or_else(|| {
        crate::Error::internal(format!("the application does not know the event `{name}`"))
    })
}
