//! What of an item is asked for: of many the attributes of the entity, of one the whole.

use serde_json::{Value, json};

use super::stub::Stub;
use crate::{Entity, Projection, Repository, Timestamp};

/// An entity under every rule that needs an attribute of its own to tell whether an item is there.
#[derive(Clone, Debug, PartialEq, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "FOLDER#{folder}", sort = "PAGE#{page_id}", version = version, owner = user_id)]
#[entity(ttl = expires_at, soft_delete = deleted_at)]
#[entity(access(in_folder))]
#[entity(index(by_user, on = GSI1, partition = "USER#{user_id}", sort = "PAGE#{title}"))]
#[entity(index(by_title, on = GSI2, partition = "TITLE#{title}", sort = "{page_id}", project = PageByTitle))]
struct Page {
    folder: String,
    page_id: String,
    user_id: String,
    title: String,
    expires_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    version: u64,
}

#[derive(Debug, PartialEq, Projection)]
#[serde(rename_all = "camelCase")]
#[projection(entity = Page)]
struct PageByTitle {
    page_id: String,
    user_id: String,
    title: String,
    deleted_at: Option<Timestamp>,
}

/// What every read of pages must be told of.
const ATTRIBUTES: [&str; 8] =
    ["_ttl", "deletedAt", "expiresAt", "folder", "pageId", "title", "userId", "version"];

fn pages(stub: &Stub) -> Repository<Page> {
    Repository::new(&stub.context())
}

/// The page as DynamoDB sends what was asked for: without its own key.
fn sent(page_id: &str) -> Value {
    let text = |text: &str| json!({ "S": text });
    json!({
        "GSI1SK": text("PAGE#old"), "_entity": text("Page"),
        "folder": text("inbox"), "pageId": text(page_id), "userId": text("ada"),
        "title": text("new"), "version": { "N": "1" },
    })
}

fn page(page_id: &str) -> Page {
    Page {
        folder: "inbox".to_owned(),
        page_id: page_id.to_owned(),
        user_id: "ada".to_owned(),
        title: "new".to_owned(),
        expires_at: None,
        deleted_at: None,
        version: 1,
    }
}

/// The attributes that a request asks for; none where it asks for all.
fn asked(request: &Value) -> Option<Vec<&str>> {
    let names = &request["ExpressionAttributeNames"];
    let text = request.get("ProjectionExpression")?.as_str()?;
    let attributes = text.split(", ").map(|name| names[name].as_str().expect("it is a name"));
    Some(attributes.collect())
}

fn and<'a>(more: &[&'a str]) -> Option<Vec<&'a str>> {
    let mut all = [more, &ATTRIBUTES].concat();
    all.sort_unstable();
    Some(all)
}

#[tokio::test]
async fn a_query_asks_for_the_entitys_attributes_and_what_a_repository_must_know() {
    let empty = || (200, json!({ "Items": [] }));
    let stub = Stub::start(vec![empty(), empty(), empty()]);
    let pages = pages(&stub);
    pages.query(Page::in_folder("inbox")).page().await.expect("it is answered");
    pages.query(Page::by_user("ada")).all().await.expect("it is answered");
    // Names that a filter has as well are the same ones.
    let filtered = pages.query(Page::in_folder("inbox")).filter_eq("title", &"new".to_owned());
    filtered.page().await.expect("it is answered");
    let requests = stub.bodies();
    assert_eq!(asked(&requests[0]), and(&["_entity"]));
    assert_eq!(asked(&requests[1]), and(&["GSI1SK", "_entity"]));
    let names = requests[2]["ExpressionAttributeNames"].as_object().expect("there are names");
    assert_eq!(names.len(), ATTRIBUTES.len() + 1);
    let mut found = asked(&requests[2]).expect("not all is asked for");
    found.sort_unstable();
    assert_eq!(Some(found), and(&["_entity"]));
}

