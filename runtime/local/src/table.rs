//! The application's table: created where it is missing, and given the indexes it lacks.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
    GlobalSecondaryIndexUpdate, IndexStatus, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TableDescription, TableStatus,
};

/// How long a table or an index may take to become active. A real table takes seconds; an index on a
/// large one takes longer, and is then waited for at the next start.
const ACTIVE_WITHIN: Duration = Duration::from_secs(120);

/// The attributes of the primary key, both strings.
const PRIMARY_KEY: (&str, &str) = ("PK", "SK");

/// What [`ensure()`] had to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// The table did not exist.
    pub(crate) created: bool,
    /// Indexes added to a table that existed. Items written before hold no keys for them, so they
    /// appear in such an index once they are next written.
    pub(crate) added_indexes: Vec<String>,
}

/// Makes sure that `table` exists with its primary key and every one of `indexes`, and is active.
///
/// An index the application no longer names is left alone: it costs nothing here and may be wanted again.
pub(crate) async fn ensure(
    client: &Client,
    table: &str,
    indexes: &[&str],
) -> anyhow::Result<Changes> {
    let Some(found) = describe(client, table).await? else {
        create(client, table, indexes).await?;
        wait_until_active(client, table).await?;
        return Ok(Changes { created: true, added_indexes: Vec::new() });
    };
    check_primary_key(&found, table)?;
    let present: BTreeSet<&str> =
        found.global_secondary_indexes().iter().filter_map(|index| index.index_name()).collect();
    let mut added_indexes = Vec::new();
    for &index in indexes.iter().filter(|index| !present.contains(**index)) {
        // DynamoDB adds one index at a time, and only to an active table.
        wait_until_active(client, table).await?;
        add_index(client, table, index).await?;
        added_indexes.push(index.to_owned());
    }
    wait_until_active(client, table).await?;
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

async fn create(client: &Client, table: &str, indexes: &[&str]) -> anyhow::Result<()> {
    let (partition, sort) = PRIMARY_KEY;
    let mut request = client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key_schema(partition, sort)?))
        .attribute_definitions(string(partition)?)
        .attribute_definitions(string(sort)?);
    for index in indexes {
        let (partition, sort) = index_key(index);
        request = request
            .attribute_definitions(string(&partition)?)
            .attribute_definitions(string(&sort)?)
            .global_secondary_indexes(
                GlobalSecondaryIndex::builder()
                    .index_name(*index)
                    .set_key_schema(Some(key_schema(&partition, &sort)?))
                    .projection(everything())
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

async fn add_index(client: &Client, table: &str, index: &str) -> anyhow::Result<()> {
    let (partition, sort) = index_key(index);
    let create = CreateGlobalSecondaryIndexAction::builder()
        .index_name(index)
        .set_key_schema(Some(key_schema(&partition, &sort)?))
        .projection(everything())
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
                "cannot add the index `{index}` to `{table}`: {}",
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

fn everything() -> Projection {
    Projection::builder().projection_type(ProjectionType::All).build()
}
