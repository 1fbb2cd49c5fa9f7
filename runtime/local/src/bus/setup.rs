//! What a bus is started with: its rules, and the target that they deliver to.

use std::path::PathBuf;
use std::pin::Pin;

pub use purlin::Retry;
use purlin_schema::pattern::Pattern;
use serde_json::Value;

use super::schedule::Schedule;
use super::terminal::Terminal;
use crate::clock::Clock;

/// A future that a trait can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Which events go to one subscriber.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The subscriber; no two rules or schedules share one.
    pub name: String,
    /// What an event must be.
    pub pattern: Pattern,
    /// What becomes of a delivery that fails.
    pub retry: Retry,
}

/// What the rules deliver to.
pub trait Target: Send + Sync {
    /// Gives `event`, which is the whole of it as EventBridge delivers it, to the subscriber of `rule`.
    ///
    /// The same event may come again: deliveries are at least once. `attempt` counts from 1; after the one that
    /// `is_last` the event is a dead letter.
    ///
    /// # Errors
    /// What went wrong, for a person to read. The event comes again, unless it was the last attempt.
    fn deliver(
        &self,
        rule: &str,
        event: Value,
        attempt: u32,
        is_last: bool,
    ) -> BoxFuture<'_, Result<(), String>>;
}

/// What a bus is started with.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Setup {
    /// The name of the bus, which is the application's.
    pub name: String,
    /// The region that events say they are from.
    pub region: String,
    /// The event log; without it, what the bus holds lives as long as the bus. Its deliveries lie beside it.
    pub file: Option<PathBuf>,
    /// What is said on the terminal.
    pub terminal: Terminal,
    /// Which events go to whom.
    pub rules: Vec<Rule>,
    /// Who is called at which times.
    pub schedules: Vec<Schedule>,
    /// The time by which retries and schedules wait.
    pub(crate) clock: Clock,
}

impl Setup {
    /// A bus in memory that is quiet and has no rules.
    #[must_use]
    pub fn new(name: impl Into<String>, region: impl Into<String>) -> Self {
        Self { name: name.into(), region: region.into(), ..Self::default() }
    }
}
