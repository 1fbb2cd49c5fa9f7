//! Projections: an index that holds a part of each item, and the rest fetched where it is wanted.

use purlin::dynamodb::AttributeValue;
use purlin::{Changes, Entity, Expected, Projection, Repository};

use super::table::Table;

/// A book, of which two indexes hold a part: one some fields, the other the keys alone.
#[derive(Clone, Debug, PartialEq, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "BOOK#{isbn}", sort = "COPY#{number}", version = version, owner = user_id)]
#[entity(ttl = lent_until)]
#[entity(index(by_genre, on = GSI3, partition = "GENRE#{genre}", sort = "BOOK#{weight}", project = BookByGenre))]
#[entity(index(by_owner, on = GSI4, partition = "OWNER#{user_id}", sort = "BOOK#{signed}#{title}", project = BookByOwner))]
struct Book {
    isbn: String,
    number: i64,
    user_id: String,
    genre: String,
    weight: f64,
    title: String,
    signed: bool,
    text: String,
    lent_until: Option<purlin::Timestamp>,
    version: u64,
}

#[derive(Debug, PartialEq, Projection)]
#[serde(rename_all = "camelCase")]
#[projection(entity = Book)]
struct BookByGenre {
    isbn: String,
    number: i64,
    user_id: String,
    genre: String,
    weight: f64,
    title: String,
}

#[derive(Debug, PartialEq, Projection)]
#[serde(rename_all = "camelCase")]
#[projection(entity = Book)]
struct BookByOwner {
    isbn: String,
    number: i64,
    user_id: String,
    signed: bool,
    title: String,
}

fn book(number: i64, title: &str) -> Book {
    Book {
        isbn: "978#3".to_owned(),
        number,
        user_id: "user_1".to_owned(),
        genre: "novel".to_owned(),
        weight: -0.5 * number as f64,
        title: title.to_owned(),
        signed: number % 2 == 0,
        text: "long".to_owned(),
        lent_until: None,
        version: 1,
    }
}

async fn filled() -> (Table, Vec<Book>) {
    let table = Table::start().await;
    let books: Vec<Book> = (-1..3).map(|number| book(number, &format!("$t#{number}"))).collect();
    table.all::<Book>().batch_put(&books).await.expect("they are written");
    (table, books)
}

#[tokio::test]
async fn an_index_returns_what_it_holds_and_what_its_keys_tell() {
    let (table, books) = filled().await;
    let all = table.all::<Book>();
    let rows = all.query(Book::by_genre("novel")).all().await.expect("the index is read");
    let rows: Vec<BookByGenre> = rows.into_iter().map(|row| row.into_inner()).collect();
    // By weight, which falls as the number rises.
    let expected = |book: &Book| BookByGenre {
        isbn: book.isbn.clone(),
        number: book.number,
        user_id: book.user_id.clone(),
        genre: book.genre.clone(),
        weight: book.weight,
        title: book.title.clone(),
    };
    assert_eq!(rows, books.iter().rev().map(expected).collect::<Vec<_>>());

    // Of this one the index holds nothing but keys.
    let rows = all.query(Book::by_owner("user_1")).eq(&true).all().await.expect("it is read");
    let rows: Vec<BookByOwner> = rows.into_iter().map(|row| row.into_inner()).collect();
    let expected = |book: &Book| BookByOwner {
        isbn: book.isbn.clone(),
        number: book.number,
        user_id: book.user_id.clone(),
        signed: book.signed,
        title: book.title.clone(),
    };
    let signed: Vec<_> = books.iter().filter(|book| book.signed).map(expected).collect();
    assert_eq!(rows, signed);
}

#[tokio::test]
async fn the_rest_is_fetched_in_one_batch() {
    let (table, books) = filled().await;
    let ctx = table.context();
    let all: Repository<Book> = Repository::new(&ctx);
    let page = all.query(Book::by_owner("user_1")).limit(3).page().await.expect("it is read");
    assert!(page.next_cursor.is_some());
    let gone = &page.items[1];
    let key = (&gone.isbn, &gone.number);
    all.delete(key, Expected::Any).await.expect("it is there");
    let before = ctx.usage().requests;
    let fetched = all.fetch(&page.items).await.expect("they are read");
    assert_eq!(ctx.usage().requests - before, 1);
    let whole = |row: &BookByOwner| books.iter().find(|book| book.number == row.number).cloned();
    assert_eq!(fetched, [whole(&page.items[0]), None, whole(&page.items[2])]);
}

