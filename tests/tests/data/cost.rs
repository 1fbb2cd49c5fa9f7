//! What each operation costs: exactly the round trips and the units of the best request written by hand.
//!
//! Requests are counted where they pass, so that one which nobody meters is found as well. The units are those that
//! DynamoDB's documentation says: a write unit for each started KB of an item and once more for each index that holds
//! it, two where a key of the index changes; a read unit for each started 4 KB, half of one where the read is
//! eventually consistent; twice as many in a transaction, whose writes of indexes cost once. All items here have less
//! than 1 KB, and are held by `GSI1`; those on a shelf by `GSI2` as well.

use purlin::dynamodb::AttributeValue;
use purlin::{
    Context, Emitted, Entity as _, Event, Expected, Item, Repository, Result, Transaction,
    Transition,
};
use serde::Serialize;

use super::entity::{Note, NotePatch, Notebook};
use super::proxy::Proxy;
use super::table::Table;

/// What was spent.
#[derive(Debug, PartialEq)]
struct Cost {
    requests: u64,
    read_units: f64,
    write_units: f64,
}

fn reads(requests: u64, read_units: f64) -> Cost {
    Cost { requests, read_units, write_units: 0.0 }
}

fn writes(requests: u64, write_units: f64) -> Cost {
    Cost { requests, read_units: 0.0, write_units }
}

/// What work costs that must succeed.
async fn cost<T>(table: &Table, work: impl AsyncFnOnce(&Context) -> Result<T>) -> Cost {
    let proxy = Proxy::start(table.address()).await;
    let ctx = table.through(proxy.endpoint());
    work(&ctx).await.expect("it is done");
    let usage = ctx.usage();
    assert_eq!(u64::from(proxy.answered()), usage.requests, "every request is metered");
    Cost { requests: usage.requests, read_units: usage.read_units, write_units: usage.write_units }
}

/// A table with a notebook and a note on a shelf.
async fn table() -> (Table, Note) {
    let table = Table::start().await;
    let notebook = Notebook { notebook_id: "book".to_owned(), user_id: "user_1".to_owned() };
    table.all().create(&notebook).await.expect("it is created");
    let note = shelved("first");
    table.all().create(&note).await.expect("it is created");
    (table, note)
}

fn shelved(title: &str) -> Note {
    Note { shelf: Some("shelf".to_owned()), ..Note::new("book", "user_1", title) }
}

#[tokio::test]
async fn creating_costs_one_write() {
    let (table, _) = table().await;
    let plain = Note::new("book", "user_1", "plain");
    let create = async |ctx: &Context| Repository::new(ctx).create(&plain).await;
    assert_eq!(cost(&table, create).await, writes(1, 2.0));
    let create = async |ctx: &Context| Repository::new(ctx).create(&shelved("second")).await;
    assert_eq!(cost(&table, create).await, writes(1, 3.0));
}

#[tokio::test]
async fn creating_within_a_parent_costs_one_transaction_of_two() {
    let (table, _) = table().await;
    let note = Note::new("book", "user_1", "within");
    let create = async |ctx: &Context| {
        Repository::new(ctx).create_within::<Notebook>(&note.notebook_id, &note).await
    };
    // Two for the check of the notebook, two for the note, and one for its place in the index.
    assert_eq!(cost(&table, create).await, writes(1, 5.0));
}

#[tokio::test]
async fn getting_costs_one_read() {
    let (table, note) = table().await;
    let get = async |ctx: &Context| Repository::<Note>::new(ctx).get(note.key()).await;
    assert_eq!(cost(&table, get).await, reads(1, 0.5));
    let get = async |ctx: &Context| Repository::<Note>::new(ctx).consistent().get(note.key()).await;
    assert_eq!(cost(&table, get).await, reads(1, 1.0));
    // DynamoDB charges for an item that is not there as for the smallest.
    let missing = Note::new("book", "user_1", "missing");
    let get = async |ctx: &Context| Repository::<Note>::new(ctx).get_or_none(missing.key()).await;
    assert_eq!(cost(&table, get).await, reads(1, 0.5));
}

#[tokio::test]
async fn updating_costs_one_write_unless_a_key_must_be_known() {
    let (table, note) = table().await;
    let update = async |ctx: &Context, patch: NotePatch| {
        Repository::<Note>::new(ctx).update(note.key(), patch, Expected::Any).await
    };
    let body = NotePatch { body: Some("text".to_owned()), ..NotePatch::default() };
    assert_eq!(cost(&table, async |ctx: &Context| update(ctx, body).await).await, writes(1, 3.0));
    // All that the key of the shelf's index is built of is given: it moves there, which is two writes.
    let both = NotePatch { rank: Some(2), ..NotePatch::title("given") };
    assert_eq!(cost(&table, async |ctx: &Context| update(ctx, both).await).await, writes(1, 4.0));
    // The rank is not given, and so is read: the key cannot be written without it.
    let title = NotePatch::title("alone");
    let cost = cost(&table, async |ctx: &Context| update(ctx, title).await).await;
    assert_eq!(cost, Cost { requests: 2, read_units: 1.0, write_units: 4.0 });
}

#[tokio::test]
async fn a_transition_costs_one_write() {
    let (table, note) = table().await;
    let publish = async |ctx: &Context| {
        Repository::new(ctx).transition(note.key(), Note::PUBLISH, Expected::Version(1)).await
    };
    // The status is in a key of the user's index, where the note moves; on its shelf it stays.
    assert_eq!(cost(&table, publish).await, writes(1, 4.0));
}

