//! What is delivered after a bus ended in the middle of its work.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bus::ledger::Ledger;
use crate::bus::state::Line;
use crate::bus::testing::{Act, Fake, bus, clock, open, put, rule, settle, until};
use crate::bus::{Bus, Rule, files};

const EVENTS: u64 = 5;

fn rules() -> Vec<Rule> {
    vec![rule("a", "Made", 1), rule("b", "Made", 1)]
}

fn log(directory: &tempfile::TempDir) -> PathBuf {
    directory.path().join("data.events.jsonl")
}

/// Takes the first `count` deliveries, and hangs in the others.
fn takes(count: usize) -> Arc<Fake> {
    Fake::new(&clock(), move |_, before| if before < count { Act::Take } else { Act::Hang })
}

/// The beginning of a line, as a kill leaves it.
fn tear(path: &Path) -> anyhow::Result<()> {
    Ok(OpenOptions::new().append(true).open(path)?.write_all(br#"{"settled":{"id":"#)?)
}

async fn start(path: &Path, target: &Arc<Fake>) -> anyhow::Result<Bus> {
    bus(Some(path), rules(), Vec::new(), target).await
}

#[tokio::test]
async fn what_was_not_settled_is_delivered_again_and_nothing_else() -> anyhow::Result<()> {
    let all = usize::try_from(EVENTS)? * 2;
    for settled in 0..=all {
        let directory = tempfile::tempdir()?;
        let path = log(&directory);
        let first = takes(settled);
        let bus = start(&path, &first).await?;
        for number in 0..EVENTS {
            put(&bus, "Made", number)?;
        }
        until(|| open(&bus) == all - settled).await;
        drop(bus);
        for file in [&files(&path)[0], &files(&path)[2]] {
            tear(file)?;
        }

        let second = takes(usize::MAX);
        let bus = start(&path, &second).await?;
        settle(&bus).await;
        drop(bus);
        let mut seen = first.seen()[..settled].to_vec();
        seen.extend(second.seen());
        assert_eq!(seen.len(), all, "after {settled}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all, "after {settled}");

        let third = takes(usize::MAX);
        let bus = start(&path, &third).await?;
        settle(&bus).await;
        assert_eq!((open(&bus), third.count()), (0, 0), "after {settled}");
    }
    Ok(())
}

#[tokio::test]
async fn a_journal_cut_anywhere_loses_settlements_and_never_a_delivery() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = log(&directory);
    let bus = start(&path, &takes(usize::MAX)).await?;
    for number in 0..EVENTS {
        put(&bus, "Made", number)?;
    }
    settle(&bus).await;
    drop(bus);
    let [_, _, journal] = files(&path);
    let whole = fs::read_to_string(&journal)?;
    let first = whole.find('\n').expect("the checkpoint is a line") + 1;
    let copy = tempfile::tempdir()?;
    let copied = log(&copy);
    for cut in (first..=whole.len()).step_by(11) {
        fs::copy(&path, &copied)?;
        fs::write(&files(&copied)[2], &whole[..cut])?;
        let settled = whole[first..cut].matches('\n').count();
        let open = Ledger::open(&copied)?.with(|state| state.deliveries().count());
        assert_eq!(open, usize::try_from(EVENTS)? * 2 - settled, "cut at {cut}");
    }
    Ok(())
}

#[tokio::test]
async fn a_rule_that_is_new_gets_no_event_of_before() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = log(&directory);
    let bus_before = bus(Some(&path), vec![rule("a", "Made", 1)], Vec::new(), &takes(0)).await?;
    put(&bus_before, "Made", 1)?;
    let line = fs::read_to_string(&path)?;
    assert!(line.contains(r#""targets":["a"]"#), "{line}");
    drop(bus_before);
    let target = takes(usize::MAX);
    let bus = start(&path, &target).await?;
    settle(&bus).await;
    assert_eq!(target.seen(), [("a".to_owned(), 1)]);
    Ok(())
}

#[tokio::test]
async fn an_event_of_a_rule_that_is_gone_becomes_a_dead_letter() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = log(&directory);
    let bus_before = start(&path, &takes(0)).await?;
    put(&bus_before, "Made", 1)?;
    drop(bus_before);
    let target = takes(usize::MAX);
    let bus = bus(Some(&path), vec![rule("a", "Made", 1)], Vec::new(), &target).await?;
    settle(&bus).await;
    assert_eq!(target.seen(), [("a".to_owned(), 1)]);
    let letters = bus.dead_letters().newest(9);
    assert_eq!((letters.len(), letters[0].component.as_str()), (1, "b"));
    Ok(())
}

#[tokio::test]
async fn an_event_is_found_whatever_came_after_it() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = log(&directory);
    let bus_before = start(&path, &takes(0)).await?;
    put(&bus_before, "Made", 1)?;
    // More than are kept in memory.
    for number in 0..10_001 {
        put(&bus_before, "Another", number)?;
    }
    drop(bus_before);
    // Once from the event log, once from what the first restart wrote.
    for _ in 0..2 {
        let bus = start(&path, &takes(0)).await?;
        assert_eq!(open(&bus), 2);
    }
    let target = takes(usize::MAX);
    let bus = start(&path, &target).await?;
    settle(&bus).await;
    let mut seen = target.seen();
    seen.sort_unstable();
    assert_eq!(seen, [("a".to_owned(), 1), ("b".to_owned(), 1)]);
    Ok(())
}

#[tokio::test]
async fn an_event_log_that_was_replaced_is_read_from_its_beginning() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = log(&directory);
    let bus_before = start(&path, &takes(usize::MAX)).await?;
    for number in 0..EVENTS {
        put(&bus_before, "Made", number)?;
    }
    settle(&bus_before).await;
    drop(bus_before);
    drop(start(&path, &takes(0)).await?);
    let text = fs::read_to_string(&path)?;
    let first = text.lines().next().expect("a line");
    fs::write(&path, format!("{first}\n").replace("\"id\":\"", "\"id\":\"f"))?;
    let bus = start(&path, &takes(0)).await?;
    assert_eq!(open(&bus), 2);
    Ok(())
}

