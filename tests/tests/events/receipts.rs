//! However often an event comes, and in whatever order: a subscriber acts once, and what it keeps is right.

use std::sync::{Arc, OnceLock};

use futures_util::future::join_all;
use purlin::{
    Attempt, Changes, Delivered, Entity as _, Expected, Received, Repository, Result, Subscriber,
    Transaction,
};

use super::bus::Entry;
use super::shop::{Parcel, ParcelWritten, Tally, id, shop};
use super::stand::Stand;
use crate::data::proxy::Proxy;

const PARCELS: &str = r#"{ "detail-type": ["ParcelWritten"] }"#;

/// Counts parcels, as a generated `project` does.
async fn count(received: Received<ParcelWritten>) -> Result<Transaction> {
    let tallies: Repository<Tally> = Repository::new(received.ctx());
    let last = received.into_event().parcel_id;
    let tally = Tally { tally_id: "parcels".to_owned(), count: 1, last: last.clone() };
    let changes = Changes::new().add(Tally::fields().count(), 1).set(Tally::fields().last(), last);
    Ok(Transaction::new().create_or_update(&tallies, &tally, changes))
}

/// Keeps each parcel's newest remark, by the version that the event says.
async fn mirror(received: Received<ParcelWritten>) -> Result<Transaction> {
    let version = received.metadata().entity.as_ref().and_then(|entity| entity.version);
    let count = i64::try_from(version.unwrap_or_default()).unwrap_or_default();
    let tallies: Repository<Tally> = Repository::new(received.ctx());
    let ParcelWritten { parcel_id, remark, .. } = received.into_event();
    let tally = Tally { tally_id: parcel_id, count, last: remark };
    let fields = Tally::fields();
    let Some(known) = tallies.get_or_none(tally.key()).await? else {
        return Ok(Transaction::new().create(&tallies, &tally));
    };
    if known.count >= count {
        return Ok(Transaction::new());
    }
    let changes = Changes::new()
        .set(fields.count(), count)
        .set(fields.last(), tally.last.clone())
        .when(fields.count().lt(count));
    Ok(Transaction::new().update(&tallies, tally.key(), changes, Expected::Any))
}

/// Makes a parcel named after another one.
async fn copy(received: Received<ParcelWritten>) -> Result<Transaction> {
    let parcels: Repository<Parcel> = Repository::new(received.ctx());
    let copy = Parcel::new(&format!("copy of {}", received.event().parcel_id));
    Ok(Transaction::new().create(&parcels, &copy))
}

async fn stand() -> Stand {
    Stand::of(shop().subscribers([
        Subscriber::new("count", PARCELS, count),
        Subscriber::new("mirror", PARCELS, mirror),
        Subscriber::new("copy", PARCELS, copy),
    ]))
    .await
}

/// The events of new parcels, as the bus has them.
async fn events(stand: &mut Stand, count: usize) -> Vec<Entry> {
    stand.parcels_are_made(0..count).await;
    stand.relay_all().await;
    stand.bus.take()
}

async fn counted(stand: &Stand) -> i64 {
    let tally = stand.all::<Tally>().get_or_none(&id("parcels")).await.expect("it is read");
    tally.map_or(0, |tally| tally.count)
}

/// Delivers until it succeeds, as a queue does.
async fn delivered(stand: &Stand, subscriber: &str, event: &Entry) -> Delivered {
    for _ in 0..20 {
        if let Ok(delivered) = stand.deliver(subscriber, event).await {
            return delivered;
        }
    }
    panic!("`{subscriber}` does not take the event")
}

#[tokio::test]
async fn deliveries_at_once_act_once() {
    let mut stand = stand().await;
    for event in events(&mut stand, 4).await {
        let deliveries = join_all((0..8).map(|_| delivered(&stand, "count", &event))).await;
        let acted = deliveries.iter().filter(|delivered| **delivered == Delivered::Now).count();
        assert_eq!(acted, 1, "{deliveries:?}");
    }
    assert_eq!(counted(&stand).await, 4);
    assert_eq!(stand.items("$receipt").await.len(), 4);
}

#[tokio::test]
async fn counters_are_right_under_fifty_deliveries_at_once_and_each_event_twice() {
    let mut stand = stand().await;
    let events = events(&mut stand, 50).await;
    let twice = events.iter().chain(&events);
    join_all(twice.map(|event| delivered(&stand, "count", event))).await;
    assert_eq!(counted(&stand).await, 50);
}