#[tokio::test]
async fn deleting_costs_one_write() {
    let (table, note) = table().await;
    let delete = async |ctx: &Context| {
        Repository::<Note>::new(ctx).delete(note.key(), Expected::Version(1)).await
    };
    assert_eq!(cost(&table, delete).await, writes(1, 3.0));
}

/// What writes of notes emit.
#[derive(Serialize, Event)]
#[event(source = "note-desk.notes", version = 1, of = Note)]
struct NoteTold {
    title: String,
}

impl From<&Note> for NoteTold {
    fn from(note: &Note) -> Self {
        Self { title: note.title.clone() }
    }
}

/// A step that emits what it did.
const TOLD: Transition<Note> = Note::PUBLISH.emitting(&[Emitted::of::<NoteTold>()]);

#[tokio::test]
async fn an_event_that_rides_on_its_item_costs_nothing() {
    let (table, note) = table().await;
    let create = async |ctx: &Context| {
        Repository::new(ctx).emitting::<NoteTold>().create(&shelved("second")).await
    };
    assert_eq!(cost(&table, create).await, writes(1, 3.0));
    let body = NotePatch { body: Some("text".to_owned()), ..NotePatch::default() };
    let update = async |ctx: &Context| {
        let notes = Repository::<Note>::new(ctx).emitting::<NoteTold>();
        notes.update(note.key(), body, Expected::Any).await
    };
    assert_eq!(cost(&table, update).await, writes(1, 3.0));
    let step = async |ctx: &Context| {
        Repository::new(ctx).transition(note.key(), TOLD, Expected::Any).await
    };
    assert_eq!(cost(&table, step).await, writes(1, 4.0));
}

#[tokio::test]
async fn an_event_of_a_deletion_costs_a_read_and_a_transaction() {
    let (table, note) = table().await;
    let delete = async |ctx: &Context| {
        let notes = Repository::<Note>::new(ctx).emitting::<NoteTold>();
        notes.delete(note.key(), Expected::Version(1)).await
    };
    // Two for the note, one for each of its places in indexes, and two for the outbox.
    let expected = Cost { requests: 2, read_units: 1.0, write_units: 6.0 };
    assert_eq!(cost(&table, delete).await, expected);
}

#[tokio::test]
async fn a_query_costs_one_read_of_all_that_it_returns() {
    let table = Table::start().await;
    let notes = many(100);
    table.all::<Note>().batch_put(&notes).await.expect("they are written");
    let bytes: usize = table.items("NOTE#").await.iter().map(size).sum();
    let units = bytes.div_ceil(4096) as f64 / 2.0;
    assert!(units > 3.0, "{bytes} bytes");

    let page = async |ctx: &Context| {
        let page = Repository::new(ctx).query(Note::in_notebook("book")).limit(100).page().await?;
        assert_eq!((page.items.len(), page.next_cursor), (100, None));
        Ok(())
    };
    assert_eq!(cost(&table, page).await, reads(1, units));
    let all = async |ctx: &Context| {
        let all = Repository::new(ctx).query(Note::by_user("user_1")).all().await?;
        assert_eq!(all.len(), 100);
        Ok(())
    };
    assert_eq!(cost(&table, all).await, reads(1, units));
    let count = async |ctx: &Context| {
        let count = Repository::<Note>::new(ctx).query(Note::in_notebook("book")).count().await?;
        assert_eq!(count, 100);
        Ok(())
    };
    assert_eq!(cost(&table, count).await, reads(1, units));
}

#[tokio::test]
async fn batches_cost_as_few_requests_as_there_can_be() {
    let table = Table::start().await;
    let notes = many(250);
    let put = async |ctx: &Context| Repository::new(ctx).batch_put(&notes).await;
    assert_eq!(cost(&table, put).await, writes(10, 500.0));
    let keys: Vec<_> = notes.iter().map(Note::key).collect();
    let get = async |ctx: &Context| {
        let read = Repository::<Note>::new(ctx).batch_get(&keys).await?;
        assert!(read.into_iter().flatten().eq(notes.iter().cloned()));
        Ok(())
    };
    assert_eq!(cost(&table, get).await, reads(3, 125.0));
}

#[tokio::test]
async fn a_transaction_costs_one_request() {
    let (table, note) = table().await;
    let created = Note::new("book", "user_1", "created");
    let patch = NotePatch { body: Some("text".to_owned()), ..NotePatch::default() };
    let commit = async |ctx: &Context| {
        let (notes, notebooks) = (Repository::<Note>::new(ctx), Repository::<Notebook>::new(ctx));
        Transaction::new()
            .create(&notes, &created)
            .update(&notes, note.key(), patch, Expected::Version(1))
            .check_version(&notebooks, &created.notebook_id, Expected::Any)
            .commit()
            .await
    };
    // Two for each of the three; one for the new note's place in an index, and two for the places of the other.
    assert_eq!(cost(&table, commit).await, writes(1, 9.0));
}

/// Notes on no shelf, all alike but for their titles.
fn many(count: usize) -> Vec<Note> {
    (0..count).map(|number| Note::new("book", "user_1", &number.to_string())).collect()
}

/// The bytes of an item of texts and plain numbers, as DynamoDB counts them.
fn size(item: &Item) -> usize {
    let value = |value: &AttributeValue| match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        // One byte for two digits, and one more.
        AttributeValue::N(digits) => digits.trim_start_matches('0').len().div_ceil(2) + 1,
        other => panic!("{other:?} is neither a text nor a number"),
    };
    item.iter().map(|(name, of)| name.len() + value(of)).sum()
}
