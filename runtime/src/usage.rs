//! What requests to DynamoDB cost: counted for each context, and told in its trace.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};

/// What every request asks to be told.
pub(crate) const WANTED: ReturnConsumedCapacity = ReturnConsumedCapacity::Total;

/// The requests a context has sent to DynamoDB, and what they cost, in DynamoDB's read and write units.
///
/// A read unit is up to 4 KB read strongly consistent, or twice that eventually consistent; a write unit is up to
/// 1 KB written. Transactions cost double. Where the store does not tell, the units are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Usage {
    /// Requests answered.
    pub requests: u64,
    /// Read units, in halves.
    pub read_units: f64,
    /// Write units.
    pub write_units: f64,
}

/// The counters behind a context's [`Usage`]. Units come in halves, so they are counted twice over.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    requests: AtomicU64,
    reads: AtomicU64,
    writes: AtomicU64,
}

impl Meter {
    pub(crate) fn usage(&self) -> Usage {
        let halves = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64 / 2.0;
        Usage {
            requests: self.requests.load(Ordering::Relaxed),
            read_units: halves(&self.reads),
            write_units: halves(&self.writes),
        }
    }

    /// One request that read.
    pub(crate) fn read(&self, consumed: &[ConsumedCapacity]) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        add(&self.reads, consumed, |consumed| consumed.read_capacity_units);
    }

    /// One request that wrote.
    pub(crate) fn wrote(&self, consumed: &[ConsumedCapacity]) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        add(&self.writes, consumed, |consumed| consumed.write_capacity_units);
    }
}

/// A single request tells its units as such, a transaction as those of reading or writing.
fn add(
    counter: &AtomicU64,
    consumed: &[ConsumedCapacity],
    kind: impl Fn(&ConsumedCapacity) -> Option<f64>,
) {
    let units: f64 =
        consumed.iter().filter_map(|consumed| consumed.capacity_units.or(kind(consumed))).sum();
    counter.fetch_add((units * 2.0).round() as u64, Ordering::Relaxed);
}
