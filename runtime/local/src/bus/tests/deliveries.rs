//! Who gets an event, how often, and what a delivery that fails does to others.

use std::time::Duration;

use purlin::Timestamp;

use crate::bus::testing::{Act, Fake, bus, clock, open, put, rest, rule, settle, until};

fn millis(from: Timestamp, to: Timestamp) -> i64 {
    to.as_millis() - from.as_millis()
}

#[tokio::test]
async fn an_event_goes_to_the_rules_that_it_matches_and_to_no_other() -> anyhow::Result<()> {
    let target = Fake::new(&clock(), |_, _| Act::Take);
    let rules = vec![rule("a", "Made", 1), rule("b", "Gone", 1), rule("c", "Made", 1)];
    let bus = bus(None, rules, Vec::new(), &target).await?;
    put(&bus, "Made", 1)?;
    put(&bus, "Another", 2)?;
    tokio::time::timeout(Duration::from_secs(20), bus.settled()).await?;
    let mut seen = target.seen();
    seen.sort_unstable();
    assert_eq!(seen, [("a".to_owned(), 1), ("c".to_owned(), 1)]);
    Ok(())
}

#[tokio::test]
async fn a_target_gets_the_whole_event() -> anyhow::Result<()> {
    let target = Fake::new(&clock(), |_, _| Act::Take);
    let bus = bus(None, vec![rule("a", "Made", 1)], Vec::new(), &target).await?;
    put(&bus, "Made", 7)?;
    settle(&bus).await;
    let call = target.calls().remove(0);
    assert_eq!(call.event, serde_json::to_value(bus.newest(1).remove(0))?);
    assert_eq!((call.attempt, call.is_last), (1, true));
    Ok(())
}

#[tokio::test]
async fn a_failing_delivery_is_tried_as_often_as_allowed_and_waits_within_bounds()
-> anyhow::Result<()> {
    let clock = clock();
    let target = Fake::new(&clock, |_, _| Act::Fail);
    let bus = bus(None, vec![rule("a", "Made", 6)], Vec::new(), &target).await?;
    put(&bus, "Made", 1)?;
    let step = Duration::from_millis(100);
    until(|| {
        clock.advance(step);
        open(&bus) == 0
    })
    .await;
    let calls = target.calls();
    let attempts: Vec<_> = calls.iter().map(|call| (call.attempt, call.is_last)).collect();
    assert_eq!(attempts, [(1, false), (2, false), (3, false), (4, false), (5, false), (6, true)]);
    for (pair, bound) in calls.windows(2).zip([1_000, 2_000, 4_000, 8_000, 16_000]) {
        let waited = millis(pair[0].at, pair[1].at);
        // The clock moves in steps, and moves on while what is due gets under way.
        assert!(waited <= bound + 1_000, "{waited} of {bound}");
    }
    assert_eq!(bus.dead_letters().newest(9)[0].attempts, 6);
    clock.advance(Duration::from_secs(3600));
    rest().await;
    assert_eq!(target.count(), 6);
    Ok(())
}

#[tokio::test]
async fn a_retry_waits_for_the_clock() -> anyhow::Result<()> {
    let clock = clock();
    let target = Fake::new(&clock, |call, _| match call.attempt {
        1 => Act::Fail,
        _ => Act::Take,
    });
    let mut rule = rule("a", "Made", 2);
    // Any other wait is too short to be told from none.
    rule.retry.backoff = Duration::from_secs(60);
    let bus = bus(None, vec![rule], Vec::new(), &target).await?;
    for number in 0..8 {
        put(&bus, "Made", number)?;
    }
    rest().await;
    assert_eq!(target.count(), 8);
    clock.advance(Duration::from_secs(60));
    settle(&bus).await;
    assert_eq!(target.count(), 16);
    assert!(bus.dead_letters().newest(9).is_empty());
    Ok(())
}

#[tokio::test]
async fn no_delivery_is_tried_beyond_its_greatest_age() -> anyhow::Result<()> {
    let clock = clock();
    let target = Fake::new(&clock, |_, _| Act::Fail);
    let mut rule = rule("a", "Made", u32::MAX);
    rule.retry.max_age = Duration::from_secs(30);
    let bus = bus(None, vec![rule], Vec::new(), &target).await?;
    put(&bus, "Made", 1)?;
    until(|| {
        clock.advance(Duration::from_millis(100));
        open(&bus) == 0
    })
    .await;
    let calls = target.calls();
    let (first, last) = (&calls[0], &calls[calls.len() - 1]);
    let age = millis(first.at, last.at);
    assert!((30_000..31_000).contains(&age), "{age}");
    let lasts = calls.iter().filter(|call| call.is_last).count();
    assert!(last.is_last && lasts == 1, "{calls:?}");
    Ok(())
}

#[tokio::test]
async fn what_one_subscriber_does_not_take_holds_up_no_other() -> anyhow::Result<()> {
    let target = Fake::new(&clock(), |call, _| match call.rule.as_str() {
        "hangs" => Act::Hang,
        _ => Act::Take,
    });
    let rules = vec![rule("hangs", "Made", 1), rule("takes", "Made", 1)];
    let bus = bus(None, rules, Vec::new(), &target).await?;
    for number in 0..100 {
        put(&bus, "Made", number)?;
    }
    until(|| open(&bus) == 100).await;
    let (takes, hangs): (Vec<_>, Vec<_>) =
        target.seen().into_iter().partition(|(rule, _)| rule == "takes");
    assert_eq!((takes.len(), hangs.len()), (100, 8));
    Ok(())
}

#[tokio::test]
async fn an_event_that_fails_holds_up_no_other_of_its_subscriber() -> anyhow::Result<()> {
    let target = Fake::new(&clock(), |call, _| match call.number() {
        0..20 => Act::Fail,
        _ => Act::Take,
    });
    let bus = bus(None, vec![rule("a", "Made", 5)], Vec::new(), &target).await?;
    for number in 0..40 {
        put(&bus, "Made", number)?;
    }
    until(|| target.seen().iter().filter(|(_, number)| *number >= 20).count() == 20).await;
    Ok(())
}

#[tokio::test]
async fn events_start_in_their_order_and_few_at_once() -> anyhow::Result<()> {
    let target = Fake::new(&clock(), |_, _| Act::Hang);
    let bus = bus(None, vec![rule("a", "Made", 1)], Vec::new(), &target).await?;
    for number in 0..20 {
        put(&bus, "Made", number)?;
    }
    rest().await;
    let numbers: Vec<u64> = target.calls().iter().map(|call| call.number()).collect();
    assert_eq!(numbers, (0..8).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn a_panic_is_a_failure_like_any_other() -> anyhow::Result<()> {
    let clock = clock();
    let target = Fake::new(&clock, |call, _| match call.attempt {
        1 => Act::Panic,
        _ => Act::Take,
    });
    let bus = bus(None, vec![rule("a", "Made", 2)], Vec::new(), &target).await?;
    put(&bus, "Made", 1)?;
    until(|| target.count() == 1).await;
    until(|| {
        clock.advance(Duration::from_secs(1));
        open(&bus) == 0
    })
    .await;
    assert_eq!(target.count(), 2);
    Ok(())
}

#[tokio::test]
async fn two_subscribers_of_one_name_are_refused() {
    let target = Fake::new(&clock(), |_, _| Act::Take);
    let rules = vec![rule("a", "Made", 1), rule("a", "Gone", 1)];
    let error = bus(None, rules, Vec::new(), &target).await.err().expect("a fault");
    assert_eq!(error.to_string(), "two subscribers are called `a`");
}
