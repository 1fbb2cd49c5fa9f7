//! Reading and writing many items at once, until none is left undone.

mod read;
mod write;

use std::time::Duration;

/// Requests of one batch that are on their way at a time.
const CONCURRENCY: usize = 4;

/// Answers in a row that did nothing at all, before giving up.
const FRUITLESS: u32 = 6;

/// The longest wait after the first such answer; it doubles with each.
const BASE_DELAY: Duration = Duration::from_millis(50);

/// Waits a random part of the delay, so that those who were refused together do not come back together.
async fn wait(fruitless: u32) {
    let delay = BASE_DELAY * 2_u32.pow(fruitless);
    tokio::time::sleep(delay.mul_f64(fastrand::f64())).await;
}
