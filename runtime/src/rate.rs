//! Rates: how often one caller may call an operation.
//!
//! A caller's bucket is kept as the generic cell rate algorithm keeps it (ITU-T I.371): one number, the time at which
//! the next call would arrive if all calls so far had come evenly. A call moves it on by the interval between calls
//! at the rate, and is too early where it lies further ahead than the burst allows.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::key::KeyPart as _;
use crate::repository::{Taken, Toll, take};
use crate::{Caller, Context, Timestamp, party};

const SECOND: i64 = 1_000_000;

/// DynamoDB: a partition takes 1,000 write units a second, and a bucket is one item.
const MAX_PER_SECOND: u32 = 1000;

/// How many buckets a process remembers. More callers than that within their buckets' time are asked for anew.
const REMEMBERED: usize = 10_000;

/// How often one caller may call an operation: a number of calls a second, minute or hour, all of which may come at
/// once unless [`burst`](Self::burst) says fewer.
///
/// ```
/// use purlin::Rate;
///
/// assert_eq!(Rate::per_minute(60).to_string(), "60/min");
/// assert_eq!(Rate::per_minute(60).burst(10).to_string(), "60/min burst 10");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    per: Per,
    burst: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Per {
    Second,
    Minute,
    Hour,
}

impl Rate {
    /// So many calls a second.
    ///
    /// # Panics
    ///
    /// If `count` is zero, or more than 1,000, which is what DynamoDB writes one item at most.
    #[must_use]
    pub const fn per_second(count: u32) -> Self {
        Self::of(count, Per::Second)
    }

    /// So many calls a minute.
    ///
    /// # Panics
    ///
    /// If `count` is zero, or more than 1,000 a second.
    #[must_use]
    pub const fn per_minute(count: u32) -> Self {
        Self::of(count, Per::Minute)
    }

    /// So many calls an hour.
    ///
    /// # Panics
    ///
    /// If `count` is zero, or more than 1,000 a second.
    #[must_use]
    pub const fn per_hour(count: u32) -> Self {
        Self::of(count, Per::Hour)
    }

    const fn of(count: u32, per: Per) -> Self {
        assert!(count > 0, "a rate of zero lets nobody call");
        assert!(count <= MAX_PER_SECOND * per.seconds(), "a rate is at most 1,000 calls a second");
        Self { count, per, burst: count }
    }

    /// The same rate, of which so many calls may come at once: fewer than its number, or more.
    ///
    /// # Panics
    ///
    /// If `burst` is zero.
    #[must_use]
    pub const fn burst(self, burst: u32) -> Self {
        assert!(burst > 0, "a burst of zero lets nobody call");
        Self { burst, ..self }
    }

    /// The microseconds between calls that come evenly. Rounded up, so that no more come than the rate says; a
    /// thousandth at most, since it is a millisecond or more.
    fn interval(self) -> i64 {
        let count = i64::from(self.count);
        (i64::from(self.per.seconds()) * SECOND + count - 1) / count
    }

    /// What a call at this moment, in microseconds since 1970, does to a bucket.
    fn toll(self, now: i64) -> Toll {
        let interval = self.interval();
        let ahead = interval.saturating_mul(i64::from(self.burst - 1));
        let latest = now.saturating_add(ahead);
        let expiry = latest.saturating_add(interval).div_euclid(SECOND) + 1;
        Toll { now, interval, latest, expiry }
    }
}

impl Per {
    const fn seconds(self) -> u32 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 60 * 60,
        }
    }
}

impl fmt::Display for Rate {
    /// As the schema language writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.per {
            Per::Second => "s",
            Per::Minute => "min",
            Per::Hour => "h",
        };
        write!(f, "{}/{unit}", self.count)?;
        match self.burst {
            burst if burst == self.count => Ok(()),
            burst => write!(f, " burst {burst}"),
        }
    }
}

/// What a process knows of rates: the time, and the buckets it has seen lately.
pub(crate) struct Rates {
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    seen: Mutex<HashMap<String, i64>>,
}

impl Rates {
    pub(crate) fn new(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { clock: Box::new(clock), seen: Mutex::default() }
    }

    fn now(&self) -> i64 {
        (self.clock)().as_millis() * 1000
    }

    fn seen(&self, bucket: &str) -> Option<i64> {
        self.lock().get(bucket).copied()
    }

    fn remember(&self, bucket: String, arrival: i64, now: i64) {
        let mut seen = self.lock();
        if seen.len() >= REMEMBERED {
            // What is due counts for nothing. Forgetting the others, too, costs a request each; looking through
            // them at every call would cost more.
            seen.retain(|_, arrival| *arrival > now);
            if seen.len() > REMEMBERED / 2 {
                seen.clear();
            }
        }
        // Answers may overtake each other, and arrivals only ever grow.
        let known = seen.entry(bucket).or_insert(arrival);
        *known = arrival.max(*known);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        // Each change of the map is whole by itself, so a panic elsewhere leaves nothing half done.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the call pass if its caller is within the rate, and counts it. `address` stands for a caller without a
/// credential.
///
/// # Errors
///
/// [`Error::is_rate_limited`] over the rate; whatever a write to the table fails with where it cannot be told.
pub(crate) async fn admit(
    ctx: &Context,
    operation: &str,
    rate: Rate,
    address: Option<&str>,
) -> Result<()> {
    let rates = ctx.rates();
    let toll = rate.toll(rates.now());
    let bucket = bucket(operation, rate, ctx.caller(), address);
    let seen = rates.seen(&bucket);
    // Invariant: a bucket's arrival never goes back. One that was too far ahead when it was seen still is, so a flood
    // is refused without a request; and one that was ahead is nowhere else than ahead.
    if let Some(arrival) = seen.filter(|arrival| *arrival > toll.latest) {
        return Err(limited(arrival - toll.latest));
    }
    let is_ahead = seen.is_some_and(|arrival| arrival > toll.now);
    match take(ctx, &bucket, toll, is_ahead).await? {
        Taken::Counted(arrival) => {
            rates.remember(bucket, arrival, toll.now);
            Ok(())
        }
        Taken::Early(arrival) => {
            rates.remember(bucket, arrival, toll.now);
            Err(limited(arrival - toll.latest))
        }
    }
}

/// The bucket's partition key. It names the rate, so that a bucket of the rate before counts for nothing once another
/// one is declared.
fn bucket(operation: &str, rate: Rate, caller: Option<&Caller>, address: Option<&str>) -> String {
    let mut key = "$RATE#".to_owned();
    operation.write(&mut key);
    key.push('#');
    rate.to_string().as_str().write(&mut key);
    key.push('#');
    party::write(caller, address, &mut key);
    key
}

/// Too early by so many microseconds.
fn limited(early: i64) -> Error {
    let seconds = (early.max(1) + SECOND - 1) / SECOND;
    let plural = if seconds == 1 { "" } else { "s" };
    let detail = format!("too many requests; try again in {seconds} second{plural}");
    Error::new(ErrorKind::RateLimited, "rate-limited", detail)
        .with_retry_after(Duration::from_secs(seconds.unsigned_abs()))
}

#[cfg(test)]
mod tests;
