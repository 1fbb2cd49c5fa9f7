//! What a rate makes of numbers and names. What it makes of calls is tested on a store.

use std::panic::catch_unwind;

use super::*;
use crate::Grants;

const NOW: i64 = 1_700_000_000_000_000;

#[test]
fn calls_that_come_evenly_are_an_interval_apart_and_never_less() {
    for (rate, interval) in [
        (Rate::per_second(1), SECOND),
        (Rate::per_second(1000), 1000),
        (Rate::per_minute(60), SECOND),
        (Rate::per_minute(7), 8_571_429),
        (Rate::per_second(3), 333_334),
        (Rate::per_hour(1), 3600 * SECOND),
        (Rate::per_hour(3_600_000), 1000),
    ] {
        assert_eq!(rate.interval(), interval, "{rate}");
        assert!(rate.interval() * i64::from(rate.count) >= i64::from(rate.per.seconds()) * SECOND);
    }
}

#[test]
fn a_bucket_takes_its_burst_and_expires_when_it_is_due() {
    let Toll { now, latest, expiry, .. } = Rate::per_minute(60).toll(NOW);
    assert_eq!((now, latest, expiry), (NOW, NOW + 59 * SECOND, 1_700_000_061));
    let Toll { latest, expiry, .. } = Rate::per_minute(60).burst(1).toll(NOW);
    assert_eq!((latest, expiry), (NOW, 1_700_000_002));
    // The greatest there is is no overflow.
    assert_eq!(Rate::per_hour(1).burst(u32::MAX).toll(NOW).latest, i64::MAX);
}

#[test]
fn no_rate_is_zero_or_more_than_an_item_takes() {
    for make in [
        || Rate::per_second(0),
        || Rate::per_minute(0),
        || Rate::per_hour(1).burst(0),
        || Rate::per_second(1001),
        || Rate::per_minute(60_001),
        || Rate::per_hour(u32::MAX),
    ] {
        assert!(catch_unwind(make).is_err());
    }
}

#[test]
fn the_wait_is_in_whole_seconds_rounded_up() {
    for (early, seconds, detail) in [
        (1, 1, "too many requests; try again in 1 second"),
        (SECOND, 1, "too many requests; try again in 1 second"),
        (SECOND + 1, 2, "too many requests; try again in 2 seconds"),
        (3600 * SECOND, 3600, "too many requests; try again in 3600 seconds"),
    ] {
        let error = limited(early);
        assert!(error.is_rate_limited() && !error.is_throttled());
        assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)));
        assert_eq!(error.detail(), detail);
    }
}

#[test]
fn a_bucket_is_of_one_operation_one_rate_and_one_caller() {
    let rate = Rate::per_minute(60).burst(10);
    let caller = |subject: &str| Caller::new(subject, "user", Grants::NONE);
    let key = |caller: Option<&Caller>, address| bucket("things.create", rate, caller, address);
    assert_eq!(
        key(Some(&caller("user_1")), Some("192.0.2.1")),
        "$RATE#things.create#60/min$20burst$2010#caller#user_1"
    );
    assert_eq!(
        key(None, Some("192.0.2.1")),
        "$RATE#things.create#60/min$20burst$2010#address#192.0.2.1"
    );
    // No subject makes the bucket of somebody else.
    assert_ne!(key(Some(&caller("192.0.2.1")), None), key(None, Some("192.0.2.1")));
    assert!(key(Some(&caller("a#b")), None).ends_with("#caller#a$23b"));
}

#[test]
fn what_a_process_remembers_is_bounded_and_never_goes_back() {
    let rates = Rates::new(Timestamp::now);
    rates.remember("one".to_owned(), NOW + 2, NOW);
    rates.remember("one".to_owned(), NOW + 1, NOW);
    assert_eq!(rates.seen("one"), Some(NOW + 2));
    for number in 0..3 * REMEMBERED {
        rates.remember(number.to_string(), NOW + 1, NOW);
        assert!(rates.lock().len() <= REMEMBERED);
    }
    assert_eq!(rates.seen(&(3 * REMEMBERED - 1).to_string()), Some(NOW + 1));
}
