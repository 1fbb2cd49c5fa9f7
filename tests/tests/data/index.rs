//! Index keys follow what they are built of.

use purlin::dynamodb::AttributeValue;
use purlin::{Entity as _, Expected};
use tokio::task::JoinSet;

use super::entity::{Note, NotePatch};
use super::table::Table;

async fn shelf(table: &Table, shelf: &str) -> Vec<String> {
    let page =
        table.all::<Note>().query(Note::by_shelf(shelf)).page().await.expect("the index is read");
    page.items.into_iter().map(|note| note.title).collect()
}

fn key(item: &purlin::Item, attribute: &str) -> Option<String> {
    item.get(attribute).and_then(|value: &AttributeValue| value.as_s().ok()).cloned()
}

#[tokio::test]
async fn a_transition_moves_the_item_in_its_index() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "first");
    notes.create(&note).await.expect("it is created");
    notes.transition(note.key(), Note::PUBLISH, Expected::Any).await.expect("it is a draft");
    let stored = table.stored("NOTE#").await;
    assert_eq!(key(&stored, "GSI1SK"), Some(format!("NOTE#published#{}", note.note_id)));
    assert_eq!(key(&stored, "GSI1PK").as_deref(), Some("USER#user_1"));
}

#[tokio::test]
async fn a_patch_brings_the_item_into_a_sparse_index_and_out_of_it() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note::new("book", "user_1", "first");
    notes.create(&note).await.expect("it is created");
    let put_on = |shelf: Option<&str>| NotePatch {
        shelf: Some(shelf.map(str::to_owned)),
        ..NotePatch::default()
    };
    let update =
        async |patch| notes.update(note.key(), patch, Expected::Any).await.expect("it is updated");

    assert_eq!(update(put_on(Some("top"))).await.shelf.as_deref(), Some("top"));
    assert_eq!(shelf(&table, "top").await, ["first"]);
    update(put_on(Some("low"))).await;
    assert_eq!((shelf(&table, "top").await.len(), shelf(&table, "low").await.len()), (0, 1));
    assert_eq!(update(put_on(None)).await.shelf, None);
    assert!(shelf(&table, "low").await.is_empty());
    let stored = table.stored("NOTE#").await;
    assert!(!stored.contains_key("GSI2PK") && !stored.contains_key("shelf"));
}

/// The key is built of the rank and the title, and the patch changes only one of them.
#[tokio::test]
async fn a_patch_of_one_part_keeps_the_other_as_it_is_stored() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note { shelf: Some("top".to_owned()), ..Note::new("book", "user_1", "b#") };
    notes.create(&note).await.expect("it is created");
    let patch = NotePatch { rank: Some(-5), ..NotePatch::default() };
    notes.update(note.key(), patch, Expected::Version(1)).await.expect("it is updated");
    let stored = table.stored("NOTE#").await;
    assert_eq!(key(&stored, "GSI2SK").as_deref(), Some("NOTE#n9223372036854775803#b$23"));
    notes.update(note.key(), NotePatch::title("c"), Expected::Any).await.expect("it is updated");
    let stored = table.stored("NOTE#").await;
    assert_eq!(key(&stored, "GSI2SK").as_deref(), Some("NOTE#n9223372036854775803#c"));

    let stale = notes.update(note.key(), NotePatch::title("d"), Expected::Version(1)).await;
    assert!(stale.expect_err("the version is an old one").is_stale());
    let foreign =
        table.own::<Note>("user_2").update(note.key(), NotePatch::title("d"), Expected::Any).await;
    assert!(foreign.expect_err("it is somebody else's").is_not_found());
}

#[tokio::test]
async fn patches_of_different_parts_at_once_leave_the_key_right() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    let note = Note { shelf: Some("top".to_owned()), ..Note::new("book", "user_1", "first") };
    notes.create(&note).await.expect("it is created");
    let mut updates = JoinSet::new();
    for number in 0..6 {
        let (notes, note) = (notes.clone(), note.clone());
        let patch = match number % 2 {
            0 => NotePatch::title(&format!("title {number}")),
            _ => NotePatch { rank: Some(number), ..NotePatch::default() },
        };
        updates.spawn(async move { notes.update(note.key(), patch, Expected::Any).await });
    }
    for result in updates.join_all().await {
        if let Err(error) = result {
            assert!(error.is_conflict(), "{error:?}");
        }
    }
    let stored = notes.get(note.key()).await.expect("it is there");
    let expected = format!("NOTE#p{:019}#{}", stored.rank, stored.title.replace(' ', "$20"));
    assert_eq!(key(&table.stored("NOTE#").await, "GSI2SK"), Some(expected));
}

#[tokio::test]
async fn ranks_sort_by_value_in_the_index() {
    let table = Table::start().await;
    let notes = table.all::<Note>();
    for rank in [10, -1, 0, 9, i64::MIN, -10, i64::MAX] {
        let note = Note {
            shelf: Some("s".to_owned()),
            rank,
            ..Note::new("book", "user_1", &rank.to_string())
        };
        notes.create(&note).await.expect("it is created");
    }
    let (least, greatest) = (i64::MIN.to_string(), i64::MAX.to_string());
    assert_eq!(
        shelf(&table, "s").await,
        [least.as_str(), "-10", "-1", "0", "9", "10", greatest.as_str()]
    );
}
