//! Typed changes: each kind of update, within objects too, and under conditions.

use std::collections::BTreeMap;

use purlin::{Changes, Entity as _, Expected};

use super::entity::{Note, NoteStatus};
use super::member::{Address, Member, texts};
use super::table::Table;

/// A stored member, and what it becomes.
async fn after(member: &Member, changes: Changes<Member>) -> Member {
    let table = Table::start().await;
    let members = table.all::<Member>();
    members.create(member).await.expect("it is created");
    let changed = members.update(member.key(), changes, Expected::Version(1)).await;
    let changed = changed.expect("it is there");
    assert_eq!(members.get(member.key()).await.expect("it is there"), changed);
    assert_eq!(changed.version, 2);
    Member { version: 1, updated_at: member.updated_at, ..changed }
}

#[tokio::test]
async fn numbers_are_added_to_and_lists_and_sets_extended() {
    let fields = Member::fields;
    let member = Member {
        points: 5,
        tags: texts(&["a", "b"]),
        visits: vec!["1".to_owned()],
        counts: BTreeMap::from([("x".to_owned(), 1)]),
        ..Member::new("a", "ada@example.com")
    };
    let visits =
        |visits: &[&str]| visits.iter().map(|visit| (*visit).to_owned()).collect::<Vec<_>>();
    for (changes, expected) in [
        (Changes::new().add(fields().points(), 2), Member { points: 7, ..member.clone() }),
        (Changes::new().subtract(fields().points(), 7), Member { points: -2, ..member.clone() }),
        (
            Changes::new().append(fields().visits(), visits(&["2", "3"])),
            Member { visits: visits(&["1", "2", "3"]), ..member.clone() },
        ),
        (
            Changes::new().prepend(fields().visits(), visits(&["0"])),
            Member { visits: visits(&["0", "1"]), ..member.clone() },
        ),
        (Changes::new().append(fields().visits(), visits(&[])), member.clone()),
        (
            Changes::new().union(fields().tags(), visits(&["b", "c"])),
            Member { tags: texts(&["a", "b", "c"]), ..member.clone() },
        ),
        (
            Changes::new().difference(fields().tags(), visits(&["a", "z"])),
            Member { tags: texts(&["b"]), ..member.clone() },
        ),
        (
            Changes::new().difference(fields().tags(), visits(&["a", "b"])),
            Member { tags: texts(&[]), ..member.clone() },
        ),
        (
            Changes::new().set(fields().visits().index(0), Some("z".to_owned())),
            Member { visits: visits(&["z"]), ..member.clone() },
        ),
        (
            Changes::new().remove(fields().visits().index(0)),
            Member { visits: visits(&[]), ..member.clone() },
        ),
        (
            Changes::new().set(fields().counts().key("#y.[0]"), Some(2)),
            Member {
                counts: BTreeMap::from([("x".to_owned(), 1), ("#y.[0]".to_owned(), 2)]),
                ..member.clone()
            },
        ),
        (
            Changes::new().add(fields().counts().key("x"), 4),
            Member { counts: BTreeMap::from([("x".to_owned(), 5)]), ..member.clone() },
        ),
        (
            Changes::new().remove(fields().counts().key("x")),
            Member { counts: BTreeMap::new(), ..member.clone() },
        ),
        (Changes::new().set_if_absent(fields().points(), 9), member.clone()),
    ] {
        assert_eq!(after(&member, changes.clone()).await, expected, "{changes:?}");
    }
}

#[tokio::test]
async fn what_is_absent_counts_as_empty() {
    let member = Member::new("a", "ada@example.com");
    let changes = Changes::new().union(Member::fields().tags(), ["a".to_owned()]);
    assert_eq!(after(&member, changes).await.tags, texts(&["a"]));
    let changes = Changes::new().difference(Member::fields().tags(), ["a".to_owned()]);
    assert_eq!(after(&member, changes).await.tags, texts(&[]));
    let counted = Changes::new().add_to(Member::fields().counts().key("x"), 10, 5);
    assert_eq!(after(&member, counted).await.counts["x"], 15);
}

