//! The store, through the SDK's own client, and what becomes of it across starts.

use std::path::Path;

use aws_sdk_dynamodb::types::{
    AttributeValue, StreamSpecification, StreamViewType, TimeToLiveSpecification, TimeToLiveStatus,
};
use purlin::{App, Context, Operation, Request, Response, TableIndex};
use purlin_local::{Options, Platform, Store};

async fn nothing(_: Context, _: Request) -> purlin::Result<Response> {
    Ok(Response::no_content())
}

const ONE: &[TableIndex] = &[TableIndex::all("GSI1")];
const THREE: &[TableIndex] = &[
    TableIndex::all("GSI1"),
    TableIndex::keys("GSI2"),
    TableIndex::including("GSI3", &["b", "a"]),
];

fn app(indexes: &'static [TableIndex]) -> App {
    App::new("things")
        .indexes(indexes)
        .operations([Operation::public("nothing", "GET", "/", nothing)])
}

async fn platform(path: &Path, indexes: &'static [TableIndex]) -> anyhow::Result<Platform> {
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
    let first = platform(&path, ONE).await?;
    put(&first, "THING#1").await?;
    first.stop().await;
    let second = platform(&path, ONE).await?;
    assert_eq!(count(&second, "GSI1").await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_index_that_the_file_lacks_is_added() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.db");
    let first = platform(&path, ONE).await?;
    put(&first, "THING#1").await?;
    first.stop().await;
    let second = platform(&path, THREE).await?;
    assert_eq!(count(&second, "GSI2").await?, 1);
    assert_eq!(count(&second, "GSI3").await?, 0);
    Ok(())
}

#[tokio::test]
async fn an_index_holds_what_it_is_declared_to() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    // Of a new table, and added to one.
    for (name, before) in [("new.db", THREE), ("old.db", ONE)] {
        let path = directory.path().join(name);
        platform(&path, before).await?.stop().await;
        let platform = platform(&path, THREE).await?;
        let found = platform.client().describe_table().table_name(platform.table()).send().await?;
        let mut held: Vec<_> = found
            .table()
            .map_or(&[][..], |table| table.global_secondary_indexes())
            .iter()
            .map(|index| {
                let projection = index.projection().expect("an index has a projection");
                let kind = projection.projection_type().expect("a projection has a type");
                format!(
                    "{} {kind} {:?}",
                    index.index_name().unwrap_or_default(),
                    projection.non_key_attributes()
                )
            })
            .collect();
        held.sort();
        assert_eq!(
            held,
            ["GSI1 ALL []", "GSI2 KEYS_ONLY []", r#"GSI3 INCLUDE ["b", "a"]"#],
            "{name}"
        );
        platform.stop().await;
    }
    Ok(())
}

#[tokio::test]
async fn an_index_that_holds_something_else_is_refused_with_a_way_out() -> anyhow::Result<()> {
    const KEYS: &[TableIndex] = &[TableIndex::keys("GSI1")];
    const OTHERS: &[TableIndex] = &[
        TableIndex::all("GSI0"),
        TableIndex::all("GSI1"),
        TableIndex::keys("GSI2"),
        TableIndex::including("GSI3", &["a", "c"]),
    ];
    // The order in which attributes are named makes no other index.
    const TURNED: &[TableIndex] = &[TableIndex::including("GSI3", &["a", "b"])];
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.db");
    platform(&path, THREE).await?.stop().await;
    for (indexes, expected) in [
        (
            KEYS,
            "the index `GSI1` of the table `things` holds all attributes, and is declared to hold the keys alone",
        ),
        (OTHERS, "holds the keys and `a`, `b`, and is declared to hold the keys and `a`, `c`"),
    ] {
        let error = platform(&path, indexes).await.map(drop).expect_err("it cannot be changed");
        let message = format!("{error:#}");
        assert!(message.contains(expected), "{message}");
        assert!(message.ends_with("or delete the local data file"), "{message}");
    }
    let platform = platform(&path, TURNED).await?;
    // Nor was anything added before the refusal.
    assert!(
        platform
            .client()
            .query()
            .table_name(platform.table())
            .index_name("GSI0")
            .send()
            .await
            .is_err()
    );
    Ok(())
}

async fn expire_by(platform: &Platform, attribute: &str, enabled: bool) -> anyhow::Result<()> {
    let expiry = TimeToLiveSpecification::builder().attribute_name(attribute).enabled(enabled);
    let update = platform.client().update_time_to_live().table_name(platform.table());
    update.time_to_live_specification(expiry.build()?).send().await?;
    Ok(())
}

#[tokio::test]
async fn items_expire_by_one_attribute_in_new_tables_and_old_ones() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.db");
    for _ in ["a new table", "one that expires nothing"] {
        let platform = platform(&path, ONE).await?;
        let expiry =
            platform.client().describe_time_to_live().table_name(platform.table()).send().await?;
        let expiry = expiry.time_to_live_description().expect("it is described");
        assert_eq!(expiry.attribute_name(), Some("_ttl"));
        assert_eq!(expiry.time_to_live_status(), Some(&TimeToLiveStatus::Enabled));
        expire_by(&platform, "_ttl", false).await?;
        platform.stop().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_table_that_expires_by_something_else_is_refused() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.db");
    let first = platform(&path, ONE).await?;
    expire_by(&first, "_ttl", false).await?;
    expire_by(&first, "until", true).await?;
    first.stop().await;
    let error = platform(&path, ONE).await.map(drop).expect_err("it is somebody else's");
    assert!(error.to_string().contains("expire by `until` and not by `_ttl`"), "{error:#}");
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

#[tokio::test]
async fn a_data_file_of_before_streams_is_given_one() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.db");
    let platform = platform(&path, ONE).await?;
    let (client, table) = (platform.client().clone(), platform.table().to_owned());
    let off = StreamSpecification::builder().stream_enabled(false).build()?;
    client.update_table().table_name(&table).stream_specification(off).send().await?;
    let stream = async |client: &aws_sdk_dynamodb::Client| {
        let found = client.describe_table().table_name(&table).send().await?.table;
        anyhow::Ok(found.and_then(|table| table.stream_specification))
    };
    let enabled = |found: &Option<StreamSpecification>| {
        found.as_ref().is_some_and(StreamSpecification::stream_enabled)
    };
    assert!(!enabled(&stream(&client).await?));
    platform.stop().await;

    let platform = self::platform(&path, ONE).await?;
    let found = stream(platform.client()).await?;
    assert!(enabled(&found));
    let view = found.and_then(|found| found.stream_view_type);
    assert_eq!(view, Some(StreamViewType::NewAndOldImages));
    // Nothing is lost, and nothing is told of what was there before.
    assert_eq!(platform.events().await, []);
    Ok(())
}
