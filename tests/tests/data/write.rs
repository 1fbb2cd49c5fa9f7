//! Creating, changing and removing one item.

use purlin::dynamodb::AttributeValue;
use purlin::{Context, Entity as _, Expected, Repository, Timestamp};
use tokio::task::JoinSet;

use super::entity::{Note, NotePatch, NoteStatus, Notebook, Touch};
use super::table::{Table, shared};

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

#[tokio::test]
async fn what_is_created_is_read_back() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("a#b", "user_1", "first");
    assert_eq!(notes.get_or_none(note.key()).await.expect("the table is read"), None);
    assert!(notes.get(note.key()).await.expect_err("it is not there").is_not_found());
    notes.create(&note).await.expect("it is created");
    assert_eq!(notes.get(note.key()).await.expect("it is there"), note);
    assert_eq!(notes.clone().consistent().get(note.key()).await.expect("it is there"), note);

    let stored = table.stored("NOTE#").await;
    assert_eq!(stored["PK"], text("NOTEBOOK#a$23b"));
    assert_eq!(stored["SK"], text(&format!("NOTE#{}", note.note_id)));
    assert_eq!(stored["GSI1PK"], text("USER#user_1"));
    assert_eq!(stored["GSI1SK"], text(&format!("NOTE#draft#{}", note.note_id)));
    assert_eq!(stored["_entity"], text("Note"));
    // It is on no shelf, so it is not in that index.
    assert!(!stored.contains_key("GSI2PK"));
}

#[tokio::test]
async fn a_second_item_of_the_same_key_is_a_conflict() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "first");
    notes.create(&note).await.expect("it is created");
    let again = Note { title: "second".to_owned(), ..note.clone() };
    for note in [&note, &again] {
        let error = notes.create(note).await.expect_err("it exists");
        assert!(error.is_conflict() && !error.is_stale(), "{error:?}");
    }
    assert_eq!(notes.get(note.key()).await.expect("it is there").title, "first");
}

#[tokio::test]
async fn of_a_hundred_updates_of_one_version_one_wins() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "before");
    notes.create(&note).await.expect("it is created");
    let mut updates = JoinSet::new();
    for number in 0..100 {
        let (notes, note) = (notes.clone(), note.clone());
        updates.spawn(async move {
            notes
                .update(note.key(), NotePatch::title(&number.to_string()), Expected::Version(1))
                .await
        });
    }
    let (won, lost): (Vec<_>, Vec<_>) =
        updates.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 99));
    for error in lost.into_iter().filter_map(Result::err) {
        assert!(error.is_stale() && error.is_conflict(), "{error:?}");
    }
    let stored = notes.get(note.key()).await.expect("it is there");
    assert_eq!(won.into_iter().find_map(Result::ok), Some(stored.clone()));
    assert_eq!(stored.version, 2);
}

#[tokio::test]
async fn of_a_hundred_creations_of_one_key_one_wins() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "the same");
    let mut creations = JoinSet::new();
    for _ in 0..100 {
        let (notes, note) = (notes.clone(), note.clone());
        creations.spawn(async move { notes.create(&note).await });
    }
    let (won, lost): (Vec<_>, Vec<_>) =
        creations.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 99));
    assert!(lost.into_iter().filter_map(Result::err).all(|error| error.is_conflict()));
}

#[tokio::test]
async fn an_update_changes_its_fields_the_version_and_the_time() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "before");
    notes.create(&note).await.expect("it is created");
    let before = Timestamp::now();
    let updated = notes
        .update(note.key(), NotePatch::title("after"), Expected::Version(1))
        .await
        .expect("the version is the stored one");
    assert!(updated.updated_at >= before);
    let expected = Note {
        title: "after".to_owned(),
        version: 2,
        updated_at: updated.updated_at,
        ..note.clone()
    };
    assert_eq!(updated, expected);
    assert_eq!(notes.get(note.key()).await.expect("it is there"), expected);

    let error = notes.update(note.key(), NotePatch::title("x"), Expected::Version(1)).await;
    let error = error.expect_err("the version is an old one");
    assert!(error.is_stale());
    assert_eq!(error.code(), "stale-version");
    let again = notes.update(note.key(), NotePatch::title("any"), Expected::Any).await;
    assert_eq!(again.expect("any version will do").version, 3);
}

