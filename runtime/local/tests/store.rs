//! The store, through the SDK's own client, and what becomes of it across starts.

use std::path::Path;

use aws_sdk_dynamodb::types::AttributeValue;
use purlin::{App, Context, Operation, Request, Response};
use purlin_local::{Options, Platform, Store};

async fn nothing(_: Context, _: Request) -> purlin::Result<Response> {
    Ok(Response::no_content())
}

fn app(indexes: &'static [&'static str]) -> App {
    App::new("things").indexes(indexes).operations([Operation::new("nothing", "GET", "/", nothing)])
}

async fn platform(path: &Path, indexes: &'static [&'static str]) -> anyhow::Result<Platform> {
    let mut options = Options::default();
    options.data = Some(path.to_owned());
    Platform::start(app(indexes), options).await
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

async fn put(platform: &Platform, id: &str) -> anyhow::Result<()> {
    let item = [
        ("PK", id),
        ("SK", "METADATA"),
        ("GSI1PK", "ALL"),
        ("GSI1SK", id),
        ("GSI2PK", "ALL"),
        ("GSI2SK", id),
    ];
    let item = item.map(|(name, value)| (name.to_owned(), text(value))).into();
    platform.client().put_item().table_name(platform.table()).set_item(Some(item)).send().await?;
    Ok(())
}

async fn count(platform: &Platform, index: &str) -> anyhow::Result<i32> {
    let answer = platform
        .client()
        .query()
        .table_name(platform.table())
        .index_name(index)
        .key_condition_expression(format!("{index}PK = :all"))
        .expression_attribute_values(":all", text("ALL"))
        .send()
        .await?;
    Ok(answer.count())
}

#[tokio::test]
async fn what_is_written_to_a_file_is_there_at_the_next_start() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("new/data.db");
    let first = platform(&path, &["GSI1"]).await?;
    put(&first, "THING#1").await?;
    first.stop().await;
    let second = platform(&path, &["GSI1"]).await?;
    assert_eq!(count(&second, "GSI1").await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_index_that_the_file_lacks_is_added() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.db");
    let first = platform(&path, &["GSI1"]).await?;
    put(&first, "THING#1").await?;
    first.stop().await;
    let second = platform(&path, &["GSI1", "GSI2", "GSI3"]).await?;
    assert_eq!(count(&second, "GSI2").await?, 1);
    assert_eq!(count(&second, "GSI3").await?, 0);
    Ok(())
}

#[tokio::test]
async fn data_in_use_by_another_platform_is_refused() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.db");
    let _first = platform(&path, &[]).await?;
    let error = platform(&path, &[]).await.map(drop).expect_err("the first has it");
    assert!(error.to_string().contains("in use by another process"), "{error:#}");
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("notes.txt");
    std::fs::write(&path, "this is not a database, and longer than SQLite's header is".repeat(20))?;
    let error = Store::open(&path).map(drop).expect_err("no database");
    assert!(error.to_string().contains("notes.txt"), "{error:#}");
    Ok(())
}

#[tokio::test]
async fn a_port_in_use_is_named() -> anyhow::Result<()> {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let mut options = Options::default();
    options.port = taken.local_addr()?.port();
    let error = Platform::start(app(&[]), options).await.map(drop).expect_err("the port is taken");
    assert!(error.to_string().contains("is already in use"), "{error:#}");
    Ok(())
}

#[tokio::test]
async fn a_dropped_store_answers_no_more() -> anyhow::Result<()> {
    let store = Store::in_memory()?;
    let address = store.endpoint().trim_start_matches("http://").to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    drop(store);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while std::net::TcpStream::connect(&address).is_ok() {
        assert!(std::time::Instant::now() < deadline, "the store goes on listening");
        tokio::task::yield_now().await;
    }
    Ok(())
}
