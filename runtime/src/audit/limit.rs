//! How many records become events, and how many did not.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::access::Clock;

/// The seconds over which events are counted.
const WINDOW: u64 = 60;

/// Counts the events of a process's audit, and those it owes.
pub(crate) struct Limit {
    /// Events in a window of what nobody known has done.
    most: u32,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When the window began.
    since: u64,
    /// Events in it.
    published: u32,
    /// Records that did not become events, and that no event has told of yet.
    dropped: u64,
}

impl Limit {
    pub(crate) fn new(most: u32) -> Self {
        Self::with_clock(most, Clock::system())
    }

    pub(crate) fn with_clock(most: u32, clock: Clock) -> Self {
        Self { most, clock, state: Mutex::default() }
    }

    /// Whether a record may become an event, and if so how many did not since the last one that did. Only what is
    /// `limited` is counted.
    pub(crate) fn admit(&self, limited: bool) -> Option<u64> {
        let mut state = self.state();
        if limited {
            let now = self.clock.now();
            // A clock that was set back begins a window, too.
            if now.checked_sub(state.since).is_none_or(|passed| passed >= WINDOW) {
                state.since = now;
                state.published = 0;
            }
            if state.published >= self.most {
                state.dropped += 1;
                return None;
            }
            state.published += 1;
        }
        Some(std::mem::take(&mut state.dropped))
    }

    /// Takes back what an event was to tell, and the event itself: it was not published.
    pub(crate) fn missed(&self, records: u64) {
        self.state().dropped += records;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Counters are whole whatever a thread did that held them.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Hands;

    #[test]
    fn a_window_admits_so_many_and_the_next_event_tells_of_the_rest() {
        let hands = Hands::at(1_800_000_000);
        let limit = Limit::with_clock(2, hands.clock());
        let admitted: Vec<_> = (0..5).map(|_| limit.admit(true)).collect();
        assert_eq!(admitted, [Some(0), Some(0), None, None, None]);
        hands.pass(WINDOW - 1);
        assert_eq!(limit.admit(true), None);
        hands.pass(1);
        assert_eq!((limit.admit(true), limit.admit(true)), (Some(4), Some(0)));
        assert_eq!(limit.admit(true), None);
    }

    #[test]
    fn what_somebody_known_did_is_always_told_and_tells_of_the_rest() {
        let limit = Limit::with_clock(0, Hands::at(1_800_000_000).clock());
        assert_eq!((limit.admit(true), limit.admit(true)), (None, None));
        assert_eq!((limit.admit(false), limit.admit(false)), (Some(2), Some(0)));
    }

    #[test]
    fn what_was_not_published_is_told_by_the_next_event() {
        let limit = Limit::with_clock(1, Hands::at(1_800_000_000).clock());
        let told = limit.admit(false).expect("it is admitted");
        limit.missed(told + 1);
        let told = limit.admit(false).expect("it is admitted");
        assert_eq!(told, 1);
        limit.missed(told + 1);
        assert_eq!(limit.admit(false), Some(2));
    }

    #[test]
    fn a_clock_set_back_does_not_silence_the_audit() {
        let hands = Hands::at(1_800_000_000);
        let limit = Limit::with_clock(1, hands.clock());
        assert_eq!((limit.admit(true), limit.admit(true)), (Some(0), None));
        hands.go_back(3600);
        assert_eq!(limit.admit(true), Some(1));
    }
}
