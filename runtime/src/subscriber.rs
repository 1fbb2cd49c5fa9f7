//! Subscribers: what reacts to events, once for each, however often an event comes.

mod delivery;
mod received;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::{Context, Result, Transaction};

pub use delivery::{Attempt, Delivered};
pub use received::{Delivery, FromEvent, Received, Scheduled, Upcast};

type Reaction = Pin<Box<dyn Future<Output = Result<Transaction>> + Send>>;

type Run = Box<dyn Fn(Context, Delivery) -> Result<Reaction> + Send + Sync>;

/// How often, and for how long, an event is delivered to a subscriber that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often at most, the first time included.
    pub attempts: u32,
    /// The wait before the second attempt is at most this long, and at most twice as long before each further one.
    pub backoff: Duration,
    /// How long after it was published it is given up.
    pub max_age: Duration,
}

impl Retry {
    /// So many attempts, the second one at most so many milliseconds after the first, for so many seconds at most.
    #[must_use]
    pub const fn new(attempts: u32, backoff_ms: u64, max_age_seconds: u64) -> Self {
        let backoff = Duration::from_millis(backoff_ms);
        Self { attempts, backoff, max_age: Duration::from_secs(max_age_seconds) }
    }
}

impl Default for Retry {
    /// Five attempts within a day, the second after a second.
    fn default() -> Self {
        let (backoff, max_age) = (Duration::from_secs(1), Duration::from_secs(24 * 60 * 60));
        Self { attempts: 5, backoff, max_age }
    }
}

/// A named subscriber: which events it gets, and the function that reacts to them.
///
/// The function gets one event and returns what is to be written, as a [`Transaction`], which may be empty. The
/// transaction is committed together with the record that the subscriber has acted on this event: a repeated delivery
/// changes nothing. What it does besides, it may do more than once.
pub struct Subscriber {
    name: &'static str,
    pattern: &'static str,
    retry: Retry,
    schedule: Option<&'static str>,
    where_possible: bool,
    run: Run,
}

impl Subscriber {
    /// A subscriber such as `execute_task`, which gets the events that match an EventBridge pattern, JSON.
    pub fn new<V, H, F>(name: &'static str, pattern: &'static str, handler: H) -> Self
    where
        V: FromEvent + Send + 'static,
        H: Fn(Received<V>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Transaction>> + Send + 'static,
    {
        let run = move |ctx: Context, delivery: Delivery| -> Result<Reaction> {
            let event = V::from_event(&delivery)?;
            Ok(Box::pin(handler(Received::new(ctx, event, delivery))))
        };
        Self {
            name,
            pattern,
            retry: Retry::default(),
            schedule: None,
            where_possible: false,
            run: Box::new(run),
        }
    }

    /// A subscriber that no event starts, but the time: `rate(5 minutes)` or `cron(…)` of EventBridge Scheduler.
    pub fn scheduled<H, F>(name: &'static str, schedule: &'static str, handler: H) -> Self
    where
        H: Fn(Received<Scheduled>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Transaction>> + Send + 'static,
    {
        Self { schedule: Some(schedule), ..Self::new(name, "", handler) }
    }

    /// Says how often an event is delivered while that fails.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Takes it for done where what is to be written does not fit what is stored, since the item is gone or in another
    /// state by then.
    #[must_use]
    pub fn where_possible(mut self) -> Self {
        self.where_possible = true;
        self
    }

    /// The subscriber's name. Lambda's `_HANDLER` says it behind `subscribers.`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The EventBridge pattern of the events that it gets, as JSON; empty where the time alone starts it.
    #[must_use]
    pub fn pattern(&self) -> &'static str {
        self.pattern
    }

    /// How often an event is delivered while that fails.
    #[must_use]
    pub fn retries(&self) -> Retry {
        self.retry
    }

    /// When it is started, where the time starts it.
    #[must_use]
    pub fn schedule(&self) -> Option<&'static str> {
        self.schedule
    }

    fn start(&self, ctx: Context, delivery: Delivery) -> Result<Reaction> {
        (self.run)(ctx, delivery)
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.schedule.unwrap_or(self.pattern))
    }
}
