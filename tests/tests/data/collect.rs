//! Collections: several entities of one partition, in one query.

use purlin::{
    Collect, Collection, Item, Member, Order, Partition, Repository, Result, read_member,
};

use super::entity::{Note, Notebook};
use super::table::Table;

/// A notebook with all its notes.
#[derive(Clone, Debug, Default, PartialEq)]
struct Whole {
    notebook: Option<Notebook>,
    notes: Vec<Note>,
}

impl Collection for Whole {
    const NAME: &'static str = "whole";
    const MEMBERS: &'static [Member] = &[Member::all::<Notebook>(), Member::all::<Note>()];

    fn add(&mut self, member: usize, item: Item) -> Result<()> {
        match member {
            0 => self.notebook = Some(read_member(item)?),
            _ => self.notes.push(read_member(item)?),
        }
        Ok(())
    }
}

/// A notebook with its first note.
#[derive(Debug, Default, PartialEq)]
struct Opened {
    notebook: Option<Notebook>,
    note: Option<Note>,
}

impl Collection for Opened {
    const NAME: &'static str = "opened";
    const MEMBERS: &'static [Member] = &[Member::all::<Notebook>(), Member::first::<Note>()];

    fn add(&mut self, member: usize, item: Item) -> Result<()> {
        match member {
            0 => self.notebook = Some(read_member(item)?),
            _ => self.note = Some(read_member(item)?),
        }
        Ok(())
    }
}

async fn filled(notes: usize) -> (Table, Whole) {
    let table = Table::start().await;
    let notebook = Notebook { notebook_id: "a#b".to_owned(), user_id: "user_1".to_owned() };
    table.all::<Notebook>().create(&notebook).await.expect("it is created");
    let notes: Vec<Note> =
        (0..notes).map(|number| Note::new("a#b", "user_1", &number.to_string())).collect();
    table.all::<Note>().batch_put(&notes).await.expect("they are written");
    // Of another partition.
    let other = Note::new("a", "user_1", "other");
    table.all::<Note>().create(&other).await.expect("it is created");
    (table, Whole { notebook: Some(notebook), notes })
}

fn collect<C: Collection>(notebooks: &Repository<Notebook>, order: Order) -> Collect<C> {
    notebooks.collect(Partition::of_table().literal("NOTEBOOK#").field("a#b"), order)
}

#[tokio::test]
async fn a_partition_is_read_into_one_value_by_one_request() {
    let (table, whole) = filled(30).await;
    let ctx = table.context();
    let notebooks: Repository<Notebook> = Repository::new(&ctx);
    let read: Whole = collect(&notebooks, Order::Ascending).all().await.expect("the table is read");
    assert_eq!(read, whole);
    assert_eq!(ctx.usage().requests, 1);
}

#[tokio::test]
async fn pages_cover_everything_once_in_either_order() {
    let (table, whole) = filled(7).await;
    let notebooks = table.all::<Notebook>();
    for (order, limit) in [(Order::Ascending, 3), (Order::Descending, 3), (Order::Ascending, 8)] {
        let mut read = Whole::default();
        let mut sizes = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let query = collect::<Whole>(&notebooks, order).limit(limit).after(cursor.take());
            let page = query.page().await.expect("the table is read");
            sizes.push(usize::from(page.value.notebook.is_some()) + page.value.notes.len());
            read.notebook = read.notebook.or(page.value.notebook);
            read.notes.extend(page.value.notes);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        if order == Order::Descending {
            read.notes.reverse();
        }
        assert_eq!(read, whole);
        assert_eq!(sizes, if limit == 3 { vec![3, 3, 2] } else { vec![8] });
    }
}

#[tokio::test]
async fn the_first_of_a_member_is_the_end_of_the_reading() {
    let (table, whole) = filled(7).await;
    let notebooks = table.all::<Notebook>();
    let opened: Opened = collect(&notebooks, Order::Ascending).all().await.expect("it is read");
    assert_eq!(opened, Opened { notebook: whole.notebook, note: whole.notes.first().cloned() });
    let page = collect::<Opened>(&notebooks, Order::Ascending).limit(2).page().await;
    assert_eq!(page.expect("it is read").next_cursor, None);
}

#[tokio::test]
async fn a_filter_leaves_out_items_of_its_own_entity_only() {
    let (table, whole) = filled(4).await;
    let notebooks = table.all::<Notebook>();
    let query = collect::<Whole>(&notebooks, Order::Ascending);
    let read = query.filter(Note::fields().title().ge("2")).all().await.expect("it is read");
    assert_eq!(read, Whole { notes: whole.notes[2..].to_vec(), ..whole });
}

#[tokio::test]
async fn what_is_somebody_elses_is_not_collected() {
    let (table, _) = filled(2).await;
    let foreign = table.own::<Notebook>("user_2");
    let read: Whole = collect(&foreign, Order::Ascending).all().await.expect("the table is read");
    assert_eq!(read, Whole::default());
    let page = collect::<Whole>(&foreign, Order::Ascending).limit(1).page().await;
    let page = page.expect("the table is read");
    assert_eq!((page.value, page.next_cursor), (Whole::default(), None));
}

#[tokio::test]
async fn a_cursor_holds_for_its_collection_only() {
    let (table, _) = filled(4).await;
    let notebooks = table.all::<Notebook>();
    let page = collect::<Whole>(&notebooks, Order::Ascending).limit(2).page().await;
    let cursor = page.expect("the table is read").next_cursor.expect("there are more");
    for order in [Order::Descending, Order::Ascending] {
        let other = collect::<Opened>(&notebooks, order).after(Some(cursor.as_str())).page().await;
        assert_eq!(other.expect_err("it is another's").code(), "invalid-cursor");
    }
    let turned = collect::<Whole>(&notebooks, Order::Descending).after(Some(cursor)).page().await;
    assert_eq!(turned.expect_err("it is another's").code(), "invalid-cursor");
}
