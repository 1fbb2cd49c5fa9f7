//! A caller that reaches its own items only: everybody else's do not exist for it.

use purlin::{Entity as _, Expected, Page, Repository, Result};

use super::entity::{Note, NotePatch, Notebook};
use super::table::Table;

fn not_found<T>(result: Result<T>) {
    let Err(error) = result else { panic!("somebody else's item was reached") };
    assert!(error.is_not_found(), "{error:?}");
}

/// A page of the notes there are, through each of the patterns.
async fn every_pattern(notes: &Repository<Note>) -> [Page<Note>; 3] {
    let in_notebook = notes.query(Note::in_notebook("book")).page().await;
    let by_user = notes.query(Note::by_user("user_1")).page().await;
    let by_shelf = notes.query(Note::by_shelf("top")).page().await;
    [in_notebook, by_user, by_shelf].map(|page| page.expect("the table is read"))
}

#[tokio::test]
async fn somebody_elses_item_is_not_found_by_any_method() {
    let table = Table::start().await;
    let note = Note { shelf: Some("top".to_owned()), ..Note::new("book", "user_1", "first") };
    table.own::<Note>("user_1").create(&note).await.expect("it is created");
    let other = table.own::<Note>("user_2");

    not_found(other.get(note.key()).await);
    assert_eq!(other.get_or_none(note.key()).await.expect("the table is read"), None);
    assert_eq!(other.batch_get(&[note.key()]).await.expect("the table is read"), [None]);
    for expected in [Expected::Any, Expected::Version(1), Expected::Version(2)] {
        not_found(other.update(note.key(), NotePatch::title("mine"), expected).await);
        not_found(other.transition(note.key(), Note::PUBLISH, expected).await);
        not_found(other.delete(note.key(), expected).await);
    }
    for page in every_pattern(&other).await {
        assert_eq!((page.items, page.next_cursor), (vec![], None));
    }
    not_found(other.query(Note::by_user("user_1")).first().await);

    for owner in [table.own::<Note>("user_1"), table.any::<Note>("user_3")] {
        assert_eq!(owner.get(note.key()).await.expect("it is reached"), note);
        for page in every_pattern(&owner).await {
            assert_eq!(page.items, std::slice::from_ref(&note));
        }
    }
}

#[tokio::test]
async fn nothing_is_created_for_somebody_else() {
    let table = Table::start().await;
    let note = Note::new("book", "user_1", "first");
    let error =
        table.own::<Note>("user_2").create(&note).await.expect_err("it would not be its own");
    assert!(error.is_denied());
    table.any::<Note>("user_2").create(&note).await.expect("this one reaches everybody's");
}

#[tokio::test]
async fn nothing_is_created_within_somebody_elses_parent() {
    let table = Table::start().await;
    let notebook = Notebook { notebook_id: "book".to_owned(), user_id: "user_1".to_owned() };
    table.own::<Notebook>("user_1").create(&notebook).await.expect("it is created");
    let note = Note::new("book", "user_2", "mine");
    not_found(
        table.own::<Note>("user_2").create_within::<Notebook>(&note.notebook_id, &note).await,
    );
    assert_eq!(table.all::<Note>().get_or_none(note.key()).await.expect("the table is read"), None);

    let note = Note::new("book", "user_1", "mine");
    table
        .own::<Note>("user_1")
        .create_within::<Notebook>(&note.notebook_id, &note)
        .await
        .expect("both are its own");
    let note = Note::new("book", "user_3", "of an admin");
    table
        .any::<Note>("user_3")
        .create_within::<Notebook>(&note.notebook_id, &note)
        .await
        .expect("it reaches all");
}

#[tokio::test]
async fn a_page_of_own_items_is_full_however_many_lie_between() {
    let table = Table::start().await;
    let (all, own) = (table.all::<Note>(), table.own::<Note>("user_1"));
    let mut mine = Vec::new();
    for number in 0..130 {
        let user = if number % 13 == 0 { "user_1" } else { "user_2" };
        let note = Note::new("book", user, &number.to_string());
        all.create(&note).await.expect("it is created");
        if user == "user_1" {
            mine.push(note);
        }
    }
    let mut read = Vec::new();
    let mut cursor = None;
    loop {
        let query = own.query(Note::in_notebook("book")).limit(4).after(cursor.take());
        let page = query.page().await.expect("the table is read");
        assert!(page.items.len() == 4 || page.next_cursor.is_none());
        read.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(read, mine);
}