#[tokio::test]
async fn an_update_of_what_is_not_there_creates_nothing() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "never created");
    for expected in [Expected::Any, Expected::Version(1)] {
        let error = notes.update(note.key(), NotePatch::title("x"), expected).await;
        assert!(error.expect_err("it is not there").is_not_found());
        let error = notes.transition(note.key(), Note::PUBLISH, expected).await;
        assert!(error.expect_err("it is not there").is_not_found());
        let error = notes.delete(note.key(), expected).await;
        assert!(error.expect_err("it is not there").is_not_found());
    }
    assert_eq!(notes.get_or_none(note.key()).await.expect("the table is read"), None);
}

#[tokio::test]
async fn an_attribute_that_the_entity_does_not_know_survives() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "before");
    notes.create(&note).await.expect("it is created");
    let mut stored = table.stored("NOTE#").await;
    let unknown = AttributeValue::L(vec![text("of a newer release")]);
    stored.insert("unknown".to_owned(), unknown.clone());
    table.put(stored).await;

    notes
        .update(note.key(), NotePatch::title("after"), Expected::Any)
        .await
        .expect("it is updated");
    notes.transition(note.key(), Note::PUBLISH, Expected::Any).await.expect("it is published");
    assert_eq!(table.stored("NOTE#").await["unknown"], unknown);
    assert_eq!(
        notes.delete(note.key(), Expected::Any).await.expect("it is removed").title,
        "after"
    );
}

#[tokio::test]
async fn an_item_without_a_version_is_counted_from_zero() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "old");
    notes.create(&note).await.expect("it is created");
    let mut stored = table.stored("NOTE#").await;
    stored.remove("version");
    stored.remove("_write");
    table.put(stored).await;
    let updated = notes.update(note.key(), NotePatch::title("new"), Expected::Any).await;
    assert_eq!(updated.expect("it is updated").version, 1);
}

#[tokio::test]
async fn a_transition_starts_from_its_states_only() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "first");
    notes.create(&note).await.expect("it is created");

    let stale = notes.transition(note.key(), Note::PUBLISH, Expected::Version(7)).await;
    assert!(stale.expect_err("the version is another one").is_stale());
    let published = notes.transition(note.key(), Note::PUBLISH, Expected::Version(1)).await;
    let published = published.expect("it is a draft");
    assert_eq!((published.status, published.version), (NoteStatus::Published, 2));
    assert_eq!(published.published_at, Some(published.updated_at));

    let error =
        notes.transition(note.key(), Note::PUBLISH, Expected::Any).await.expect_err("no draft");
    assert!(error.is_conflict() && !error.is_stale());
    assert_eq!(error.to_string(), "`publish` starts from `draft`; this Note is `published`");
    let stale = notes.transition(note.key(), Note::PUBLISH, Expected::Version(1)).await;
    assert!(stale.expect_err("staleness is told first").is_stale());

    let archived =
        notes.transition_with(note.key(), Note::ARCHIVE, NotePatch::title("old"), Expected::Any);
    let archived = archived.await.expect("any state will do");
    assert_eq!((archived.status, archived.title.as_str()), (NoteStatus::Archived, "old"));
    assert_eq!(archived.published_at, published.published_at);
}

#[tokio::test]
async fn of_two_transitions_at_once_one_wins() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "first");
    notes.create(&note).await.expect("it is created");
    let (a, b) = tokio::join!(
        notes.transition(note.key(), Note::PUBLISH, Expected::Any),
        notes.transition(note.key(), Note::PUBLISH, Expected::Any)
    );
    assert!(a.is_ok() != b.is_ok());
    assert!(a.err().or(b.err()).is_some_and(|error| error.is_conflict()));
}

#[tokio::test]
async fn what_is_deleted_is_returned_and_gone() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "first");
    notes.create(&note).await.expect("it is created");
    let stale = notes.delete(note.key(), Expected::Version(2)).await;
    assert!(stale.expect_err("the version is another one").is_stale());
    assert_eq!(notes.delete(note.key(), Expected::Version(1)).await.expect("it is there"), note);
    assert!(notes.get(note.key()).await.expect_err("it is gone").is_not_found());
}

