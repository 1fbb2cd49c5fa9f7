//! The time by which a test's platform measures rates, and by which its bus waits.
//!
//! Between two requests of a test an hour passes, which frees a call at any rate there is: a test of something else
//! may send as many as it likes, through the very path that production takes, and meets no limit. Requests that are
//! under way together share their moment, and so do all of them once a test of a rate has stopped the clock.
//!
//! What is to happen later, a retry or a schedule, heeds none of these pauses: it would happen in tests of something
//! else. It goes by the machine's clock, and by what a test has moved on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use purlin::Timestamp;
use tokio::sync::watch;

/// What passes between two requests. No rate is slower than a call an hour.
const PAUSE: Duration = Duration::from_secs(60 * 60);

/// How long is slept at most before the clock is looked at again: the machine's may be set, or the machine be suspended.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// A clock that its clones share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    state: Arc<Mutex<State>>,
    /// Told whenever a test stops the clock or moves it on.
    moves: Arc<watch::Sender<()>>,
}

#[derive(Debug, Default)]
struct State {
    /// What has passed between requests.
    paused: Duration,
    /// By how much a test has moved the clock on.
    moved: Duration,
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
        state.time().after(state.paused)
    }

    /// The time by which the bus waits: the pauses between requests are no part of it.
    pub(crate) fn time(&self) -> Timestamp {
        self.state().time()
    }

    /// Waits until [`time`](Self::time) is `due`.
    pub(crate) async fn reach(&self, due: Timestamp) {
        let mut moves = self.moves.subscribe();
        loop {
            let (time, is_stopped) = {
                let state = self.state();
                (state.time(), state.stopped.is_some())
            };
            let Some(left) = left(time, due) else { return };
            tokio::select! {
                // The sender is the clock's own, so it is there.
                _ = moves.changed() => {}
                () = tokio::time::sleep(left.min(LOOK_EVERY)), if !is_stopped => {}
            }
        }
    }

    /// Begins a request.
    pub(crate) fn request(&self) -> UnderWay {
        let mut state = self.state();
        if state.under_way == 0 && state.stopped.is_none() {
            state.paused += PAUSE;
        }
        state.under_way += 1;
        UnderWay { clock: self.clone() }
    }

    pub(crate) fn stop(&self) {
        let mut state = self.state();
        state.stopped = state.stopped.or_else(|| Some(Timestamp::now()));
        drop(state);
        self.moves.send_replace(());
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.state().moved += by;
        self.moves.send_replace(());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A test that panics may hold a request; the next one's clock is another.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn time(&self) -> Timestamp {
        self.stopped.unwrap_or_else(Timestamp::now).after(self.moved)
    }
}

/// What lies between a time and a later one; `None` where it is not later.
fn left(time: Timestamp, due: Timestamp) -> Option<Duration> {
    let millis = due.as_millis().saturating_sub(time.as_millis());
    u64::try_from(millis).ok().filter(|millis| *millis > 0).map(Duration::from_millis)
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

    #[tokio::test]
    async fn what_waits_goes_on_when_the_test_moves_the_clock_and_not_when_requests_pass() {
        let clock = Clock::default();
        let due = clock.time().after(Duration::from_secs(60));
        drop(clock.request());
        assert!(clock.time() < due);
        clock.stop();
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.reach(due).await }
        });
        // The test has taken less than a second.
        for by in [0, 59] {
            clock.advance(Duration::from_secs(by));
            tokio::task::yield_now().await;
            assert!(!waiting.is_finished());
        }
        clock.advance(Duration::from_secs(1));
        waiting.await.expect("it does not panic");
    }
}
