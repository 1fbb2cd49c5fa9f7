//! The application's table: created where it is missing, and given the indexes and the expiry it lacks.

mod stream;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
    GlobalSecondaryIndexUpdate, IndexStatus, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TableDescription, TableStatus, TimeToLiveSpecification, TimeToLiveStatus,
};
use purlin::{IndexProjection, TableIndex};

/// How long a table or an index may take to become active. A real table takes seconds; an index on a
/// large one takes longer, and is then waited for at the next start.
const ACTIVE_WITHIN: Duration = Duration::from_secs(120);

/// The attributes of the primary key, both strings.
const PRIMARY_KEY: (&str, &str) = ("PK", "SK");

/// The attribute by which items expire: a number, seconds since 1970. Items without it never do.
const EXPIRY: &str = "_ttl";

/// What [`ensure()`] had to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// The table did not exist.
    pub(crate) created: bool,
    /// Indexes added to a table that existed. Items written before hold no keys for them, so they
    /// appear in such an index once they are next written.
    pub(crate) added_indexes: Vec<String>,
}

/// Makes sure that `table` exists with its primary key and every one of `indexes`, is active, and lets items expire.
///
/// An index the application no longer names is left alone: it costs nothing here and may be wanted again.
///
/// # Errors
/// DynamoDB refuses, or the table is one that only its owner may change: of another primary key, with an index that
/// holds other attributes, or expiring by another one.
pub(crate) async fn ensure(
    client: &Client,
    table: &str,
    indexes: &[TableIndex],
) -> anyhow::Result<Changes> {
    let Some(found) = describe(client, table).await? else {
        create(client, table, indexes).await?;
        wait_until_active(client, table).await?;
        let_expire(client, table).await?;
        return Ok(Changes { created: true, added_indexes: Vec::new() });
    };
    check_primary_key(&found, table)?;
    let present = |index: &TableIndex| {
        let mut indexes = found.global_secondary_indexes().iter();
        indexes.find(|found| found.index_name() == Some(index.name()))
    };
    // All are looked at before the first is added: a table is changed as a whole or not at all.
    for (index, found) in indexes.iter().filter_map(|index| Some((index, present(index)?))) {
        check_projection(index, found.projection(), table)?;
    }
    let mut added_indexes = Vec::new();
    for index in indexes.iter().filter(|index| present(index).is_none()) {
        // DynamoDB adds one index at a time, and only to an active table.
        wait_until_active(client, table).await?;
        add_index(client, table, index).await?;
        added_indexes.push(index.name().to_owned());
    }
    wait_until_active(client, table).await?;
    if stream::ensure(client, table, &found).await? {
        wait_until_active(client, table).await?;
    }
    let_expire(client, table).await?;
    Ok(Changes { created: false, added_indexes })
}

/// Deletes `table`, if it exists.
pub(crate) async fn delete(client: &Client, table: &str) -> anyhow::Result<()> {
    match client.delete_table().table_name(table).send().await {
        Ok(_) => Ok(()),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(|error| error.is_resource_not_found_exception()) =>
        {
            Ok(())
        }
        Err(error) => bail!("cannot delete the table `{table}`: {}", DisplayErrorContext(error)),
    }
}

async fn describe(client: &Client, table: &str) -> anyhow::Result<Option<TableDescription>> {
    match client.describe_table().table_name(table).send().await {
        Ok(answer) => Ok(answer.table),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(|error| error.is_resource_not_found_exception()) =>
        {
            Ok(None)
        }
        Err(error) => bail!("cannot describe the table `{table}`: {}", DisplayErrorContext(error)),
    }
}

async fn create(client: &Client, table: &str, indexes: &[TableIndex]) -> anyhow::Result<()> {
    let (partition, sort) = PRIMARY_KEY;
    let mut request = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key_schema(partition, sort)?))
        .attribute_definitions(string(partition)?)
        .attribute_definitions(string(sort)?)
        .stream_specification(stream::specification()?);
    for index in indexes {
        let (partition, sort) = index_key(index.name());
        request = request
            .attribute_definitions(string(&partition)?)
            .attribute_definitions(string(&sort)?)
            .global_secondary_indexes(
                GlobalSecondaryIndex::builder()
                    .index_name(index.name())
                    .set_key_schema(Some(key_schema(&partition, &sort)?))
                    .projection(projection(index))
                    .build()?,
            );
    }
    match request.send().await {
        Ok(_) => Ok(()),
        // Another process created it since it was looked for.
        Err(error)
            if error
                .as_service_error()
                .is_some_and(|error| error.is_resource_in_use_exception()) =>
        {
            Ok(())
        }
        Err(error) => bail!("cannot create the table `{table}`: {}", DisplayErrorContext(error)),
    }
}

async fn add_index(client: &Client, table: &str, index: &TableIndex) -> anyhow::Result<()> {
    let (partition, sort) = index_key(index.name());
    let create = CreateGlobalSecondaryIndexAction::builder()
        .index_name(index.name())
        .set_key_schema(Some(key_schema(&partition, &sort)?))
        .projection(projection(index))
        .build()?;
    client
        .update_table()
        .table_name(table)
        .attribute_definitions(string(&partition)?)
        .attribute_definitions(string(&sort)?)
        .global_secondary_index_updates(
            GlobalSecondaryIndexUpdate::builder().create(create).build(),
        )
        .send()
        .await
        .map_err(|error| {
            anyhow::anyhow!(
                "cannot add the index `{}` to `{table}`: {}",
                index.name(),
                DisplayErrorContext(error)
            )
        })?;
    Ok(())
}

