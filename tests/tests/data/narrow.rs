//! Queries narrowed by their sort keys' fields, and read to the end: what is not asked for is not read.

use futures_util::TryStreamExt as _;
use purlin::{End, Entity as _, Id, Next, Query, Repository};

use super::entity::{Note, NoteStatus};
use super::table::Table;

/// Notes on a shelf, of ranks from 0 and with two titles each.
async fn shelf() -> (Table, Repository<Note>) {
    let table = Table::start().await;
    let mut notes = Vec::new();
    for rank in -2..3 {
        for title in ["a#", "b"] {
            let shelf = Some("s".to_owned());
            notes.push(Note { shelf, rank, ..Note::new("book", "user_1", title) });
        }
    }
    let repository = table.all::<Note>();
    repository.batch_put(&notes).await.expect("they are written");
    (table, repository)
}

async fn ranks<S: Send>(query: Query<Note, S>) -> Vec<(i64, String)> {
    let notes = query.all().await.expect("the index is read");
    notes.into_iter().map(|note| (note.rank, note.title)).collect()
}

fn both(ranks: impl IntoIterator<Item = i64>) -> Vec<(i64, String)> {
    ranks.into_iter().flat_map(|rank| ["a#", "b"].map(|title| (rank, title.to_owned()))).collect()
}

#[tokio::test]
async fn a_number_is_narrowed_by_value() {
    let (_table, notes) = shelf().await;
    let on_shelf = || notes.query(Note::by_shelf("s"));
    assert_eq!(ranks(on_shelf()).await, both(-2..3));
    assert_eq!(ranks(on_shelf().eq(&-1)).await, both([-1]));
    assert_eq!(ranks(on_shelf().lt(&0)).await, both(-2..0));
    assert_eq!(ranks(on_shelf().le(&0)).await, both(-2..1));
    assert_eq!(ranks(on_shelf().gt(&0)).await, both(1..3));
    assert_eq!(ranks(on_shelf().ge(&0)).await, both(0..3));
    assert_eq!(ranks(on_shelf().between(&-1, &1)).await, both(-1..2));
    assert_eq!(ranks(on_shelf().between(&1, &-1)).await, []);
    let mut turned = both(1..3);
    turned.reverse();
    assert_eq!(ranks(on_shelf().gt(&0).descending()).await, turned);
}

#[tokio::test]
async fn the_next_field_is_narrowed_once_the_first_is_given() {
    let (_table, notes) = shelf().await;
    let ranked = || notes.query(Note::by_shelf("s")).eq(&1);
    let one = |title: &str| vec![(1, title.to_owned())];
    assert_eq!(ranks(ranked().eq("a#")).await, one("a#"));
    assert_eq!(ranks(ranked().eq("a")).await, []);
    assert_eq!(ranks(ranked().begins_with("a")).await, one("a#"));
    assert_eq!(ranks(ranked().lt("b")).await, one("a#"));
    assert_eq!(ranks(ranked().ge("b")).await, one("b"));
}

#[tokio::test]
async fn ids_and_enums_narrow_as_well() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let all: Vec<Note> = (0..4).map(|n| Note::new("book", "user_1", &n.to_string())).collect();
    notes.batch_put(&all).await.expect("they are written");
    let drafts = || -> Query<Note, Next<Id<Note>, End>> {
        notes.query(Note::by_user("user_1")).eq(&NoteStatus::Draft)
    };
    let after = drafts().gt(&all[1].note_id).ascending().all().await.expect("the index is read");
    assert_eq!(after, all[2..]);
    let published = notes.query(Note::by_user("user_1")).eq(&NoteStatus::Published);
    assert_eq!(published.count().await.expect("the index is read"), 0);
    // Not a scan of all that lies before it, but one item.
    let one = notes.query(Note::in_notebook("book")).eq(&all[3].note_id);
    assert_eq!(one.first().await.expect("it is there"), all[3]);
}

#[tokio::test]
async fn pages_and_counts_keep_to_what_is_asked_for() {
    let (_table, notes) = shelf().await;
    let low = || notes.query(Note::by_shelf("s")).le(&0).limit(4);
    assert_eq!(low().count().await.expect("the index is read"), 6);
    let first = low().page().await.expect("the index is read");
    assert_eq!(first.items.len(), 4);
    let second = low().after(first.next_cursor.clone()).page().await.expect("the index is read");
    assert_eq!((second.items.len(), second.next_cursor), (2, None));
    let other = notes.query(Note::by_shelf("s")).le(&1).after(first.next_cursor).page().await;
    assert_eq!(other.expect_err("it is another query's").code(), "invalid-cursor");
}

#[tokio::test]
async fn a_stream_reads_on_as_it_is_taken() {
    let table = Table::start().await;
    let body = "x".repeat(30 * 1024);
    let all: Vec<Note> = (0..70)
        .map(|n| Note { body: body.clone(), ..Note::new("book", "user_1", &n.to_string()) })
        .collect();
    table.all::<Note>().batch_put(&all).await.expect("they are written");
    let ctx = table.context();
    let notes: Repository<Note> = Repository::new(&ctx);
    let stream = notes.query(Note::in_notebook("book")).stream();
    let mut stream = std::pin::pin!(stream);
    let first = stream.try_next().await.expect("the table is read");
    assert_eq!(first.as_ref(), all.first());
    // DynamoDB sends 1 MB at a time, which is half of them.
    let requests = ctx.usage().requests;
    let rest: Vec<Note> = stream.try_collect().await.expect("the table is read");
    assert_eq!(rest, all[1..]);
    assert!(ctx.usage().requests > requests, "the rest came later");
    let keys: Vec<_> = all.iter().map(Note::key).collect();
    assert_eq!(notes.batch_get(&keys).await.expect("they are read").len(), 70);
}

#[tokio::test]
async fn a_stream_ends_with_its_first_error() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let stream = notes.query(Note::in_notebook("book")).after(Some("no cursor")).stream();
    let mut stream = std::pin::pin!(stream);
    assert_eq!(stream.try_next().await.expect_err("the cursor is none").code(), "invalid-cursor");
    assert_eq!(stream.try_next().await.expect("it has ended"), None);
}
