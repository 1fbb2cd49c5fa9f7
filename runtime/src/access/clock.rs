//! The time of day, which tests set.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the seconds since the Unix epoch.
///
/// The time of day rather than a monotonic clock: a function on Lambda is frozen between requests, and keys and
/// tokens grow old meanwhile.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> u64 + Send + Sync>);

impl Clock {
    /// The system's clock.
    pub(crate) fn system() -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> u64 {
        (self.0)()
    }
}

/// Seconds since the Unix epoch. Before it, no token is valid anyway.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A clock that stands still until it is moved.
    #[derive(Clone)]
    pub(crate) struct Hands(Arc<AtomicU64>);

    impl Hands {
        pub(crate) fn at(now: u64) -> Self {
            Self(Arc::new(AtomicU64::new(now)))
        }

        pub(crate) fn clock(&self) -> Clock {
            let hands = self.clone();
            Clock(Arc::new(move || hands.now()))
        }

        pub(crate) fn now(&self) -> u64 {
            self.0.load(Ordering::SeqCst)
        }

        pub(crate) fn pass(&self, seconds: u64) {
            self.0.fetch_add(seconds, Ordering::SeqCst);
        }

        pub(crate) fn go_back(&self, seconds: u64) {
            self.0.fetch_sub(seconds, Ordering::SeqCst);
        }
    }
}
