//! Events over EventBridge's limit: refused before anything is written.

use purlin::{Changes, Event, Expected, Transaction};
use serde::Serialize;

use super::shop::{Parcel, ParcelWritten, id};
use super::stand::Stand;

/// In JSON a control character is six bytes, and so an item that fits the table makes an event that does not fit the
/// bus.
fn controls(count: usize) -> String {
    "\u{1}".repeat(count)
}

#[derive(Serialize, Event)]
#[event(source = "shop.talk", version = 1)]
struct Shouted {
    text: String,
}

#[tokio::test]
async fn an_item_whose_event_is_too_large_is_not_written() {
    let mut stand = Stand::start().await;
    let parcel = Parcel { remark: controls(200_000), ..Parcel::new("a") };
    let error = stand.parcels().create(&parcel).await.expect_err("the event is too large");
    assert_eq!(error.code(), "event-too-large");
    let error = Transaction::new().create(&stand.parcels(), &parcel).commit().await;
    assert_eq!(error.expect_err("the event is too large").code(), "event-too-large");
    assert!(stand.items("Parcel").await.is_empty());
    // It is the event that does not fit.
    stand.all::<Parcel>().create(&parcel).await.expect("there is no event");
    // As large as can be is published.
    let parcel = Parcel { remark: controls(170_000), ..Parcel::new("b") };
    stand.parcels().create(&parcel).await.expect("the event fits");
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.dead), (1, 0));
    assert_eq!(stand.bus.taken()[0].data()["remark"], parcel.remark);
}

#[tokio::test]
async fn a_change_whose_event_is_too_large_is_not_made() {
    let stand = Stand::start().await;
    stand.parcels_are_made(["a"]).await;
    let remark = || Changes::new().set(Parcel::fields().remark(), controls(200_000));
    let error = stand.parcels().update(&id("a"), remark(), Expected::Any).await.map(|_| ());
    assert_eq!(error.expect_err("the event is too large").code(), "event-too-large");
    let error = Transaction::new()
        .update(&stand.parcels(), &id("a"), remark(), Expected::Any)
        .commit()
        .await;
    assert_eq!(error.expect_err("the event is too large").code(), "event-too-large");
    let stored = stand.all::<Parcel>().get(&id("a")).await.expect("it is there");
    assert_eq!(stored, Parcel::new("a"));
    // It is the event that does not fit.
    stand
        .all::<Parcel>()
        .update(&id("a"), remark(), Expected::Any)
        .await
        .expect("there is no event");
}

#[tokio::test]
async fn a_whole_event_that_is_too_large_is_refused() {
    let stand = Stand::start().await;
    let shouted = Shouted { text: controls(200_000) };
    let error = stand.all::<Parcel>().emitting_whole(&shouted).expect_err("it is too large");
    assert_eq!(error.code(), "event-too-large");
    let transaction = Transaction::new()
        .create(&stand.all::<Parcel>(), &Parcel::new("a"))
        .emit(&stand.context(), &shouted);
    let error = transaction.commit().await.expect_err("it is too large");
    assert_eq!(error.code(), "event-too-large");
    let error = stand.context().publish(&shouted).await.expect_err("it is too large");
    assert_eq!(error.code(), "event-too-large");
    assert!(stand.items("Parcel").await.is_empty());
    assert!(stand.bus.requests().is_empty());
}

/// Even what is larger than an item of the table can be put aside, or nothing behind it would ever be published.
#[tokio::test]
async fn a_large_event_that_the_bus_refuses_holds_nothing_back() {
    let mut stand = Stand::start().await;
    let parcel = Parcel { remark: controls(100_000), ..Parcel::new("a") };
    stand.parcels().create(&parcel).await.expect("the event fits");
    stand.parcel_is_changed("a", "later").await;
    stand.bus.answers(|entries| {
        let is_large = entries[0].data()["remark"] != "later";
        super::bus::Answer::Each(vec![if is_large { "MalformedDetail" } else { "" }])
    });
    let relayed = stand.relay_all().await;
    assert_eq!((relayed.published, relayed.failed.len(), relayed.dead), (1, 0, 1));
    let letters = purlin::dead_letter::newest(&stand.context(), 9).await.expect("they are read");
    assert_eq!(letters[0].detail_type.as_deref(), Some(ParcelWritten::DETAIL_TYPE));
    assert_eq!(letters[0].event.pointer("/detail/metadata/entity/version"), Some(&1.into()));
    assert!(letters[0].shortened);
    // What lacks its data is no event that could be sent again.
    let replayed = purlin::dead_letter::replay(&stand.context(), &letters[0]).await;
    assert_eq!(replayed.expect_err("the data is gone").code(), "not-an-event");
}
