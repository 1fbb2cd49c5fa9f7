//! Events that ride on the item whose write emits them: each write has its own, and no other.

use purlin::dynamodb::AttributeValue;
use purlin::{Changes, Expected, Item, Repository, Timestamp, Transaction};
use serde_json::{Value, json};

use super::bus::Entry;
use super::shop::{
    Order, OrderMoved, OrderStatus, OrderWritten, Parcel, ParcelWritten, Posted, id,
};
use super::stand::Stand;

impl Stand {
    /// Orders, whose writes emit.
    fn orders(&self) -> Repository<Order> {
        self.all().emitting::<OrderWritten>()
    }

    /// What the writes since the last look have emitted.
    async fn told(&mut self) -> Vec<Entry> {
        let relayed = self.relay_all().await;
        assert_eq!((relayed.failed.len(), relayed.dead), (0, 0));
        self.bus.take()
    }

    /// Of what the writes since the last look have emitted: type, version of the entity, remark.
    async fn told_of(&mut self) -> Vec<(String, u64, String)> {
        let told = self.told().await.into_iter();
        told.map(|entry| {
            let remark = entry.data()["remark"].as_str().unwrap_or_default().to_owned();
            (entry.detail_type.clone(), entry.entity().1, remark)
        })
        .collect()
    }
}

fn remark(remark: &str) -> Changes<Order> {
    Changes::new().set(Order::fields().remark(), remark)
}

fn one(detail_type: &str, version: u64, remark: &str) -> Vec<(String, u64, String)> {
    vec![(detail_type.to_owned(), version, remark.to_owned())]
}

#[tokio::test]
async fn each_write_of_an_item_tells_of_the_item_as_it_then_is() {
    let mut stand = Stand::start().await;
    let orders = stand.orders();
    let written = |version, remark: &str| one("OrderWritten", version, remark);
    orders.create(&Order::new("a")).await.expect("it is new");
    assert_eq!(stand.told_of().await, written(1, ""));
    orders.update(&id("a"), remark("x"), Expected::Version(1)).await.expect("it is there");
    assert_eq!(stand.told_of().await, written(2, "x"));
    // One that changes a value which no two share replaces the item.
    let renumbered = remark("y").set(Order::fields().number(), "another");
    orders.update(&id("a"), renumbered, Expected::Any).await.expect("it is there");
    assert_eq!(stand.told_of().await, written(3, "y"));
    orders.delete(&id("a"), Expected::Any).await.expect("it is there");
    assert_eq!(stand.told_of().await, written(4, "y"));
    orders.restore(&id("a"), Expected::Any).await.expect("it is deleted");
    assert_eq!(stand.told_of().await, written(5, "y"));
    orders.create_or_update(&Order::new("a"), remark("z")).await.expect("it is there");
    assert_eq!(stand.told_of().await, written(6, "z"));
    orders.delete(&id("a"), Expected::Any).await.expect("it is there");
    orders.purge(&id("a"), Expected::Any).await.expect("it is deleted");
    let told = stand.told_of().await;
    assert_eq!(told, [written(7, "z"), written(8, "z")].concat());
    let orders = stand.all::<Order>();
    orders.create(&Order::new("a")).await.expect("it is new");
    orders.update(&id("a"), remark("x"), Expected::Any).await.expect("it is there");
    assert!(stand.told().await.is_empty());
}

#[tokio::test]
async fn a_write_without_events_tells_of_nothing_again() {
    let mut stand = Stand::start().await;
    stand.orders().create(&Order::new("a")).await.expect("it is new");
    assert_eq!(stand.told().await.len(), 1);
    // Nor does another process, that knows nothing of what was published.
    stand.restart();
    let silent = stand.all::<Order>();
    silent.update(&id("a"), remark("x"), Expected::Any).await.expect("it is there");
    let renumbered = Changes::new().set(Order::fields().number(), "another");
    silent.update(&id("a"), renumbered, Expected::Any).await.expect("it is there");
    silent.delete(&id("a"), Expected::Any).await.expect("it is there");
    silent.restore(&id("a"), Expected::Any).await.expect("it is deleted");
    silent.delete(&id("a"), Expected::Any).await.expect("it is there");
    silent.purge(&id("a"), Expected::Any).await.expect("it is deleted");
    assert!(stand.told().await.is_empty());
}

