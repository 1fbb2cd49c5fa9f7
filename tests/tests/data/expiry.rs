//! Items that have expired, and that the store has not removed yet: they count as gone.

use purlin::dynamodb::AttributeValue;
use purlin::{Changes, Entity as _, Expected, Snapshot, Transaction};

use super::member::{Member, in_seconds};
use super::table::Table;

/// A member that expired a minute ago, and is still stored.
async fn expired() -> (Table, Member) {
    let table = Table::start().await;
    let member = Member { club: Some("x".to_owned()), ..Member::new("a", "ada@example.com") };
    let member = member.expiring(-60);
    table.all::<Member>().create(&member).await.expect("it is created");
    (table, member)
}

#[tokio::test]
async fn an_expired_item_is_not_read() {
    let (table, member) = expired().await;
    let members = table.all::<Member>();
    assert_eq!(table.count("MEMBER#").await, 1);
    assert_eq!(members.get_or_none(member.key()).await.expect("the table is read"), None);
    assert_eq!(members.batch_get(&[member.key()]).await.expect("the table is read"), [None]);
    let by_club = || members.query(Member::by_club("x"));
    assert!(by_club().page().await.expect("the index is read").items.is_empty());
    assert!(by_club().all().await.expect("the index is read").is_empty());
    assert_eq!(by_club().first_or_none().await.expect("the index is read"), None);
    assert_eq!(by_club().count().await.expect("the index is read"), 0);
    let mut snapshot = Snapshot::new();
    let slot = snapshot.get(&members, member.key());
    let mut seen = snapshot.read().await.expect("the table is read");
    assert_eq!(seen.take(slot).expect("there is nothing to read"), None);
}

#[tokio::test]
async fn an_expired_item_is_not_written() {
    let (table, member) = expired().await;
    let members = table.all::<Member>();
    let points = || Changes::new().add(Member::fields().points(), 1);
    let expected = [Expected::Any, Expected::Version(1)];
    for expected in expected {
        let error = members.update(member.key(), points(), expected).await;
        assert!(error.expect_err("it is gone").is_not_found());
        let error = members.delete(member.key(), expected).await;
        assert!(error.expect_err("it is gone").is_not_found());
    }
    let error =
        Transaction::new().update(&members, member.key(), points(), Expected::Any).commit().await;
    assert!(error.expect_err("it is gone").is_not_found());
    let alive = Changes::new().set(Member::fields().expires_at(), Some(in_seconds(60)));
    let error = members.update(member.key(), alive, Expected::Any).await;
    assert!(error.expect_err("nothing brings it back").is_not_found());
}

#[tokio::test]
async fn a_new_item_takes_an_expired_ones_place_and_values() {
    let (table, member) = expired().await;
    let members = table.all::<Member>();
    let other = Member::new("b", &member.email);
    members.create(&other).await.expect("the value is free");
    let again = Member::new("a", "again@example.com");
    members.create(&again).await.expect("the place is free");
    assert_eq!(members.get(again.key()).await.expect("it is there"), again);
    assert!(members.create(&again).await.expect_err("it is there").is_conflict());
}

#[tokio::test]
async fn the_time_to_live_follows_the_field() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    let member = Member::new("a", "ada@example.com");
    members.create(&member).await.expect("it is created");
    assert!(!table.stored("METADATA").await.contains_key("_ttl"));
    let at = in_seconds(600);
    let set = Changes::new().set(Member::fields().expires_at(), Some(at));
    members.update(member.key(), set, Expected::Any).await.expect("it is there");
    let seconds = at.as_millis().div_euclid(1000) + i64::from(at.as_millis() % 1000 != 0);
    let stored = table.stored("METADATA").await;
    assert_eq!(stored["_ttl"], AttributeValue::N(seconds.to_string()));
    let remove = Changes::new().remove(Member::fields().expires_at());
    let kept = members.update(member.key(), remove, Expected::Any).await.expect("it is there");
    assert_eq!(kept.expires_at, None);
    assert!(!table.stored("METADATA").await.contains_key("_ttl"));
}

#[tokio::test]
async fn an_item_that_expires_later_is_there() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    let member = Member::new("a", "ada@example.com").expiring(60);
    members.create(&member).await.expect("it is created");
    assert_eq!(members.get(member.key()).await.expect("it is there"), member);
    let error = members.create(&member).await.expect_err("it is there");
    assert!(error.is_conflict());
    members.delete(member.key(), Expected::Version(1)).await.expect("it is there");
}
