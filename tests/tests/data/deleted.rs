//! Soft deletion: what is deleted counts as gone, and can be brought back.

use purlin::dynamodb::AttributeValue;
use purlin::{Changes, Entity, Expected, Repository, Timestamp};

use super::member::Member;
use super::table::Table;

/// Kept for a day once it is deleted, and with it the claim to its place.
#[derive(Clone, Debug, PartialEq, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "SEAT#{seat_id}", sort = "SEAT", soft_delete(given_up_at, retain = 86400))]
#[entity(unique(place(place)))]
#[entity(index(by_place, on = GSI1, partition = "PLACE#{place}", sort = "SEAT"))]
struct Seat {
    seat_id: String,
    place: String,
    given_up_at: Option<Timestamp>,
}

async fn deleted() -> (Table, Member) {
    let table = Table::start().await;
    let members = table.all::<Member>();
    let member = Member { club: Some("x".to_owned()), ..Member::new("a", "ada@example.com") };
    members.create(&member).await.expect("it is created");
    let gone = members.delete(member.key(), Expected::Version(1)).await.expect("it is there");
    assert!(gone.deleted_at.is_some());
    assert_eq!(gone.version, 2);
    (table, gone)
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_in_no_index() {
    let (table, member) = deleted().await;
    let members = table.all::<Member>();
    assert!(members.get(member.key()).await.expect_err("it is gone").is_not_found());
    let points = Changes::new().add(Member::fields().points(), 1);
    let error = members.update(member.key(), points, Expected::Any).await;
    assert!(error.expect_err("it is gone").is_not_found());
    let error = members.delete(member.key(), Expected::Any).await;
    assert!(error.expect_err("it is gone").is_not_found());
    let itself = members.query(Member::itself(&member.member_id));
    assert!(itself.page().await.expect("the table is read").items.is_empty());
    let itself = members.query(Member::itself(&member.member_id));
    assert_eq!(itself.count().await.expect("the table is read"), 0);
    assert!(!table.stored("METADATA").await.contains_key("GSI1PK"));
    let error = members.create(&Member::new("a", "b@example.com")).await;
    assert!(error.expect_err("its place is kept").is_conflict());
}

#[tokio::test]
async fn a_deletion_is_one_request() {
    let table = Table::start().await;
    let ctx = table.context();
    let members: Repository<Member> = Repository::new(&ctx);
    let member = Member::new("a", "ada@example.com");
    members.create(&member).await.expect("it is created");
    let before = ctx.usage().requests;
    members.delete(member.key(), Expected::Any).await.expect("it is there");
    assert_eq!(ctx.usage().requests - before, 1);
}

#[tokio::test]
async fn what_is_restored_is_as_it_was_and_in_its_indexes() {
    let (table, member) = deleted().await;
    let members = table.all::<Member>();
    let stale = members.restore(member.key(), Expected::Version(1)).await;
    assert!(stale.expect_err("it has been written since").is_stale());
    let restored =
        members.restore(member.key(), Expected::Version(2)).await.expect("it is deleted");
    let expected =
        Member { deleted_at: None, version: 3, updated_at: restored.updated_at, ..member.clone() };
    assert_eq!(restored, expected);
    assert_eq!(members.get(member.key()).await.expect("it is there"), expected);
    let by_club = members.query(Member::by_club("x")).all().await.expect("the index is read");
    assert_eq!(by_club, [expected]);
}

#[tokio::test]
async fn only_what_is_deleted_is_restored_or_removed_for_good() {
    let (table, member) = deleted().await;
    let members = table.all::<Member>();
    members.restore(member.key(), Expected::Any).await.expect("it is deleted");
    for error in [
        members.restore(member.key(), Expected::Any).await,
        members.purge(member.key(), Expected::Any).await,
    ] {
        let error = error.expect_err("it is there");
        assert!(error.is_conflict(), "{error:?}");
        assert_eq!(error.to_string(), "this Member is not deleted");
    }
    let never = "never".to_owned();
    assert!(
        members.restore(&never, Expected::Any).await.expect_err("there is none").is_not_found()
    );
    let other = table.own::<Member>("user_2").restore(member.key(), Expected::Any).await;
    assert!(other.expect_err("it is somebody else's").is_not_found());
}

#[tokio::test]
async fn what_is_kept_for_a_time_expires_with_its_claims() {
    let table = Table::start().await;
    let seats = table.all::<Seat>();
    let seat = Seat { seat_id: "a".to_owned(), place: "7".to_owned(), given_up_at: None };
    seats.create(&seat).await.expect("it is created");
    let gone = seats.delete(seat.key(), Expected::Any).await.expect("it is there");
    assert!(gone.given_up_at.is_some());
    let (stored, claim) = (table.stored("SEAT").await, table.stored("$").await);
    assert!(!stored.contains_key("GSI1PK") && !stored.contains_key("GSI1SK"));
    let ttl = |item: &purlin::Item| item["_ttl"].as_n().expect("a number").parse::<i64>();
    let day = Timestamp::now().as_millis() / 1000 + 86_400;
    let expires = ttl(&stored).expect("in seconds");
    assert!((day - 60..=day + 1).contains(&expires), "{expires} is not a day from now");
    assert_eq!(ttl(&claim), Ok(expires));
    let other = Seat { seat_id: "b".to_owned(), ..seat.clone() };
    assert_eq!(seats.create(&other).await.expect_err("it is kept").code(), "not-unique");

    assert_eq!(seats.restore(seat.key(), Expected::Any).await.expect("it is deleted"), seat);
    let (stored, claim) = (table.stored("SEAT").await, table.stored("$").await);
    assert!(stored.contains_key("GSI1PK") && !stored.contains_key("_ttl"));
    assert!(!claim.contains_key("_ttl"));
}

#[tokio::test]
async fn what_was_kept_for_its_time_no_longer_holds_its_key() {
    let table = Table::start().await;
    let seats = table.all::<Seat>();
    let seat = Seat { seat_id: "a".to_owned(), place: "7".to_owned(), given_up_at: None };
    seats.create(&seat).await.expect("it is created");
    seats.delete(seat.key(), Expected::Any).await.expect("it is there");
    assert!(seats.create(&seat).await.expect_err("its place is kept").is_conflict());

    // DynamoDB removes what has expired only days later.
    for sort in ["SEAT", "$"] {
        let mut item = table.stored(sort).await;
        item.insert("_ttl".to_owned(), AttributeValue::N("1".to_owned()));
        table.put(item).await;
    }
    seats.create(&seat).await.expect("its time is over");
    assert_eq!(seats.get(seat.key()).await.expect("it is there"), seat);
}