/// The subscriber's write and its receipt are one: where one fails, neither is there.
#[tokio::test]
async fn no_receipt_is_left_of_what_did_not_happen() {
    let mut stand = stand().await;
    let event = events(&mut stand, 1).await.remove(0);
    let obstacle = Parcel::new("copy of 0");
    let parcels = stand.all::<Parcel>();
    parcels.create(&obstacle).await.expect("it is new");
    for _ in 0..2 {
        let error = stand.deliver("copy", &event).await.expect_err("there is one already");
        assert!(error.is_conflict(), "{error:?}");
        assert!(stand.items("$receipt").await.is_empty());
    }
    parcels.delete(obstacle.key(), Expected::Any).await.expect("it is there");
    assert_eq!(stand.deliver("copy", &event).await.expect("it acts"), Delivered::Now);
    assert_eq!(stand.deliver("copy", &event).await.expect("it has acted"), Delivered::Before);
    parcels.delete(obstacle.key(), Expected::Any).await.expect("it is there");
    assert_eq!(stand.deliver("copy", &event).await.expect("it has acted"), Delivered::Before);
    assert_eq!(parcels.get_or_none(obstacle.key()).await.expect("it is read"), None);
}

/// The commit's answer is lost, or the process ends behind it.
#[tokio::test]
async fn what_was_committed_unknown_to_the_subscriber_is_not_done_again() {
    let proxy: Arc<OnceLock<Proxy>> = Arc::default();
    let losing = Arc::clone(&proxy);
    let subscriber = Subscriber::new("copy", PARCELS, move |received| {
        if let Some(proxy) = losing.get() {
            // The commit's, and in the second event's case also that of the look for the receipt behind it.
            let ParcelWritten { parcel_id, .. } = Received::event(&received);
            proxy.lose(if parcel_id == "0" { 1 } else { 2 });
        }
        copy(received)
    });
    let mut stand = Stand::of(shop().subscribers([subscriber])).await;
    let events = events(&mut stand, 2).await;
    let endpoint = stand.shared().config().dynamodb_endpoint().expect("there is one").to_owned();
    let address = endpoint.trim_start_matches("http://").trim_end_matches('/');
    assert!(proxy.set(Proxy::start(address).await).is_ok());
    let proxy = proxy.get().expect("it is set");
    let shared = stand.through(proxy.endpoint());
    let attempt = Attempt { number: 1, is_last: false };
    let deliver = async |event: &Entry| {
        stand.app().deliver("copy", &event.as_event(), attempt, &shared).await
    };
    assert_eq!(deliver(&events[0]).await.expect("the receipt is there"), Delivered::Before);
    assert_eq!(proxy.lost(), 1);
    deliver(&events[1]).await.expect_err("nothing is known of it");
    assert_eq!(proxy.lost(), 2);
    for event in &events {
        assert_eq!(stand.deliver("copy", event).await.expect("it has acted"), Delivered::Before);
    }
    assert_eq!(stand.items("Parcel").await.len(), 4);
}

/// An event that is published twice comes to a subscriber as one.
#[tokio::test]
async fn what_is_published_twice_has_one_effect() {
    let mut stand = stand().await;
    stand.parcels_are_made(["a"]).await;
    let records = stand.records().await;
    for _ in 0..3 {
        stand.restart();
        stand.app().relay(&records, stand.shared()).await;
    }
    let taken = stand.bus.taken();
    assert_eq!(taken.len(), 3);
    for event in taken {
        delivered(&stand, "count", &event).await;
    }
    assert_eq!(counted(&stand).await, 1);
}

/// A subscriber acts on its own account: what another one has done counts for nothing.
#[tokio::test]
async fn each_subscriber_has_a_receipt_of_its_own() {
    let mut stand = stand().await;
    let event = events(&mut stand, 1).await.remove(0);
    for subscriber in ["count", "mirror", "copy"] {
        assert_eq!(delivered(&stand, subscriber, &event).await, Delivered::Now, "{subscriber}");
        assert_eq!(delivered(&stand, subscriber, &event).await, Delivered::Before, "{subscriber}");
    }
    assert_eq!(stand.items("$receipt").await.len(), 3);
}

#[tokio::test]
async fn a_consumer_converges_by_version_in_whatever_order_events_come() {
    let mut stand = stand().await;
    stand.parcels_are_made(["a"]).await;
    for version in 2..=8 {
        stand.parcel_is_changed("a", &version.to_string()).await;
    }
    stand.relay_all().await;
    let events = stand.bus.take();
    assert!(events.len() >= 8);
    let mut shuffled: Vec<&Entry> = events.iter().chain(&events).collect();
    fastrand::shuffle(&mut shuffled);
    join_all(shuffled.iter().map(|event| delivered(&stand, "mirror", event))).await;
    let kept = stand.all::<Tally>().get(&id("a")).await.expect("it is there");
    assert_eq!((kept.count, kept.last.as_str()), (8, "8"));
}
