//! What becomes of an event that its subscriber does not take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::bus::Redrive;
use crate::bus::testing::{Act, Fake, bus, clock, open, put, rule, settle, until};

/// Fails until it is mended.
fn broken() -> (Arc<AtomicBool>, Arc<Fake>) {
    let mended = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&mended);
    let target = Fake::new(&clock(), move |_, _| match asked.load(Ordering::SeqCst) {
        true => Act::Take,
        false => Act::Fail,
    });
    (mended, target)
}

#[tokio::test]
async fn a_dead_letter_says_what_was_not_taken_and_why() -> anyhow::Result<()> {
    let (_, target) = broken();
    let rules = vec![rule("a", "Made", 1)];
    let bus = bus(None, rules, Vec::new(), &target).await?;
    put(&bus, "Made", 1)?;
    put(&bus, "Made", 2)?;
    settle(&bus).await;
    let letters = bus.dead_letters();
    let newest = letters.newest(9);
    let numbers: Vec<_> = newest.iter().map(|letter| &letter.event["detail"]["number"]).collect();
    assert_eq!(numbers, [&json!(2), &json!(1)]);
    assert_eq!(letters.newest(1), newest[..1]);
    let letter = letters.get(&newest[0].id).expect("it is listed");
    assert_eq!((letter.component.as_str(), letter.attempts), ("a", 1));
    assert!(letter.error.starts_with("the subscriber is out of order"), "{}", letter.error);
    assert_eq!(letter.event, target.calls()[1].event);
    Ok(())
}

#[tokio::test]
async fn a_redrive_goes_to_its_own_subscriber_alone_with_all_attempts() -> anyhow::Result<()> {
    let clock = clock();
    let mended = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&mended);
    let target = Fake::new(&clock, move |call, _| {
        match call.rule == "a" && (call.attempt < 2 || !asked.load(Ordering::SeqCst)) {
            true => Act::Fail,
            false => Act::Take,
        }
    });
    let rules = vec![rule("a", "Made", 2), rule("b", "Made", 2)];
    let bus = bus(None, rules, Vec::new(), &target).await?;
    put(&bus, "Made", 1)?;
    let settle = || {
        clock.advance(std::time::Duration::from_secs(1));
        open(&bus) == 0
    };
    until(settle).await;
    let letters = bus.dead_letters();
    let id = letters.newest(9)[0].id.clone();
    let before = target.count();
    mended.store(true, Ordering::SeqCst);
    assert_eq!(letters.redrive(&id)?, Redrive::Started);
    assert_eq!(letters.redrive(&id)?, Redrive::UnknownLetter);
    until(settle).await;
    let again: Vec<_> = target.calls().split_off(before);
    let attempts: Vec<_> = again.iter().map(|call| (call.rule.as_str(), call.attempt)).collect();
    assert_eq!(attempts, [("a", 1), ("a", 2)]);
    assert!(letters.newest(9).is_empty());
    Ok(())
}

#[tokio::test]
async fn dead_letters_outlive_the_bus_until_they_are_removed_or_redriven() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.events.jsonl");
    let (mended, target) = broken();
    let rules = || vec![rule("a", "Made", 1)];
    let mut started = bus(Some(&path), rules(), Vec::new(), &target).await?;
    for number in 0..4 {
        put(&started, "Made", number)?;
    }
    settle(&started).await;
    let first = started.dead_letters().newest(9);
    assert_eq!(first.len(), 4);
    for left in [4, 3] {
        drop(started);
        started = bus(Some(&path), rules(), Vec::new(), &target).await?;
        assert_eq!(started.dead_letters().newest(9), first[..left]);
        assert!(started.dead_letters().remove(&first[left - 1].id)?);
        assert!(!started.dead_letters().remove(&first[left - 1].id)?);
    }
    mended.store(true, Ordering::SeqCst);
    assert_eq!(started.dead_letters().redrive_all()?, 2);
    settle(&started).await;
    drop(started);
    let count = target.count();
    let started = bus(Some(&path), rules(), Vec::new(), &target).await?;
    settle(&started).await;
    assert!(started.dead_letters().newest(9).is_empty());
    assert_eq!((count, target.count()), (6, 6));
    Ok(())
}

#[tokio::test]
async fn a_redrive_that_was_under_way_is_delivered_by_the_next_bus() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.events.jsonl");
    let rules = || vec![rule("a", "Made", 1)];
    let fails_once =
        Fake::new(&clock(), |_, before| if before == 0 { Act::Fail } else { Act::Hang });
    let started = bus(Some(&path), rules(), Vec::new(), &fails_once).await?;
    put(&started, "Made", 1)?;
    settle(&started).await;
    assert_eq!(started.dead_letters().redrive_all()?, 1);
    until(|| fails_once.count() == 2).await;
    drop(started);
    let takes = Fake::new(&clock(), |_, _| Act::Take);
    let started = bus(Some(&path), rules(), Vec::new(), &takes).await?;
    settle(&started).await;
    assert_eq!((takes.count(), started.dead_letters().newest(9).len()), (1, 0));
    Ok(())
}

#[tokio::test]
async fn a_dead_letter_whose_subscriber_is_gone_stays() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.events.jsonl");
    let (_, target) = broken();
    let started = bus(Some(&path), vec![rule("a", "Made", 1)], Vec::new(), &target).await?;
    put(&started, "Made", 1)?;
    settle(&started).await;
    drop(started);
    let started = bus(Some(&path), Vec::new(), Vec::new(), &target).await?;
    let letters = started.dead_letters();
    let id = letters.newest(9)[0].id.clone();
    assert_eq!(letters.redrive(&id)?, Redrive::UnknownRule("a".to_owned()));
    assert_eq!(letters.redrive_all()?, 0);
    assert_eq!(letters.newest(9).len(), 1);
    Ok(())
}