#[tokio::test]
async fn an_index_that_holds_a_part_is_asked_for_what_it_holds() {
    let stub = Stub::start(vec![(200, json!({ "Items": [] }))]);
    pages(&stub).query(Page::by_title("new")).page().await.expect("it is answered");
    assert_eq!(asked(&stub.bodies()[0]), None);
}

/// DynamoDB refuses a request that wants a number and says what of each item is to be sent.
#[tokio::test]
async fn a_count_asks_for_nothing_of_an_item() {
    let stub = Stub::start(vec![(200, json!({ "Count": 2 })), (200, json!({ "Count": 3 }))]);
    let pages = pages(&stub);
    let whole = pages.query(Page::in_folder("inbox")).count().await;
    let part = pages.query(Page::in_folder("inbox")).select::<PageByTitle>().count().await;
    assert_eq!((whole.expect("it is counted"), part.expect("it is counted")), (2, 3));
    for request in stub.bodies() {
        assert_eq!((asked(&request), &request["Select"]), (None, &json!("COUNT")));
    }
}

/// The key of an index may be one that an older version wrote, so that it is taken from the item.
#[tokio::test]
async fn a_page_ends_at_the_key_that_the_fields_make_and_the_indexs_own() {
    let items = json!({ "Items": [sent("1"), sent("2")] });
    let stub = Stub::start(vec![(200, items), (200, json!({ "Items": [] }))]);
    let pages = pages(&stub);
    let found = pages.query(Page::by_user("ada")).limit(1).page().await.expect("it is answered");
    assert_eq!(found.items, [page("1")]);
    assert!(found.next_cursor.is_some(), "there is another one");
    let next = pages.query(Page::by_user("ada")).after(found.next_cursor).limit(1).page().await;
    assert_eq!(next.expect("it is answered").items, []);
    let key = json!({
        "PK": { "S": "FOLDER#inbox" }, "SK": { "S": "PAGE#1" },
        "GSI1PK": { "S": "USER#ada" }, "GSI1SK": { "S": "PAGE#old" },
    });
    assert_eq!(stub.bodies()[1]["ExclusiveStartKey"], key);
}

#[tokio::test]
async fn a_batch_asks_for_the_entitys_attributes_and_knows_items_by_their_fields() {
    let stub =
        Stub::start(vec![(200, json!({ "Responses": { "table": [sent("2"), sent("1")] } }))]);
    let keys = ["1", "none", "2"].map(str::to_owned);
    let folder = "inbox".to_owned();
    let keys = keys.each_ref().map(|page_id| (&folder, page_id));
    let read = pages(&stub).batch_get(&keys).await.expect("it is answered");
    assert_eq!(read, [Some(page("1")), None, Some(page("2"))]);
    let request = &stub.bodies()[0]["RequestItems"];
    let (_, request) = request.as_object().and_then(|tables| tables.iter().next()).expect("one");
    assert_eq!(asked(request), and(&[]));
}

/// It would otherwise be missing in silence.
#[tokio::test]
async fn an_item_under_another_key_than_its_fields_make_is_an_error_of_a_batch() {
    let stub = Stub::start(vec![(200, json!({ "Responses": { "table": [sent("2")] } }))]);
    let (folder, page_id) = ("inbox".to_owned(), "1".to_owned());
    let error = pages(&stub).batch_get(&[(&folder, &page_id)]).await.expect_err("it is another");
    assert_eq!(error.code(), "internal");
    assert!(format!("{error:?}").contains("another key"), "{error:?}");
}

#[tokio::test]
async fn one_item_is_read_whole() {
    let first = json!({ "Items": [sent("1")] });
    let stub = Stub::start(vec![(200, json!({ "Item": sent("1") })), (200, first)]);
    let pages = pages(&stub);
    let (folder, page_id) = ("inbox".to_owned(), "1".to_owned());
    pages.get((&folder, &page_id)).await.expect("it is there");
    pages.query(Page::in_folder("inbox")).first().await.expect("it is there");
    for request in stub.bodies() {
        assert_eq!(asked(&request), None);
    }
}