#[tokio::test]
async fn a_step_tells_what_the_repository_emits_then_its_own_event_then_the_states() {
    let mut stand = Stand::start().await;
    let silent = stand.all::<Order>();
    for id in ["a", "b"] {
        silent.create(&Order::new(id)).await.expect("it is new");
    }
    stand.orders().transition(&id("a"), Order::PLACE, Expected::Any).await.expect("it is open");
    let told = stand.told().await;
    let types: Vec<&str> = told.iter().map(|entry| entry.detail_type.as_str()).collect();
    assert_eq!(types, ["OrderWritten", "OrderPlaced", "OrderMoved"]);
    assert!(told.iter().all(|entry| entry.entity() == ("ORDER#a|ORDER".to_owned(), 2)));
    assert_eq!(told[2].data(), &json!({ "oldStatus": "open", "newStatus": "placed" }));
    assert!(told[0].id < told[1].id && told[1].id < told[2].id);
    // With a change that replaces the item, and within a transaction.
    let renumbered = Changes::new().set(Order::fields().number(), "another");
    let step = Transaction::new();
    let step = step.transition_with(&silent, &id("b"), Order::PLACE, renumbered, Expected::Any);
    step.commit().await.expect("it is open");
    let told = stand.told().await;
    let types: Vec<&str> = told.iter().map(|entry| entry.detail_type.as_str()).collect();
    assert_eq!(types, ["OrderPlaced", "OrderMoved"]);
    assert_eq!(told[1].data(), &json!({ "oldStatus": "open", "newStatus": "placed" }));
}

#[tokio::test]
async fn a_write_that_fails_tells_of_nothing() {
    let mut stand = Stand::start().await;
    let orders = stand.orders();
    orders.create(&Order::new("a")).await.expect("it is new");
    let placed = Order { status: OrderStatus::Placed, ..Order::new("b") };
    orders.create(&placed).await.expect("it is new");
    assert_eq!(stand.told().await.len(), 2);
    assert!(orders.create(&Order::new("a")).await.is_err());
    assert!(
        orders.create(&Order { number: placed.number.clone(), ..Order::new("c") }).await.is_err()
    );
    assert!(orders.update(&id("a"), remark("x"), Expected::Version(7)).await.is_err());
    let unmet = remark("x").when(Order::fields().remark().eq("y"));
    assert!(orders.update(&id("a"), unmet, Expected::Any).await.is_err());
    let taken = Changes::new().set(Order::fields().number(), placed.number.as_str());
    assert!(orders.update(&id("a"), taken, Expected::Any).await.is_err());
    assert!(orders.transition(&id("b"), Order::PLACE, Expected::Any).await.is_err());
    assert!(orders.restore(&id("a"), Expected::Any).await.is_err());
    assert!(stand.parcels().delete(&id("none"), Expected::Any).await.is_err());
    let half = Transaction::new()
        .create(&stand.parcels(), &Parcel::new("a"))
        .emit(&stand.context(), &Posted { text: "b".to_owned() })
        .update(&orders, &id("none"), remark("x"), Expected::Any);
    assert!(half.commit().await.is_err());
    assert!(stand.told().await.is_empty());
}

#[tokio::test]
async fn a_deletion_tells_what_the_item_was_behind_all_that_it_told_before() {
    let mut stand = Stand::start().await;
    stand.parcels_are_made(["a"]).await;
    stand.parcel_is_changed("a", "x").await;
    stand.parcels().delete(&id("a"), Expected::Version(2)).await.expect("it is there");
    stand.parcels_are_made(["a"]).await;
    let gone = Transaction::new().delete(&stand.parcels(), &id("a"), Expected::Any);
    gone.commit().await.expect("it is there");
    let told = stand.told_of().await;
    let written = |version, remark: &str| one("ParcelWritten", version, remark);
    let first = [written(1, ""), written(2, "x"), written(3, "x")].concat();
    assert_eq!(told, [first, written(1, ""), written(2, "")].concat());
    assert!(stand.items("Parcel").await.is_empty());
}

#[tokio::test]
async fn a_transaction_tells_of_each_of_its_items_and_what_is_of_none() {
    let mut stand = Stand::start().await;
    stand.orders().create(&Order::new("a")).await.expect("it is new");
    stand.parcels_are_made(["b"]).await;
    stand.told().await;
    let (orders, parcels) = (stand.orders(), stand.parcels());
    Transaction::new()
        .create(&parcels, &Parcel::new("a"))
        .update(&orders, &id("a"), remark("x"), Expected::Any)
        .delete(&parcels, &id("b"), Expected::Any)
        .create_or_update(&orders, &Order::new("c"), remark("y"))
        .check(&stand.orders(), &id("d"), Order::fields().remark().ne("z"))
        .emit(&stand.context(), &Posted { text: "hello".to_owned() })
        .commit()
        .await
        .expect_err("there is no such order");
    assert!(stand.told().await.is_empty());
    Transaction::new()
        .create(&parcels, &Parcel::new("a"))
        .update(&orders, &id("a"), remark("x"), Expected::Any)
        .delete(&parcels, &id("b"), Expected::Any)
        .create_or_update(&orders, &Order::new("c"), remark("y"))
        .emit(&stand.context(), &Posted { text: "hello".to_owned() })
        .commit()
        .await
        .expect("all of it can be done");
    let mut told: Vec<(String, Value)> = stand
        .told()
        .await
        .into_iter()
        .map(|entry| (entry.detail_type.clone(), entry.metadata()["entity"]["key"].clone()))
        .collect();
    told.sort_by_key(|(name, key)| (name.clone(), key.to_string()));
    let expected = [
        ("OrderWritten", json!("ORDER#a|ORDER")),
        ("OrderWritten", json!("ORDER#c|ORDER")),
        ("ParcelWritten", json!("PARCEL#a|PARCEL")),
        ("ParcelWritten", json!("PARCEL#b|PARCEL")),
        ("Posted", Value::Null),
    ];
    assert_eq!(told, expected.map(|(name, key)| (name.to_owned(), key)));
}