#[test]
fn the_journal_stays_short_however_much_is_settled() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = log(&directory);
    let ledger = Ledger::open(&path)?;
    let open = |id: &str| Line::Open {
        id: id.to_owned(),
        rules: vec!["a".to_owned()],
        event: serde_json::json!({ "id": id }),
    };
    ledger.record(open("kept"))?;
    for number in 0..6_000 {
        let id = number.to_string();
        ledger.record(open(&id))?;
        ledger.record(Line::Settled { id, rule: "a".to_owned() })?;
    }
    ledger.close();
    let lines = fs::read_to_string(&files(&path)[2])?.lines().count();
    assert!(lines < 10_000, "{lines}");
    let ledger = Ledger::open(&path)?;
    let ids: Vec<String> = ledger.with(|state| state.deliveries().map(|open| open.id).collect());
    assert_eq!(ids, ["kept"]);
    let lines = fs::read_to_string(&files(&path)[2])?.lines().count();
    assert_eq!(lines, 2);
    Ok(())
}

#[test]
fn what_has_stopped_settles_nothing_more() {
    let ledger = Ledger::in_memory();
    let event = serde_json::json!({});
    let open = Line::Open { id: "1".to_owned(), rules: vec!["a".to_owned()], event };
    ledger.record(open).expect("it is open");
    ledger.close();
    let settled = Line::Settled { id: "1".to_owned(), rule: "a".to_owned() };
    assert!(ledger.record(settled).is_err());
    assert_eq!(ledger.with(|state| state.deliveries().count()), 1);
}

#[test]
fn deliveries_lie_beside_the_event_log() {
    let names = |log: &str| files(Path::new(log)).map(|path| path.display().to_string());
    let of_data = ["d/x.events.jsonl", "d/x.deliveries.jsonl.new", "d/x.deliveries.jsonl"];
    assert_eq!(names("d/x.events.jsonl"), of_data);
    assert_eq!(names("d/log")[2], "d/log.deliveries.jsonl");
}