/// The city is a part of an index key, so the item is read first and the key written with it; sets within objects
/// DynamoDB does not add to.
#[tokio::test]
async fn fields_of_objects_change_alone_and_index_keys_with_them() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    let member = Member {
        address: Some(Address::new("Ghent")),
        home: Some(Address { labels: texts(&["x"]), ..Address::new("Ghent") }),
        ..Member::new("a", "ada@example.com")
    };
    members.create(&member).await.expect("it is created");
    let address = || Member::fields().address().fields();
    let moved = Changes::new().set(address().city(), "Bruges").set(address().floor(), 3);
    let moved = members.update(member.key(), moved, Expected::Any).await.expect("it is there");
    assert_eq!(moved.address, Some(Address { floor: 3, ..Address::new("Bruges") }));
    for (city, count) in [("Ghent", 0), ("Bruges", 1)] {
        let found = members.query(Member::by_city(city)).count().await.expect("the index is read");
        assert_eq!(found, count, "{city}");
    }
    let home = || Member::fields().home().fields();
    let labelled = Changes::new()
        .union(home().labels(), ["y".to_owned()])
        .add(home().floor(), -1)
        .set(home().city(), "Antwerp");
    let labelled =
        members.update(member.key(), labelled, Expected::Any).await.expect("it is there");
    let expected = Address { labels: texts(&["x", "y"]), floor: -1, ..Address::new("Antwerp") };
    assert_eq!(labelled.home, Some(expected));
    let bare = Changes::new().difference(home().labels(), ["x".to_owned(), "y".to_owned()]);
    let bare = members.update(member.key(), bare, Expected::Any).await.expect("it is there");
    assert_eq!(bare.home.expect("it is there").labels, texts(&[]));

    let nowhere = Member::new("b", "b@example.com");
    members.create(&nowhere).await.expect("it is created");
    let error = members
        .update(nowhere.key(), Changes::new().set(address().city(), "Bruges"), Expected::Any)
        .await
        .expect_err("it has no address to change");
    assert_eq!(error.code(), "invalid-path");
}

#[tokio::test]
async fn a_condition_that_does_not_hold_is_told_by_its_path() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    let member = Member { points: 5, ..Member::new("a", "ada@example.com") };
    members.create(&member).await.expect("it is created");
    let spend = |points: i64| {
        Changes::new()
            .subtract(Member::fields().points(), points)
            .when(Member::fields().points().ge(points))
            .when(Member::fields().club().not_exists())
    };
    let spent =
        members.update(member.key(), spend(3), Expected::Any).await.expect("there are enough");
    assert_eq!(spent.points, 2);
    let error = members.update(member.key(), spend(3), Expected::Any).await.expect_err("too few");
    assert!(error.is_conflict() && !error.is_stale());
    assert_eq!(error.code(), "condition-failed");
    assert_eq!(error.to_string(), "`points` of this Member is not what the write needs");
    let kept = members
        .delete_when(member.key(), Expected::Any, Member::fields().points().eq(5))
        .await
        .expect_err("it is another number");
    assert_eq!(kept.code(), "condition-failed");
    let stale = members.update(member.key(), spend(1), Expected::Version(1)).await;
    assert!(stale.expect_err("staleness is told first").is_stale());
}

#[tokio::test]
async fn a_filter_of_any_condition_leaves_out_what_does_not_fulfil_it() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    for rank in 0..6 {
        let note = Note { rank, ..Note::new("book", "user_1", &format!("t{rank}")) };
        notes.create(&note).await.expect("it is created");
    }
    let fields = Note::fields;
    let ranks = async |condition| {
        let query = notes.query(Note::in_notebook("book")).filter(condition);
        let notes = query.all().await.expect("the table is read");
        notes.into_iter().map(|note| note.rank).collect::<Vec<_>>()
    };
    assert_eq!(ranks(fields().rank().between(2, 3)).await, [2, 3]);
    assert_eq!(ranks(fields().rank().lt(1).or(fields().title().eq("t5"))).await, [0, 5]);
    assert_eq!(ranks(!fields().rank().ge(2)).await, [0, 1]);
    assert_eq!(ranks(fields().rank().one_of([1, 4, 9])).await, [1, 4]);
    assert_eq!(
        ranks(fields().status().eq(NoteStatus::Draft).and(fields().rank().gt(4))).await,
        [5]
    );
    assert_eq!(ranks(fields().shelf().exists()).await, [0_i64; 0]);
    let many = notes.query(Note::in_notebook("book")).filter(fields().rank().one_of(0..101));
    assert_eq!(many.all().await.expect_err("101 operands").code(), "too-many-operands");
}
