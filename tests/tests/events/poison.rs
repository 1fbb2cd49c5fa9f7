//! Records whose events cannot be told: they are put aside, and what comes behind them goes on.

use purlin::Repository;
use purlin::dead_letter::{self, DeadLetter};
use purlin::dynamodb::AttributeValue;

use super::shop::{Cursed, Parcel, ParcelWritten, Unheard, id};
use super::stand::Stand;

async fn letters(stand: &Stand) -> Vec<DeadLetter> {
    dead_letter::newest(&stand.context(), 100).await.expect("they are read")
}

/// Relays ten records, the fifth of which is the poison.
async fn relayed_with(poison: Repository<Parcel>, mut stand: Stand) -> Vec<DeadLetter> {
    stand.parcels_are_made(0..4).await;
    poison.create(&Parcel::new("poison")).await.expect("it is new");
    stand.parcels_are_made(5..10).await;
    let relayed = stand.relay(10).await;
    assert_eq!((relayed.published, relayed.failed.len(), relayed.dead), (9, 0, 1));
    // The shard goes on, and so does the item.
    stand.parcel_is_changed("poison", "later").await;
    assert_eq!(stand.relay(10).await.published, 1);
    letters(&stand).await
}

#[tokio::test]
async fn an_event_that_the_application_does_not_know_is_a_dead_letter() {
    let stand = Stand::start().await;
    let letters = relayed_with(stand.all().emitting::<Unheard>(), stand).await;
    assert_eq!(letters[0].component, "relay");
    assert_eq!(letters[0].detail_type.as_deref(), Some("Unheard"));
    assert!(letters[0].event_id.is_some());
    assert!(letters[0].error.contains("does not know the event `Unheard`"), "{letters:?}");
    // Whoever looks at it finds the item, and what was to be told.
    let text = letters[0].event.to_string();
    assert!(text.contains("PARCEL#poison|PARCEL") && text.contains("Unheard"), "{text}");
}

/// What an application makes of an item may panic: no record is lost, and none behind it waits.
#[tokio::test]
async fn an_event_that_panics_in_the_making_is_a_dead_letter() {
    let stand = Stand::start().await;
    let letters = relayed_with(stand.all().emitting::<Cursed>(), stand).await;
    assert!(letters[0].error.contains("panicked: `poison` is cursed"), "{letters:?}");
}

#[tokio::test]
async fn a_note_that_cannot_be_read_is_a_dead_letter() {
    let mut stand = Stand::start().await;
    stand.parcels_are_made(["a", "b"]).await;
    stand.relay_all().await;
    for note in ["{", r#"{"e":[{"i":"no id","t":"ParcelWritten"}],"re":"r"}"#] {
        let mut item = stand.items("Parcel").await.remove(0);
        item.insert("_events".to_owned(), AttributeValue::S(note.to_owned()));
        stand.put(item).await;
    }
    stand.parcel_is_changed("b", "later").await;
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.failed.len(), relayed.dead), (1, 0, 2));
    for letter in letters(&stand).await {
        assert!(letter.error.contains("the note of an item's events cannot be read"), "{letter:?}");
    }
}

/// Of several events of one write, those that can be told are.
#[tokio::test]
async fn an_event_beside_one_that_cannot_be_told_is_published() {
    let mut stand = Stand::start().await;
    let parcels = stand.all::<Parcel>().emitting::<Unheard>().emitting::<ParcelWritten>();
    parcels.create(&Parcel::new("a")).await.expect("it is new");
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.failed.len(), relayed.dead), (1, 0, 1));
    assert!(stand.bus.types().contains(&"ParcelWritten".to_owned()));
}

#[tokio::test]
async fn an_outbox_that_lacks_a_part_is_a_dead_letter() {
    let mut stand = Stand::start().await;
    stand.parcels_are_made(["a"]).await;
    stand.parcels().delete(&id("a"), purlin::Expected::Any).await.expect("it is there");
    let mut outbox = stand.items("$outbox").await.remove(0);
    outbox.remove("_detail");
    outbox.insert("PK".to_owned(), AttributeValue::S("$OUTBOX#other".to_owned()));
    stand.put(outbox).await;
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.failed.len(), relayed.dead), (2, 0, 1));
}

/// A letter that cannot be kept holds its record back: nothing is dropped in silence.
#[tokio::test]
async fn a_record_whose_dead_letter_cannot_be_kept_comes_again() {
    let mut stand = Stand::start().await;
    let poison = stand.all::<Parcel>().emitting::<Unheard>();
    poison.create(&Parcel::new("poison")).await.expect("it is new");
    stand.parcels_are_made(["a"]).await;
    let records = stand.next(2).await;
    let table = stand.without_table();
    let relayed = stand.app().relay(&records, &table).await;
    assert_eq!(relayed.failed, [records[0].sequence_number()]);
    assert_eq!((relayed.published, relayed.dead), (1, 0));
    assert_eq!(stand.relay_all().await.dead, 1);
}