#[tokio::test]
async fn an_entity_without_a_version_has_no_version_to_expect() {
    let table = Table::start().await;
    let notebooks = table.all::<Notebook>();
    let notebook = Notebook { notebook_id: "book".to_owned(), user_id: "user_1".to_owned() };
    notebooks.create(&notebook).await.expect("it is created");
    assert_eq!(
        notebooks.update(notebook.key(), Touch {}, Expected::Any).await.expect("it is there"),
        notebook
    );
    let error = notebooks.update(notebook.key(), Touch {}, Expected::Version(1)).await;
    assert!(error.expect_err("nothing counts its versions").is_stale());
}

#[tokio::test]
async fn a_child_is_created_within_an_existing_parent_only() {
    let table = Table::start().await;
    let notebook = Notebook { notebook_id: "book".to_owned(), user_id: "user_1".to_owned() };
    let (notebooks, notes) = (table.all::<Notebook>(), table.all::<Note>());
    let note = Note::new("book", "user_1", "first");
    let error = notes
        .create_within::<Notebook>(&note.notebook_id, &note)
        .await
        .expect_err("there is no notebook");
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "there is no such Notebook");
    assert_eq!(notes.get_or_none(note.key()).await.expect("the table is read"), None);

    notebooks.create(&notebook).await.expect("it is created");
    notes.create_within::<Notebook>(&note.notebook_id, &note).await.expect("the notebook is there");
    assert_eq!(notes.get(note.key()).await.expect("it is there"), note);
    let error = notes
        .create_within::<Notebook>(&note.notebook_id, &note)
        .await
        .expect_err("the note exists");
    assert!(error.is_conflict());
}

/// Nothing listens there: a request would fail in another way than a limit does.
#[tokio::test]
async fn what_is_over_a_limit_is_refused_before_the_request() {
    let notes: Repository<Note> =
        Repository::new(&Context::without_caller(&shared("http://127.0.0.1:1", "none"), "test"));
    let check = |result: purlin::Result<()>, code: &str| {
        let error = result.expect_err("it is over a limit");
        assert!(error.is_invalid(), "{error:?}");
        assert_eq!(error.code(), code);
    };
    let large = "x".repeat(400 * 1024);
    let note = Note::new("book", "user_1", "first");
    check(notes.create(&Note { body: large.clone(), ..note.clone() }).await, "item-too-large");
    check(
        notes
            .create_within::<Notebook>(
                &note.notebook_id,
                &Note { body: large.clone(), ..note.clone() },
            )
            .await,
        "item-too-large",
    );
    let patch = NotePatch { body: Some(large), ..NotePatch::default() };
    check(notes.update(note.key(), patch, Expected::Any).await.map(drop), "item-too-large");

    let long = "x".repeat(2048);
    check(notes.create(&Note { notebook_id: long.clone(), ..note.clone() }).await, "invalid-key");
    check(notes.get((&long, &note.note_id)).await.map(drop), "invalid-key");
    check(notes.delete((&long, &note.note_id), Expected::Any).await.map(drop), "invalid-key");
    check(notes.query(Note::in_notebook(&long)).page().await.map(drop), "invalid-key");
    check(notes.create(&Note { shelf: Some(long.clone()), ..note.clone() }).await, "invalid-key");
    let patch = NotePatch { shelf: Some(Some(long)), ..NotePatch::default() };
    check(notes.update(note.key(), patch, Expected::Any).await.map(drop), "invalid-key");
}

#[tokio::test]
async fn an_update_that_makes_the_stored_item_too_large_is_invalid() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "small");
    notes.create(&note).await.expect("it is created");
    let mut stored = table.stored("NOTE#").await;
    stored.insert("unknown".to_owned(), text(&"x".repeat(300 * 1024)));
    table.put(stored).await;
    let patch = NotePatch { body: Some("x".repeat(200 * 1024)), ..NotePatch::default() };
    let error = notes.update(note.key(), patch, Expected::Any).await;
    let error = error.expect_err("both do not fit one item");
    assert_eq!(error.code(), "item-too-large", "{error:?}");
}
