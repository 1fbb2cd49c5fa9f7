//! Writes and reads across entities: transactions, snapshots, creations asked for more than once.

use purlin::{Changes, Entity as _, Expected, Snapshot, Transaction};
use tokio::task::JoinSet;

use super::entity::{Note, NotePatch, NoteStatus, Notebook};
use super::member::Member;
use super::table::Table;

fn notebook() -> Notebook {
    Notebook { notebook_id: "book".to_owned(), user_id: "user_1".to_owned() }
}

#[tokio::test]
async fn all_writes_of_a_transaction_happen() {
    let table = Table::start().await;
    let (notebooks, notes) = (table.all::<Notebook>(), table.all::<Note>());
    let (old, stays) = (Note::new("book", "user_1", "old"), Note::new("book", "user_1", "stays"));
    let (new, gone) = (Note::new("book", "user_1", "new"), Note::new("book", "user_1", "gone"));
    notebooks.create(&notebook()).await.expect("it is created");
    for note in [&old, &stays, &gone] {
        notes.create(note).await.expect("it is created");
    }
    Transaction::new()
        .create_within::<Notebook, _>(&notes, &new.notebook_id, &new)
        .update(&notes, old.key(), NotePatch::title("changed"), Expected::Version(1))
        .transition(&notes, stays.key(), Note::PUBLISH, Expected::Any)
        .delete(&notes, gone.key(), Expected::Any)
        .check_version(&notebooks, notebook().key(), Expected::Any)
        .commit()
        .await
        .expect_err("one item is checked twice");
    Transaction::new()
        .create_within::<Notebook, _>(&notes, &new.notebook_id, &new)
        .update(&notes, old.key(), NotePatch::title("changed"), Expected::Version(1))
        .transition(&notes, stays.key(), Note::PUBLISH, Expected::Any)
        .delete(&notes, gone.key(), Expected::Any)
        .commit()
        .await
        .expect("all that they need is so");
    assert_eq!(notes.get(new.key()).await.expect("it is there"), new);
    let changed = notes.get(old.key()).await.expect("it is there");
    assert_eq!((changed.title.as_str(), changed.version), ("changed", 2));
    let published = notes.get(stays.key()).await.expect("it is there");
    assert_eq!((published.status, published.version), (NoteStatus::Published, 2));
    assert!(published.published_at.is_some());
    assert_eq!(notes.get_or_none(gone.key()).await.expect("the table is read"), None);
}

#[tokio::test]
async fn a_transaction_that_fails_changes_nothing_and_says_what_failed() {
    let table = Table::start().await;
    let (notebooks, notes) = (table.all::<Notebook>(), table.all::<Note>());
    let note = Note::new("book", "user_1", "first");
    notes.create(&note).await.expect("it is created");
    let title = || NotePatch::title("x");
    let condition = || Note::fields().title().eq("second");
    let begin = || Transaction::new().create(&notebooks, &notebook());
    for (transaction, code, text) in [
        (
            begin().update(&notes, note.key(), title(), Expected::Version(7)),
            "stale-version",
            "action 1, update of Note: this Note has been changed since the version expected",
        ),
        (
            begin().check(&notes, note.key(), condition()),
            "condition-failed",
            "action 1, check of Note: `title` of this Note is not what the write needs",
        ),
        (
            begin().create(&notes, &note),
            "conflict",
            "action 1, create of Note: this Note exists already",
        ),
        (
            begin().delete(&table.own::<Note>("user_2"), note.key(), Expected::Any),
            "not-found",
            "action 1, delete of Note: there is no such Note",
        ),
    ] {
        let error = transaction.commit().await.expect_err("one write cannot happen");
        assert_eq!((error.code(), error.failed_action()), (code, Some(1)));
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(notes.get(note.key()).await.expect("it is there"), note);
    let none = notebooks.get_or_none(notebook().key()).await.expect("the table is read");
    assert_eq!(none, None);
}

#[tokio::test]
async fn of_many_transactions_on_one_version_one_wins() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "before");
    notes.create(&note).await.expect("it is created");
    let mut commits = JoinSet::new();
    for number in 0..20 {
        let (notes, note) = (notes.clone(), note.clone());
        commits.spawn(async move {
            Transaction::new()
                .update(&notes, note.key(), NotePatch::title("after"), Expected::Version(1))
                .create(&notes, &Note::new("book", "user_1", &number.to_string()))
                .commit()
                .await
        });
    }
    let won = commits.join_all().await.into_iter().filter(Result::is_ok).count();
    assert_eq!(won, 1);
    assert_eq!(table.count("NOTEBOOK#").await, 2);
}