/// Waits until the table and all its indexes answer.
async fn wait_until_active(client: &Client, table: &str) -> anyhow::Result<()> {
    let deadline = Instant::now() + ACTIVE_WITHIN;
    let mut pause = Duration::from_millis(5);
    loop {
        let found = describe(client, table)
            .await?
            .with_context(|| format!("the table `{table}` is gone"))?;
        let indexes_active = found
            .global_secondary_indexes()
            .iter()
            .all(|index| matches!(index.index_status(), None | Some(IndexStatus::Active)));
        if indexes_active && matches!(found.table_status(), None | Some(TableStatus::Active)) {
            return Ok(());
        }
        ensure!(
            Instant::now() < deadline,
            "the table `{table}` did not become active within {ACTIVE_WITHIN:?}"
        );
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

/// Refuses a table that is somebody else's: writing to it would fail item by item, with messages that name no cause.
fn check_primary_key(found: &TableDescription, table: &str) -> anyhow::Result<()> {
    let keys: Vec<_> =
        found.key_schema().iter().map(|key| (key.attribute_name(), key.key_type())).collect();
    ensure!(
        keys == [(PRIMARY_KEY.0, &KeyType::Hash), (PRIMARY_KEY.1, &KeyType::Range)],
        "the table `{table}` exists with another primary key than `PK` and `SK`: delete it, or use another data file",
    );
    Ok(())
}

/// Refuses an index that holds other attributes than it is declared to: reads would miss what it lacks, and DynamoDB
/// cannot change it.
fn check_projection(
    index: &TableIndex,
    found: Option<&Projection>,
    table: &str,
) -> anyhow::Result<()> {
    let declared = projection(index);
    let (holds, declared) = (held(found), held(Some(&declared)));
    ensure!(
        holds == declared,
        "the index `{name}` of the table `{table}` holds {}, and is declared to hold {}, which DynamoDB cannot change: \
         declare it under a name that is not in use yet, or delete the local data file",
        listed(holds.as_ref()),
        listed(declared.as_ref()),
        name = index.name(),
    );
    Ok(())
}

/// What an index holds besides the keys; `None` where that is everything.
fn held(projection: Option<&Projection>) -> Option<BTreeSet<&str>> {
    let projection = projection?;
    let all = matches!(projection.projection_type(), None | Some(ProjectionType::All));
    (!all).then(|| projection.non_key_attributes().iter().map(String::as_str).collect())
}

fn listed(held: Option<&BTreeSet<&str>>) -> String {
    match held {
        None => "all attributes".to_owned(),
        Some(held) if held.is_empty() => "the keys alone".to_owned(),
        Some(held) => {
            let names: Vec<_> = held.iter().map(|name| format!("`{name}`")).collect();
            format!("the keys and {}", names.join(", "))
        }
    }
}

/// Makes items go once the time in their `_ttl` has come.
async fn let_expire(client: &Client, table: &str) -> anyhow::Result<()> {
    let found = client.describe_time_to_live().table_name(table).send().await.map_err(|error| {
        anyhow::anyhow!(
            "cannot tell by what the items of `{table}` expire: {}",
            DisplayErrorContext(error)
        )
    })?;
    let found = found.time_to_live_description();
    let enabled = found.filter(|found| {
        matches!(
            found.time_to_live_status(),
            Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
        )
    });
    if let Some(attribute) = enabled.and_then(|found| found.attribute_name()) {
        ensure!(
            attribute == EXPIRY,
            "the items of the table `{table}` expire by `{attribute}` and not by `{EXPIRY}`: switch that off first, or \
             use another data file",
        );
        return Ok(());
    }
    let expiry = TimeToLiveSpecification::builder().enabled(true).attribute_name(EXPIRY).build()?;
    client
        .update_time_to_live()
        .table_name(table)
        .time_to_live_specification(expiry)
        .send()
        .await
        .map_err(|error| {
            anyhow::anyhow!(
                "cannot let the items of `{table}` expire: {}",
                DisplayErrorContext(error)
            )
        })?;
    Ok(())
}

/// The attributes that hold an index's key: `GSI1` → `GSI1PK`, `GSI1SK`.
fn index_key(index: &str) -> (String, String) {
    (format!("{index}PK"), format!("{index}SK"))
}

fn key_schema(partition: &str, sort: &str) -> anyhow::Result<Vec<KeySchemaElement>> {
    let element =
        |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    Ok(vec![element(partition, KeyType::Hash)?, element(sort, KeyType::Range)?])
}

fn string(name: &str) -> anyhow::Result<AttributeDefinition> {
    Ok(AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()?)
}

fn projection(index: &TableIndex) -> Projection {
    let (kind, attributes) = match index.projection() {
        IndexProjection::All => (ProjectionType::All, None),
        // DynamoDB takes no empty list.
        IndexProjection::Keys | IndexProjection::Include([]) => (ProjectionType::KeysOnly, None),
        IndexProjection::Include(attributes) => (ProjectionType::Include, Some(attributes)),
    };
    let attributes = attributes.map(|names| names.iter().map(ToString::to_string).collect());
    Projection::builder().projection_type(kind).set_non_key_attributes(attributes).build()
}
