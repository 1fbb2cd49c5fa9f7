//! Events of the archive that are delivered once more.

use purlin::Timestamp;

use crate::bus::testing::{Act, Fake, bus, clock, open, put, rule, settle, until};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

#[tokio::test]
async fn a_replay_goes_to_the_rules_of_today_and_says_what_it_is() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.events.jsonl");
    let target = Fake::new(&clock(), |_, _| Act::Take);
    let old = vec![rule("old", "Made", 1)];
    for file in [None, Some(path.as_path())] {
        let before = target.count();
        let mut started = bus(file, old.clone(), Vec::new(), &target).await?;
        put(&started, "Made", 1)?;
        put(&started, "Another", 2)?;
        settle(&started).await;
        if file.is_some() {
            drop(started);
            started = bus(file, vec![rule("new", "Made", 1)], Vec::new(), &target).await?;
        }
        let rule = if file.is_some() { "new" } else { "old" };
        let moment = at("2030-01-01T00:00:00Z");
        let replay = started.archive().replay(moment, moment, None)?;
        assert_eq!((replay.events, replay.deliveries), (1, 1));
        settle(&started).await;
        let calls = target.calls().split_off(before);
        assert_eq!((calls.len(), calls[1].rule.as_str()), (2, rule));
        let mut expected = calls[0].event.clone();
        expected["replay-name"] = replay.name.into();
        assert_eq!(calls[1].event, expected);
    }
    Ok(())
}

#[tokio::test]
async fn a_replay_keeps_to_its_time_and_its_rule() -> anyhow::Result<()> {
    let target = Fake::new(&clock(), |_, _| Act::Take);
    let rules = vec![rule("a", "Made", 1), rule("b", "Made", 1)];
    let bus = bus(None, rules, Vec::new(), &target).await?;
    put(&bus, "Made", 1)?;
    settle(&bus).await;
    let (early, late) = (at("2029-12-31T23:59:59Z"), at("2030-01-01T00:00:01Z"));
    for (from, to, rule, deliveries) in [
        (early, early, None, 0),
        (late, late, None, 0),
        (early, late, None, 2),
        (early, late, Some("b"), 1),
    ] {
        let replay = bus.archive().replay(from, to, rule)?;
        assert_eq!(replay.deliveries, deliveries, "{from} {to} {rule:?}");
    }
    settle(&bus).await;
    let to_b = target.seen().iter().filter(|(rule, _)| rule == "b").count();
    assert_eq!((target.count(), to_b), (5, 3));
    Ok(())
}

#[tokio::test]
async fn a_replay_that_was_under_way_is_delivered_by_the_next_bus() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.events.jsonl");
    let rules = || vec![rule("a", "Made", 1)];
    let hangs = Fake::new(&clock(), |_, before| if before == 0 { Act::Take } else { Act::Hang });
    let started = bus(Some(&path), rules(), Vec::new(), &hangs).await?;
    put(&started, "Made", 1)?;
    settle(&started).await;
    let moment = at("2030-01-01T00:00:00Z");
    let replay = started.archive().replay(moment, moment, None)?;
    until(|| hangs.count() == 2 && open(&started) == 1).await;
    drop(started);
    let takes = Fake::new(&clock(), |_, _| Act::Take);
    let started = bus(Some(&path), rules(), Vec::new(), &takes).await?;
    settle(&started).await;
    let events: Vec<_> = takes.calls().into_iter().map(|call| call.event).collect();
    assert_eq!((events.len(), &events[0]["replay-name"]), (1, &replay.name.into()));
    Ok(())
}
