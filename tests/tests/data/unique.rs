//! Values that no two items share: claimed with the write, kept through changes, freed with them.

use purlin::{Changes, Entity as _, Expected, Repository, Transaction};
use tokio::task::JoinSet;

use super::member::Member;
use super::proxy::Proxy;
use super::table::Table;

fn email(email: &str) -> Changes<Member> {
    Changes::new().set(Member::fields().email(), email)
}

#[track_caller]
fn taken<T: std::fmt::Debug>(result: purlin::Result<T>) {
    let error = result.expect_err("somebody else has it");
    assert!(error.is_conflict(), "{error:?}");
    assert_eq!(error.code(), "not-unique", "{error:?}");
}

#[tokio::test]
async fn of_fifty_creations_with_one_value_one_wins() {
    let table = Table::start().await;
    let mut creations = JoinSet::new();
    for number in 0..50 {
        let members = table.all::<Member>();
        let member = Member::new(&number.to_string(), "ada@example.com");
        creations.spawn(async move { members.create(&member).await });
    }
    let (won, lost): (Vec<_>, Vec<_>) =
        creations.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 49));
    // Those that met another's transaction were told to try again, and were then told why not.
    assert!(lost.into_iter().filter_map(Result::err).all(|error| error.is_conflict()));
    assert_eq!(table.count("MEMBER#").await, 1);
}

#[tokio::test]
async fn a_taken_value_is_refused_by_name_and_the_item_not_written() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    members.create(&Member::new("a", "ada@example.com")).await.expect("it is the first");
    let second = Member::new("b", "ada@example.com");
    let error = members.create(&second).await.expect_err("the address is taken");
    assert_eq!(error.code(), "not-unique");
    assert_eq!(error.to_string(), "another Member has this `email` already");
    assert_eq!(members.get_or_none(second.key()).await.expect("the table is read"), None);
    // The same item again is told of as such.
    let again = members.create(&Member::new("a", "ada@example.com")).await;
    assert_eq!(again.expect_err("it exists").code(), "conflict");
}

#[tokio::test]
async fn a_change_frees_the_old_value_and_claims_the_new_one() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    let (a, b) = (Member::new("a", "a@example.com"), Member::new("b", "b@example.com"));
    members.create(&a).await.expect("it is created");
    members.create(&b).await.expect("it is created");
    taken(members.update(b.key(), email("a@example.com"), Expected::Any).await);
    assert_eq!(members.get(b.key()).await.expect("it is there"), b);

    let changed = members.update(a.key(), email("c@example.com"), Expected::Version(1)).await;
    let changed = changed.expect("it is free");
    assert_eq!((changed.email.as_str(), changed.version), ("c@example.com", 2));
    assert_eq!(members.get(a.key()).await.expect("it is there"), changed);
    members.update(b.key(), email("a@example.com"), Expected::Any).await.expect("it is free now");
    members.create(&Member::new("d", "b@example.com")).await.expect("so is this one");
    // To what it is already nothing stands in the way.
    members.update(b.key(), email("a@example.com"), Expected::Any).await.expect("it is its own");
    assert_eq!(table.count("$UNIQUE#").await, 3);
}

#[tokio::test]
async fn a_deletion_for_good_frees_the_value_and_a_soft_one_keeps_it() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    let member = Member::new("a", "ada@example.com");
    members.create(&member).await.expect("it is created");
    members.delete(member.key(), Expected::Any).await.expect("it is there");
    taken(members.create(&Member::new("b", "ada@example.com")).await);
    members.purge(member.key(), Expected::Any).await.expect("it is deleted");
    members.create(&Member::new("b", "ada@example.com")).await.expect("it is free");
    assert_eq!((table.count("MEMBER#").await, table.count("$UNIQUE#").await), (1, 1));
}

