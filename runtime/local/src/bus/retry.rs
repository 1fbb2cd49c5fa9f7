//! How long a delivery that failed waits before it is tried again.

use std::time::Duration;

use super::setup::Retry;

/// The longest wait, however often a delivery has failed.
const MAX_BACKOFF: Duration = Duration::from_secs(60);

/// The wait after the attempt of this number, which failed: exponential backoff with full jitter.
pub(super) fn delay(retry: &Retry, attempt: u32) -> Duration {
    bound(retry, attempt).mul_f64(fastrand::f64())
}

/// The longest that [`delay`] says.
fn bound(retry: &Retry, attempt: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
    retry.backoff.saturating_mul(doubled).min(MAX_BACKOFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry(backoff: Duration) -> Retry {
        Retry { backoff, ..Retry::default() }
    }

    #[test]
    fn a_wait_doubles_up_to_a_minute() {
        let retry = retry(Duration::from_secs(7));
        let bounds = [1, 2, 3, 4, 5, 100, u32::MAX].map(|attempt| bound(&retry, attempt).as_secs());
        assert_eq!(bounds, [7, 14, 28, 56, 60, 60, 60]);
    }

    #[test]
    fn a_wait_is_anything_within_its_bound() {
        let retry = retry(Duration::from_millis(100));
        let delays: Vec<Duration> = (0..1000).map(|_| delay(&retry, 2)).collect();
        let parts = |part: u64| Duration::from_millis(200 * part / 10);
        assert!(delays.iter().all(|delay| *delay <= parts(10)), "{delays:?}");
        assert!(delays.iter().any(|delay| *delay < parts(1)), "{delays:?}");
        assert!(delays.iter().any(|delay| *delay > parts(9)), "{delays:?}");
    }

    #[test]
    fn no_backoff_is_too_long_or_too_short_to_double() {
        for backoff in [Duration::ZERO, Duration::MAX] {
            assert_eq!(bound(&retry(backoff), 40), backoff.min(MAX_BACKOFF));
        }
    }
}
