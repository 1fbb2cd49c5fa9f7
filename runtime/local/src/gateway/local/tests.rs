//! The paths' handlers, without a socket.

use axum::body::to_bytes;

use super::*;
use crate::bus::testing::{self, Act, Fake, put, rule, settle};

async fn read(answer: Answer) -> anyhow::Result<(u16, Value)> {
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), usize::MAX).await?;
    Ok((status, if body.is_empty() { Value::Null } else { serde_json::from_slice(&body)? }))
}

/// A bus whose only subscriber takes what comes once more, and nothing that comes for the first time.
async fn bus(events: u64) -> anyhow::Result<(Bus, Shared)> {
    let events_before = usize::try_from(events)?;
    let target =
        Fake::new(
            &testing::clock(),
            move |_, before| {
                if before < events_before { Act::Fail } else { Act::Take }
            },
        );
    let bus = testing::bus(None, vec![rule("a", "Made", 1)], Vec::new(), &target).await?;
    for number in 0..events {
        put(&bus, "Made", number)?;
    }
    settle(&bus).await;
    let letters = Letters::new(None, Some(bus.dead_letters()));
    let local = State(Arc::new(Local::of(&bus, letters)));
    Ok((bus, local))
}

#[tokio::test]
async fn dead_letters_are_listed_and_read_and_replayed_and_removed() -> anyhow::Result<()> {
    let (bus, local) = bus(4).await?;
    let newest = bus.dead_letters().newest(9);
    let id = |number: usize| Path(newest[number].id.clone());
    let (status, all) = read(list_letters(local.clone(), RawQuery(None)).await).await?;
    assert_eq!((status, all), (200, json!({ "items": newest })));
    let query = RawQuery(Some("limit=1".to_owned()));
    let one = read(list_letters(local.clone(), query).await).await?.1;
    assert_eq!(one, json!({ "items": newest[..1] }));
    let letter = read(letter(local.clone(), id(0)).await).await?;
    assert_eq!(letter, (200, json!(newest[0])));

    assert_eq!(read(remove(local.clone(), id(0)).await).await?, (204, Value::Null));
    let one = read(replay_letter(local.clone(), id(1)).await).await?;
    assert_eq!(one, (202, json!({ "replayed": 1 })));
    let others = read(replay_letters(local.clone()).await).await?;
    assert_eq!(others, (202, json!({ "replayed": 2, "kept": [] })));
    settle(&bus).await;
    let none = read(list_letters(local, RawQuery(None)).await).await?.1;
    assert_eq!(none, json!({ "items": [] }));
    Ok(())
}

#[tokio::test]
async fn a_replay_is_asked_for_by_its_time() -> anyhow::Result<()> {
    let (bus, local) = bus(1).await?;
    for (rule, deliveries) in [(json!(null), 1), (json!("a"), 1)] {
        let wanted =
            json!({ "from": "2030-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z", "rule": rule });
        let (status, answer) = read(replay(local.clone(), wanted.to_string().into()).await).await?;
        assert_eq!((status, &answer["deliveries"]), (202, &json!(deliveries)), "{answer}");
    }
    settle(&bus).await;
    Ok(())
}
