//! Keys fetched from elsewhere and kept for a while: when they are used, fetched again, and no longer trusted.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::clock::Clock;
use super::key::KeySet;
use super::origin::{LoadError, Origin};

/// Seconds after which keys are fetched again, so that one that was taken back is not trusted for longer.
pub(crate) const FRESH: u64 = 5 * 60;

/// Seconds for which keys are trusted while they cannot be fetched again: an outage of their origin that is
/// shorter is not one of ours.
pub(crate) const TTL: u64 = 60 * 60;

/// Seconds between two fetches while there are keys. Whoever sends tokens of unknown keys causes no more of them.
pub(crate) const COOLDOWN: u64 = 30;

/// Seconds between two fetches while there are no keys, and nobody can be known.
pub(crate) const RETRY: u64 = 1;

/// The keys of an origin.
pub(crate) struct Refreshed {
    origin: Origin,
    clock: Clock,
    state: Mutex<State>,
    /// Held by the one request that fetches.
    flight: tokio::sync::Mutex<()>,
}

/// The keys cannot be had now, so nobody can say whether a token holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unavailable;

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// No fetch begins before.
    not_before: u64,
    /// Whether the last fetch failed.
    failed: bool,
}

struct Held {
    keys: Arc<KeySet>,
    since: u64,
}

/// What is to be done for a request.
enum Next {
    Use(Arc<KeySet>),
    /// Fetch; who comes while another one does so may use what is there, or else has to wait.
    Fetch(Option<Arc<KeySet>>),
    Unavailable,
}

impl Refreshed {
    pub(crate) fn new(origin: Origin, clock: Clock) -> Self {
        Self { origin, clock, state: Mutex::default(), flight: tokio::sync::Mutex::new(()) }
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The keys, fetched first where they are not there, are old, or do not satisfy the request and may be
    /// fetched again. They need not satisfy it then, either.
    pub(crate) async fn keys(
        &self,
        satisfy: impl Fn(&Arc<KeySet>) -> bool,
    ) -> Result<Arc<KeySet>, Unavailable> {
        let next = || self.state().next(self.clock.now(), &satisfy);
        let meanwhile = match next() {
            Next::Use(keys) => return Ok(keys),
            Next::Unavailable => return Err(Unavailable),
            Next::Fetch(meanwhile) => meanwhile,
        };
        let _flight = match (self.flight.try_lock(), meanwhile) {
            (Ok(flight), _) => flight,
            (Err(_), Some(keys)) => return Ok(keys),
            (Err(_), None) => self.flight.lock().await,
        };
        // Whoever waited finds what the one before it fetched.
        match next() {
            Next::Use(keys) => return Ok(keys),
            Next::Unavailable => return Err(Unavailable),
            Next::Fetch(_) => {}
        }
        self.fetch().await;
        match next() {
            Next::Use(keys) | Next::Fetch(Some(keys)) => Ok(keys),
            Next::Fetch(None) | Next::Unavailable => Err(Unavailable),
        }
    }

    async fn fetch(&self) {
        let mut attempt = Attempt { of: self, started: self.clock.now(), loaded: None };
        // Boxed, since it is rare: every request would else be as large as what fetches keys.
        let loading: Pin<Box<dyn Future<Output = _> + Send + '_>> = Box::pin(self.origin.load());
        let loaded = loading.await;
        if let Err(error) = &loaded {
            let (origin, error) = (self.origin.description(), crate::log::chain(error));
            tracing::warn!(origin, error, "the keys of tokens cannot be fetched");
        }
        attempt.loaded = Some(loaded);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change of it is one assignment after another that cannot panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fetch, and what it brought. It counts as one also where the request that makes it is given up: else whoever
/// sends requests and goes away would make us fetch as often as that.
struct Attempt<'a> {
    of: &'a Refreshed,
    started: u64,
    loaded: Option<Result<KeySet, LoadError>>,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.of.state().finish(self.loaded.take(), self.started, self.of.clock.now());
    }
}

impl State {
    fn next(&self, now: u64, satisfy: impl Fn(&Arc<KeySet>) -> bool) -> Next {
        // Where the clock was set back by much, waiting for it would take too long.
        let may_fetch = now >= self.not_before || self.not_before - now > COOLDOWN;
        let Some((keys, age)) = self.usable(now) else {
            return if may_fetch { Next::Fetch(None) } else { Next::Unavailable };
        };
        let keys = Arc::clone(keys);
        match (satisfy(&keys), may_fetch) {
            (true, true) if age >= FRESH => Next::Fetch(Some(keys)),
            (true, _) => Next::Use(keys),
            (false, true) => Next::Fetch(None),
            // A key that is not there may be one that we could not fetch.
            (false, false) if self.failed => Next::Unavailable,
            (false, false) => Next::Use(keys),
        }
    }

    /// The keys that may still be trusted, and how old they are.
    fn usable(&self, now: u64) -> Option<(&Arc<KeySet>, u64)> {
        let held = self.held.as_ref()?;
        let age = now.abs_diff(held.since);
        (age < TTL).then_some((&held.keys, age))
    }

    /// Takes what a fetch brought; one that was given up brought nothing.
    fn finish(&mut self, loaded: Option<Result<KeySet, LoadError>>, started: u64, now: u64) {
        match loaded {
            Some(Ok(keys)) => {
                self.held = Some(Held { keys: Arc::new(keys), since: started });
                self.failed = false;
            }
            Some(Err(_)) => self.failed = true,
            None => {}
        }
        let pause = if self.usable(now).is_some() { COOLDOWN } else { RETRY };
        self.not_before = now.saturating_add(pause);
    }
}