#[tokio::test]
async fn values_of_several_fields_are_unique_together_and_only_where_all_are_there() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    let seat = |id: &str, club: Option<&str>, number: Option<i64>| Member {
        club: club.map(str::to_owned),
        number,
        ..Member::new(id, &format!("{id}@example.com"))
    };
    members.create(&seat("a", Some("x"), Some(7))).await.expect("it is the first");
    taken(members.create(&seat("b", Some("x"), Some(7))).await);
    for (id, club, number) in [
        ("c", Some("x"), Some(8)),
        ("d", Some("y"), Some(7)),
        ("e", Some("x"), None),
        ("f", Some("x"), None),
    ] {
        members.create(&seat(id, club, number)).await.expect("nothing is shared");
    }
    let take = Changes::new().set(Member::fields().number(), Some(7));
    taken(members.update(&"e".to_owned(), take.clone(), Expected::Any).await);
    let leave = Changes::new().remove(Member::fields().number());
    members.update(&"a".to_owned(), leave, Expected::Any).await.expect("it gives the seat up");
    members.update(&"e".to_owned(), take, Expected::Any).await.expect("the seat is free");
}

#[tokio::test]
async fn a_change_of_other_fields_needs_no_claim() {
    let table = Table::start().await;
    let ctx = table.context();
    let members: Repository<Member> = Repository::new(&ctx);
    let member = Member::new("a", "ada@example.com");
    members.create(&member).await.expect("it is created");
    let before = ctx.usage().requests;
    let change = Changes::new().add(Member::fields().points(), 1);
    members.update(member.key(), change, Expected::Any).await.expect("it is there");
    assert_eq!(ctx.usage().requests - before, 1);
    members.update(member.key(), email("b@example.com"), Expected::Any).await.expect("it is free");
    assert_eq!(ctx.usage().requests - before, 3);
}

#[tokio::test]
async fn of_many_who_change_to_one_value_at_once_one_wins() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    for number in 0..10 {
        let member = Member::new(&number.to_string(), &format!("{number}@example.com"));
        members.create(&member).await.expect("it is created");
    }
    let mut changes = JoinSet::new();
    for number in 0..10 {
        let members = members.clone();
        let id = number.to_string();
        changes.spawn(async move {
            members.update(&id, email("one@example.com"), Expected::Any).await.map(drop)
        });
    }
    let won = changes.join_all().await.into_iter().filter(Result::is_ok).count();
    assert_eq!(won, 1);
    assert_eq!(table.count("$UNIQUE#").await, 10);
}

/// What is replaced whole must be what was read, or the writes of others in between would be lost.
#[tokio::test]
async fn changes_of_a_value_at_once_lose_no_other_change() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    let member = Member::new("a", "a@example.com");
    members.create(&member).await.expect("it is created");
    let mut changes = JoinSet::new();
    for number in 0..12 {
        let members = members.clone();
        let change = email(&format!("{number}@example.com")).add(Member::fields().points(), 1);
        changes.spawn(async move { members.update(&"a".to_owned(), change, Expected::Any).await });
    }
    let won = changes.join_all().await.into_iter().filter(Result::is_ok).count();
    let stored = members.get(member.key()).await.expect("it is there");
    assert!(won > 0);
    assert_eq!((stored.points, stored.version), (won as i64, won as u64 + 1));
    assert_eq!(table.count("$UNIQUE#").await, 1);
}

#[tokio::test]
async fn values_are_unique_through_transactions() {
    let table = Table::start().await;
    let members = table.all::<Member>();
    let (a, b) = (Member::new("a", "a@example.com"), Member::new("b", "b@example.com"));
    Transaction::new()
        .create(&members, &a)
        .create(&members, &b)
        .commit()
        .await
        .expect("both are new");
    let swap = Transaction::new()
        .update(&members, a.key(), email("c@example.com"), Expected::Version(1))
        .create(&members, &Member::new("d", "b@example.com"))
        .commit()
        .await
        .expect_err("one value is taken");
    assert_eq!((swap.code(), swap.failed_action()), ("not-unique", Some(1)));
    assert_eq!(members.get(a.key()).await.expect("it is there"), a);
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_no_conflict() {
    let table = Table::start().await;
    let proxy = Proxy::start(table.address()).await;
    let members: Repository<Member> = Repository::new(&table.through(proxy.endpoint()));
    let member = Member::new("a", "ada@example.com");
    proxy.lose(1);
    members.create(&member).await.expect("its own first attempt is no conflict");
    assert_eq!(proxy.lost(), 1);
    let changed = members.update(member.key(), email("b@example.com"), Expected::Any).await;
    assert_eq!(changed.expect("it is there").version, 2);
}