#[tokio::test]
async fn a_hundred_actions_are_one_transaction() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let all: Vec<_> = (0..100).map(|n| Note::new("book", "user_1", &n.to_string())).collect();
    let transaction = all.iter().fold(Transaction::new(), |all, note| all.create(&notes, note));
    transaction.commit().await.expect("a hundred are as many as there can be");
    let read = notes.query(Note::in_notebook("book")).all().await.expect("the table is read");
    assert_eq!(read, all);
    // A claim is an action, too.
    let members = table.all::<Member>();
    let transaction = (0..51).fold(Transaction::new(), |all, n| {
        all.create(&members, &Member::new(&n.to_string(), &format!("{n}@example.com")))
    });
    let error = transaction.commit().await.expect_err("102 actions");
    assert_eq!(error.code(), "transaction-too-large");
}

#[tokio::test]
async fn a_snapshot_reads_several_entities() {
    let table = Table::start().await;
    let (notebooks, notes) = (table.all::<Notebook>(), table.all::<Note>());
    let note = Note::new("book", "user_1", "first");
    notebooks.create(&notebook()).await.expect("it is created");
    notes.create(&note).await.expect("it is created");
    let mut snapshot = Snapshot::new();
    let first = snapshot.get(&notebooks, notebook().key());
    let second = snapshot.get(&notes, note.key());
    let missing = Note::new("book", "user_1", "never created");
    let third = snapshot.get(&notes, missing.key());
    let foreign_notes = table.own::<Note>("user_2");
    let mut seen = snapshot.read().await.expect("the table is read");
    assert_eq!(seen.take(first).expect("it reads"), Some(notebook()));
    assert_eq!(seen.take(second).expect("it reads"), Some(note.clone()));
    assert_eq!(seen.take(third).expect("there is none"), None);
    let mut foreign = Snapshot::new();
    let slot = foreign.get(&foreign_notes, note.key());
    let mut seen = foreign.read().await.expect("the table is read");
    assert_eq!(seen.take(slot).expect("it is somebody else's"), None);
}

#[tokio::test]
async fn a_token_creates_once() {
    let table = Table::start().await;
    let notes = table.own::<Note>("user_1");
    let first = Note::new("book", "user_1", "first");
    let created = notes.create_once("token", &"payload", &first).await.expect("it is new");
    assert_eq!(created, first);
    // Asked for again, it would have another id.
    let again = Note::new("book", "user_1", "first");
    let created = notes.create_once("token", &"payload", &again).await.expect("it was made");
    assert_eq!(created, first);
    let error = notes.create_once("token", &"another", &again).await.expect_err("another payload");
    assert_eq!(error.code(), "token-reused");
    assert_eq!(table.count("NOTEBOOK#").await, 1);

    let others = table.own::<Note>("user_2");
    let theirs = Note::new("book", "user_2", "theirs");
    let created = others.create_once("token", &"payload", &theirs).await;
    assert_eq!(created.expect("tokens are a caller's own"), theirs);
    notes.delete(first.key(), Expected::Any).await.expect("it is there");
    let gone = notes.create_once("token", &"payload", &again).await;
    assert!(gone.expect_err("what it made is gone").is_not_found());
}

#[tokio::test]
async fn of_many_creations_with_one_token_all_return_the_same() {
    let table = Table::start().await;
    let mut creations = JoinSet::new();
    for _ in 0..20 {
        let notes = table.all::<Note>();
        creations.spawn(async move {
            let note = Note::new("book", "user_1", "first");
            notes.create_once("token", &"payload", &note).await
        });
    }
    let made: Vec<_> = creations.join_all().await.into_iter().filter_map(Result::ok).collect();
    assert!(!made.is_empty() && made.iter().all(|note| note.note_id == made[0].note_id));
    assert_eq!(table.count("NOTEBOOK#").await, 1);
}

#[tokio::test]
async fn what_is_there_is_updated_and_what_is_not_created() {
    let table = Table::start().await;
    let members = table.own::<Member>("user_1");
    let member = Member::new("a", "ada@example.com");
    let visit = || Changes::new().append(Member::fields().visits(), ["again".to_owned()]);
    let created = members.create_or_update(&member, visit()).await.expect("it is new");
    assert_eq!(created, member);
    let updated = members.create_or_update(&member, visit()).await.expect("it is there");
    assert_eq!((updated.version, updated.visits.len()), (2, 1));
    let foreign = Member { user_id: "user_2".to_owned(), ..member.clone() };
    let error = table.own::<Member>("user_2").create_or_update(&foreign, visit()).await;
    assert!(error.expect_err("it is somebody else's").is_conflict());
}
