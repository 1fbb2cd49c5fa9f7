//! The time by which a test's platform measures rates.
//!
//! Between two requests of a test an hour passes, which frees a call at any rate there is: a test of something else
//! may send as many as it likes, through the very path that production takes, and meets no limit. Requests that are
//! under way together share their moment, and so do all of them once a test of a rate has stopped the clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use purlin::Timestamp;

/// What passes between two requests. No rate is slower than a call an hour.
const PAUSE: Duration = Duration::from_secs(60 * 60);

/// A clock that its clones share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// By how much it is ahead of the machine's clock, or of the moment at which it was stopped.
    ahead: Duration,
    stopped: Option<Timestamp>,
    under_way: usize,
}

/// A request that is under way, until it is dropped.
#[must_use]
pub(crate) struct UnderWay {
    clock: Clock,
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let state = self.state();
        state.stopped.unwrap_or_else(Timestamp::now).after(state.ahead)
    }

    /// Begins a request.
    pub(crate) fn request(&self) -> UnderWay {
        let mut state = self.state();
        if state.under_way == 0 && state.stopped.is_none() {
            state.ahead += PAUSE;
        }
        state.under_way += 1;
        UnderWay { clock: self.clone() }
    }

    pub(crate) fn stop(&self) {
        let mut state = self.state();
        state.stopped = state.stopped.or_else(|| Some(Timestamp::now()));
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.state().ahead += by;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A test that panics may hold a request; the next one's clock is another.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.clock.state().under_way -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since(clock: &Clock, before: Timestamp) -> i64 {
        clock.now().as_millis() - before.as_millis()
    }

    #[test]
    fn an_hour_passes_before_each_request_that_comes_alone() {
        let clock = Clock::default();
        let hour = 60 * 60 * 1000;
        let start = clock.now();
        let first = clock.request();
        assert!(since(&clock, start) >= hour);
        let second = clock.request();
        drop((first, second));
        assert!(since(&clock, start) < 2 * hour);
        drop(clock.request());
        assert!(since(&clock, start) >= 2 * hour);
    }

    #[test]
    fn a_stopped_clock_is_moved_on_by_the_test_alone() {
        let clock = Clock::default();
        drop(clock.request());
        clock.stop();
        let stopped = clock.now();
        drop(clock.request());
        assert_eq!(clock.now(), stopped);
        clock.advance(Duration::from_millis(1500));
        clock.stop();
        assert_eq!(since(&clock, stopped), 1500);
    }
}
