//! Queries, pages and cursors.

use purlin::{Access, Entity as _, Expected, Query, Result};

use super::entity::{Note, NoteStatus};
use super::table::Table;

/// A table whose notebook `book` holds so many notes, which are returned in the order of their ids.
async fn notes(count: usize) -> (Table, Vec<Note>) {
    let table = Table::start().await;
    let mut notes = Vec::new();
    for number in 0..count {
        let note = Note { rank: number as i64, ..Note::new("book", "user_1", &number.to_string()) };
        table.all::<Note>().create(&note).await.expect("it is created");
        notes.push(note);
    }
    (table, notes)
}

/// Every page, each started by the cursor of the one before.
async fn pages<S: Send>(query: impl Fn() -> Query<Note, S>) -> Vec<Vec<Note>> {
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let page = query().after(cursor.take()).page().await.expect("the table is read");
        pages.push(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return pages;
        }
    }
}

fn invalid_cursor<T>(result: Result<T>) {
    let Err(error) = result else { panic!("the cursor was taken") };
    assert_eq!(error.code(), "invalid-cursor");
    assert!(error.is_invalid());
}

#[tokio::test]
async fn pages_cover_everything_once_in_order() {
    let (table, notes) = notes(7).await;
    let repository = table.all::<Note>();
    let reversed: Vec<_> = notes.iter().rev().cloned().collect();
    for (limit, sizes) in [(3, vec![3, 3, 1]), (7, vec![7]), (8, vec![7]), (1, vec![1; 7])] {
        let ascending = pages(|| repository.query(Note::in_notebook("book")).limit(limit)).await;
        assert_eq!(ascending.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
        assert_eq!(ascending.concat(), notes);
        // Through an index, whose order is descending unless asked otherwise.
        let descending = pages(|| repository.query(Note::by_user("user_1")).limit(limit)).await;
        assert_eq!(descending.concat(), reversed);
        let turned =
            pages(|| repository.query(Note::by_user("user_1")).ascending().limit(limit)).await;
        assert_eq!(turned.concat(), notes);
        let turned =
            pages(|| repository.query(Note::in_notebook("book")).descending().limit(limit)).await;
        assert_eq!(turned.concat(), reversed);
    }
}

#[tokio::test]
async fn an_empty_partition_is_an_empty_last_page() {
    let table = Table::start().await;
    let repository = table.all::<Note>();
    let page = repository.query(Note::in_notebook("none")).page().await.expect("the table is read");
    assert_eq!((page.items, page.next_cursor), (vec![], None));
    let first = repository.query(Note::in_notebook("none")).first().await;
    assert!(first.expect_err("there is none").is_not_found());
}

#[tokio::test]
async fn a_filter_passes_over_what_differs_and_fills_the_page() {
    let (table, notes) = notes(12).await;
    let repository = table.all::<Note>();
    for note in notes.iter().step_by(5) {
        repository
            .transition(note.key(), Note::PUBLISH, Expected::Any)
            .await
            .expect("it is a draft");
    }
    let published = || {
        repository
            .query(Note::in_notebook("book"))
            .filter_eq("status", &NoteStatus::Published)
            .limit(2)
    };
    let titles: Vec<Vec<_>> = pages(published)
        .await
        .into_iter()
        .map(|page| page.into_iter().map(|note| note.title).collect())
        .collect();
    assert_eq!(titles, [vec!["0", "5"], vec!["10"]]);
    assert_eq!(published().first().await.expect("one is there").title, "0");
    let on_no_shelf =
        repository.query(Note::in_notebook("book")).filter_eq("shelf", &None::<String>);
    assert_eq!(on_no_shelf.page().await.expect("the table is read").items.len(), 12);
    let ranked = repository.query(Note::in_notebook("book")).filter_eq("rank", &7_i64);
    assert_eq!(ranked.first().await.expect("one is there").title, "7");
}

#[tokio::test]
async fn other_entities_of_the_partition_are_not_read() {
    let (table, notes) = notes(1).await;
    let mut other = table.stored("NOTE#").await;
    other.insert("SK".to_owned(), purlin::dynamodb::AttributeValue::S("NOTE#0#PAGE#1".to_owned()));
    other.insert("_entity".to_owned(), purlin::dynamodb::AttributeValue::S("Page".to_owned()));
    table.put(other).await;
    let page = table
        .all::<Note>()
        .query(Note::in_notebook("book"))
        .page()
        .await
        .expect("the table is read");
    assert_eq!(page.items, notes);
}

#[tokio::test]
async fn a_cursor_holds_for_its_query_and_its_caller_only() {
    let (table, _) = notes(3).await;
    let (caller, other) = (table.any::<Note>("user_1"), table.any::<Note>("user_2"));
    let access = || Note::in_notebook("book");
    let page = caller.query(access()).limit(1).page().await.expect("the table is read");
    let cursor = page.next_cursor.expect("there are more");

    let after = |access: Access<Note, _>| caller.query(access).after(Some(cursor.as_str()));
    assert_eq!(after(access()).page().await.expect("it is its own").items.len(), 2);
    invalid_cursor(other.query(access()).after(Some(cursor.as_str())).page().await);
    invalid_cursor(
        table.own::<Note>("user_1").query(access()).after(Some(cursor.as_str())).page().await,
    );
    invalid_cursor(after(access()).descending().page().await);
    invalid_cursor(after(access()).filter_eq("rank", &1_i64).page().await);
    invalid_cursor(after(Note::in_notebook("other")).page().await);
    let another = caller.query(Note::by_user("user_1"));
    invalid_cursor(another.after(Some(cursor.as_str())).page().await);
    for text in ["", "x", &cursor[1..], &format!("{cursor}A"), &cursor.to_uppercase()] {
        invalid_cursor(caller.query(access()).after(Some(text)).page().await);
    }
}

#[tokio::test]
async fn a_page_is_json_with_a_cursor_unless_it_is_the_last() {
    let page = purlin::Page { items: vec![1, 2], next_cursor: Some("x".to_owned()) };
    let json = serde_json::to_string(&page).expect("a page serializes");
    assert_eq!(json, r#"{"items":[1,2],"nextCursor":"x"}"#);
    let last = purlin::Page::<u8> { items: vec![], next_cursor: None };
    assert_eq!(serde_json::to_string(&last).expect("a page serializes"), r#"{"items":[]}"#);
}