#[tokio::test]
async fn a_projected_index_shows_nobody_elses_and_nothing_expired() {
    let (table, _) = filled().await;
    let own = table.own::<Book>("user_2");
    let rows = own.query(Book::by_genre("novel")).all().await.expect("the index is read");
    assert!(rows.is_empty());
    let rows = own.query(Book::by_owner("user_1")).all().await.expect("nothing is read");
    assert!(rows.is_empty());
    let past = purlin::Timestamp::from_millis(1000).expect("in range");
    let expired = Book { lent_until: Some(past), ..book(9, "gone") };
    table.all::<Book>().create(&expired).await.expect("it is created");
    let rows = table.all::<Book>().query(Book::by_genre("novel")).all().await.expect("it is read");
    assert!(rows.iter().all(|row| row.number != 9));
    assert_eq!(rows.len(), 4);
    let counted = table.all::<Book>().query(Book::by_genre("novel")).count().await;
    assert_eq!(counted.expect("the index is read"), 4);
}

/// An entity without unique values is changed in place, and not replaced.
#[tokio::test]
async fn an_update_of_the_expiry_moves_the_time_to_live() {
    let (table, books) = filled().await;
    let all = table.all::<Book>();
    let at = purlin::Timestamp::from_millis(4_102_444_800_001).expect("in range");
    let set = Changes::new().set(Book::fields().lent_until(), Some(at));
    all.update(books[0].key(), set, Expected::Any).await.expect("it is there");
    let stored = table.stored("COPY#n").await;
    assert_eq!(stored["_ttl"], AttributeValue::N("4102444801".to_owned()));
    let past = purlin::Timestamp::from_millis(1000).expect("in range");
    let set = Changes::new().set(Book::fields().lent_until(), Some(past));
    all.update(books[0].key(), set, Expected::Any).await.expect("it is there");
    assert_eq!(all.get_or_none(books[0].key()).await.expect("the table is read"), None);
}

#[tokio::test]
async fn some_fields_are_read_where_no_more_are_wanted() {
    let (table, books) = filled().await;
    let all = table.all::<Book>();
    let one = all.get_as::<BookByOwner>(books[0].key()).await.expect("it is there");
    assert_eq!((one.number, one.title.as_str()), (books[0].number, books[0].title.as_str()));
    let other = table.own::<Book>("user_2").get_as::<BookByOwner>(books[0].key()).await;
    assert!(other.expect_err("it is somebody else's").is_not_found());
}

/// A shelf mark, of which the index holds the keys alone, and whose owner is a part of its partition.
#[derive(Clone, Debug, PartialEq, Entity)]
#[entity(partition = "MARK#{mark}", sort = "METADATA", owner = user_id)]
#[entity(index(by_row, on = GSI4, partition = "ROWS#{user_id}#{row}", sort = "MARK#{mark}", project = MarkByRow))]
struct Mark {
    mark: String,
    user_id: String,
    row: i64,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(entity = Mark)]
struct MarkByRow {
    mark: String,
}

#[tokio::test]
async fn a_partition_of_the_owner_and_more_is_the_owners() {
    let table = Table::start().await;
    let mark = Mark { mark: "a".to_owned(), user_id: "user_1".to_owned(), row: 7 };
    table.all::<Mark>().create(&mark).await.expect("it is created");
    let read = async |user| {
        let rows = table.own::<Mark>(user).query(Mark::by_row("user_1", &7)).all().await;
        let rows = rows.expect("the index is read").into_iter();
        rows.map(|row| row.into_inner().mark).collect::<Vec<_>>()
    };
    assert_eq!(read("user_1").await, ["a"]);
    assert!(read("user_2").await.is_empty());
}

#[tokio::test]
async fn what_nothing_fulfils_finds_nothing_in_an_index_without_the_entitys_name() {
    let (table, books) = filled().await;
    let all = table.all::<Book>();
    let none = || Book::fields().title().one_of(Vec::<String>::new());
    let found = all.query(Book::by_genre("novel")).filter(none()).all().await;
    assert!(found.expect("the index is read").is_empty());
    let counted = all.query(Book::by_genre("novel")).filter(none()).count().await;
    assert_eq!(counted.expect("the index is read"), 0);
    let all = all.query(Book::by_genre("novel")).filter(!none()).all().await;
    assert_eq!(all.expect("the index is read").len(), books.len());
}