#[tokio::test]
async fn a_batch_tells_of_each_of_its_items() {
    let mut stand = Stand::start().await;
    let parcels: Vec<Parcel> = (0..30).map(|id| Parcel::new(&id.to_string())).collect();
    stand.parcels().batch_put(&parcels).await.expect("they are written");
    let mut keys: Vec<String> = stand.told().await.iter().map(|entry| entry.entity().0).collect();
    keys.sort();
    let mut expected: Vec<String> = (0..30).map(|id| format!("PARCEL#{id}|PARCEL")).collect();
    expected.sort();
    assert_eq!(keys, expected);
    let error =
        stand.parcels().batch_delete(&[&id("1")]).await.expect_err("nothing bears the event");
    assert_eq!(error.code(), "event-without-item");
    assert_eq!(stand.items("Parcel").await.len(), 30);
}

#[tokio::test]
async fn a_whole_event_comes_as_it_was_when_it_was_written() {
    let mut stand = Stand::start().await;
    let posted = Posted { text: "hello".to_owned() };
    let parcels = stand.all::<Parcel>().emitting_whole(&posted).expect("it is small");
    parcels.create(&Parcel::new("a")).await.expect("it is new");
    parcels.delete(&id("a"), Expected::Any).await.expect("it is there");
    let told = stand.told().await;
    assert_eq!(told.len(), 2);
    assert_ne!(told[0].id, told[1].id);
    for entry in told {
        assert_eq!((entry.detail_type.as_str(), entry.source.as_str()), ("Posted", "shop.talk"));
        assert_eq!(entry.data(), &json!({ "text": "hello" }));
    }
}

/// An order that has expired is no earlier state of the one in its place.
#[tokio::test]
async fn an_item_in_the_place_of_an_expired_one_tells_of_itself() {
    let mut stand = Stand::start().await;
    let ago = Timestamp::from_millis(Timestamp::now().as_millis() - 60_000).expect("in range");
    let orders = stand.all::<Order>().emitting::<OrderWritten>().emitting::<OrderMoved>();
    let old = Order { status: OrderStatus::Placed, expires_at: Some(ago), ..Order::new("a") };
    orders.create(&old).await.expect("it is new");
    assert_eq!(stand.told().await.len(), 2);
    orders.create(&Order::new("a")).await.expect("its place is free");
    let told = stand.told().await;
    assert_eq!(told.len(), 2);
    assert_eq!(told[1].data(), &json!({ "oldStatus": "open", "newStatus": "open" }));
}

/// A newer release's attributes stay, and hinder nothing.
#[tokio::test]
async fn attributes_that_nobody_knows_outlive_writes_that_emit() {
    let mut stand = Stand::start().await;
    stand.orders().create(&Order::new("a")).await.expect("it is new");
    let mut item: Item = stand.items("Order").await.remove(0);
    let unknown = AttributeValue::S("kept".to_owned());
    item.insert("ofLater".to_owned(), unknown.clone());
    stand.put(item).await;
    stand.told().await;
    let renumbered = Changes::new().set(Order::fields().number(), "another");
    stand.orders().update(&id("a"), remark("x"), Expected::Any).await.expect("it is there");
    stand.orders().update(&id("a"), renumbered, Expected::Any).await.expect("it is there");
    assert_eq!(stand.told().await.len(), 2);
    let item = stand.items("Order").await.remove(0);
    assert_eq!(item.get("ofLater"), Some(&unknown));
}

/// The event costs no request of its own, and no units.
#[tokio::test]
async fn an_event_rides_for_nothing() {
    let stand = Stand::start().await;
    let ctx = stand.context();
    let cost = async |parcels: Repository<Parcel>, name: &str| {
        let before = ctx.usage();
        parcels.create(&Parcel::new(name)).await.expect("it is new");
        let changed = Changes::new().set(Parcel::fields().remark(), "x");
        parcels.update(&id(name), changed, Expected::Any).await.expect("it is there");
        let after = ctx.usage();
        (after.requests - before.requests, after.write_units - before.write_units)
    };
    let silent = cost(Repository::new(&ctx), "a").await;
    let telling = cost(Repository::new(&ctx).emitting::<ParcelWritten>(), "b").await;
    assert_eq!(telling, silent);
    assert_eq!(telling, (2, 2.0));
}
