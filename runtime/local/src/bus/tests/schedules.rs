//! Subscribers that the clock calls.

use std::time::Duration;

use purlin::Timestamp;
use serde_json::json;

use crate::bus::Schedule;
use crate::bus::testing::{
    Act, Fake, bus, clock, every_five_minutes, open, rest, retry, settle, until,
};

const MINUTE: Duration = Duration::from_secs(60);

fn seconds(text: &serde_json::Value) -> i64 {
    let time: Timestamp = text.as_str().and_then(|text| text.parse().ok()).expect("a time");
    time.as_millis() / 1000
}

#[tokio::test]
async fn a_schedule_calls_its_subscriber_when_it_is_due() -> anyhow::Result<()> {
    let clock = clock();
    let start = clock.time().as_millis() / 1000;
    let target = Fake::new(&clock, |_, _| Act::Take);
    let bus = bus(None, Vec::new(), vec![every_five_minutes("tidy")], &target).await?;
    rest().await;
    clock.advance(4 * MINUTE);
    rest().await;
    assert_eq!(target.count(), 0);
    clock.advance(MINUTE);
    until(|| target.count() == 1).await;
    settle(&bus).await;
    clock.advance(5 * MINUTE);
    until(|| target.count() == 2).await;

    let [first, second] = &target.calls()[..] else { panic!("two calls") };
    assert_eq!((first.rule.as_str(), first.attempt), ("tidy", 1));
    let event = &first.event;
    let (time, id) = (&event["time"], &event["detail"]["metadata"]["eventId"]);
    assert_eq!(seconds(time), start + 300);
    assert_eq!(seconds(&second.event["time"]), start + 600);
    assert_ne!(id, &second.event["detail"]["metadata"]["eventId"]);
    let expected = json!({
        "version": "0", "id": event["id"], "detail-type": "Scheduled", "source": "things.schedules", "time": time,
        "detail": {
            "metadata": {
                "eventId": id, "type": "Scheduled", "version": 1, "source": "things.schedules", "time": time,
                "correlationId": id,
            },
            "data": { "schedule": "tidy", "scheduledFor": time },
        },
    });
    assert_eq!(event, &expected);
    Ok(())
}

#[tokio::test]
async fn what_came_due_while_nothing_ran_is_made_up_for_by_one_call() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.events.jsonl");
    let clock = clock();
    let start = clock.time().as_millis() / 1000;
    let target = Fake::new(&clock, |_, _| Act::Take);
    let schedules = || vec![every_five_minutes("tidy")];
    drop(bus(Some(&path), Vec::new(), schedules(), &target).await?);
    let started = bus(Some(&path), Vec::new(), schedules(), &target).await?;
    rest().await;
    drop(started);
    clock.advance(17 * MINUTE);
    let started = bus(Some(&path), Vec::new(), schedules(), &target).await?;
    until(|| target.count() == 1).await;
    settle(&started).await;
    drop(started);
    let started = bus(Some(&path), Vec::new(), schedules(), &target).await?;
    rest().await;
    assert_eq!(target.count(), 1);
    assert_eq!(seconds(&target.calls()[0].event["time"]), start + 15 * 60);
    clock.advance(3 * MINUTE);
    until(|| target.count() == 2).await;
    assert_eq!(seconds(&target.calls()[1].event["time"]), start + 20 * 60);
    settle(&started).await;
    Ok(())
}

#[tokio::test]
async fn a_call_that_was_under_way_is_the_same_when_it_is_repeated() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.events.jsonl");
    let clock = clock();
    let target = Fake::new(&clock, |_, before| if before == 0 { Act::Hang } else { Act::Take });
    let schedules = || vec![every_five_minutes("tidy")];
    let started = bus(Some(&path), Vec::new(), schedules(), &target).await?;
    rest().await;
    clock.advance(5 * MINUTE);
    until(|| target.count() == 1).await;
    drop(started);
    let started = bus(Some(&path), Vec::new(), schedules(), &target).await?;
    settle(&started).await;
    let calls = target.calls();
    assert_eq!((calls.len(), &calls[0].event), (2, &calls[1].event));
    Ok(())
}

#[tokio::test]
async fn a_call_that_fails_is_tried_again_and_becomes_a_dead_letter() -> anyhow::Result<()> {
    let clock = clock();
    let target = Fake::new(&clock, |_, _| Act::Fail);
    let bus = bus(None, Vec::new(), vec![every_five_minutes("tidy")], &target).await?;
    rest().await;
    clock.advance(5 * MINUTE);
    until(|| target.count() == 1).await;
    until(|| {
        clock.advance(Duration::from_secs(1));
        open(&bus) == 0
    })
    .await;
    assert_eq!((target.count(), bus.dead_letters().newest(9).len()), (2, 1));
    Ok(())
}

#[tokio::test]
async fn an_expression_that_is_none_is_refused() {
    let schedule = Schedule {
        name: "tidy".to_owned(),
        expression: "rate(5 minute)".to_owned(),
        retry: retry(1),
    };
    let target = Fake::new(&clock(), |_, _| Act::Take);
    let error = bus(None, Vec::new(), vec![schedule], &target).await.err().expect("a fault");
    assert_eq!(error.to_string(), "the schedule `rate(5 minute)` of `tidy`");
}
