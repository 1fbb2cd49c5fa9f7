//! The same structs with `serde`'s derives alone, and the SDK called by hand for the same operations.
//!
//! Written as an engineer does who has fifty entities to keep: what they have in common is written once.

/// One entity, where `@N` is its name in PascalCase, `@s` in snake_case and `@K` in capitals.
pub(super) const ENTITY: &str = r##"//! One of the many things that the backend keeps for its members.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use serde::{Deserialize, Serialize};

use crate::store::{self, Answer, Changes, Error, Item, Page, Start, Store};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct @N {
    pub @s_id: String,
    pub member_id: String,
    pub name: String,
    #[serde(default)]
    pub role: @NRole,
    pub status: @NStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<String>,
    pub created_at: String,
    pub updated_at: String,
    pub version: u64,
    pub configuration: @NConfiguration,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum @NRole {
    #[default]
    Primary,
    Standby,
    Archive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum @NStatus {
    Idle,
    Processing,
    Waiting,
    Error,
}

impl @NStatus {
    fn text(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Processing => "processing",
            Self::Waiting => "waiting",
            Self::Error => "error",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct @NConfiguration {
    pub provider: @NConfigurationProvider,
    pub model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    #[serde(default = "default_ratio")]
    pub ratio: f64,
    #[serde(default = "default_limit")]
    pub limit: i64,
    #[serde(default)]
    pub labels: BTreeSet<String>,
}

fn default_ratio() -> f64 {
    0.7
}

fn default_limit() -> i64 {
    4096
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum @NConfigurationProvider {
    First,
    Second,
    Third,
    Local,
}

/// What a change may set.
#[derive(Clone, Debug, Default)]
pub struct @NPatch {
    pub name: Option<String>,
    pub role: Option<@NRole>,
    pub note: Option<Option<String>>,
    pub due_at: Option<Option<String>>,
    pub configuration: Option<@NConfiguration>,
}

fn key(id: &str) -> Item {
    store::key(format!("@K#{id}"), "METADATA")
}

fn item(it: &@N) -> Result<Item, Error> {
    let mut item = store::to_item(it)?;
    item.extend(key(&it.@s_id));
    for (name, text) in [
        ("GSI1PK", format!("MEMBER#{}", it.member_id)),
        ("GSI1SK", format!("@K#{}", it.created_at)),
        ("GSI2PK", format!("@K_STATUS#{}", it.status.text())),
        ("GSI2SK", format!("@K#{}", it.created_at)),
        ("_entity", "@N".to_owned()),
    ] {
        item.insert(name.to_owned(), AttributeValue::S(text));
    }
    Ok(item)
}

pub fn create<'a>(store: &'a Store, it: &'a @N) -> Answer<'a, ()> {
    Box::pin(async move {
        store
            .client
            .put_item()
            .table_name(&store.table)
            .set_item(Some(item(it)?))
            .condition_expression("attribute_not_exists(PK)")
            .send()
            .await?;
        Ok(())
    })
}

pub fn get<'a>(store: &'a Store, id: &'a str) -> Answer<'a, @N> {
    Box::pin(async move {
        let output = store
            .client
            .get_item()
            .table_name(&store.table)
            .set_key(Some(key(id)))
            .send()
            .await?;
        store::from_item(output.item.ok_or(Error::NotFound)?)
    })
}

pub fn update<'a>(store: &'a Store, id: &'a str, patch: @NPatch, version: u64) -> Answer<'a, @N> {
    Box::pin(async move {
        let mut changes = Changes::default();
        if let Some(name) = &patch.name {
            changes.set("name", name)?;
        }
        if let Some(role) = &patch.role {
            changes.set("role", role)?;
        }
        if let Some(note) = &patch.note {
            changes.set_or_remove("note", note.as_ref())?;
        }
        if let Some(due_at) = &patch.due_at {
            changes.set_or_remove("dueAt", due_at.as_ref())?;
        }
        if let Some(configuration) = &patch.configuration {
            changes.set("configuration", configuration)?;
        }
        changes.set("updatedAt", &store::now())?;
        let output = store
            .client
            .update_item()
            .table_name(&store.table)
            .set_key(Some(key(id)))
            .update_expression(changes.expression())
            .condition_expression("attribute_exists(PK) AND #version = :version")
            .set_expression_attribute_names(Some(changes.names()))
            .set_expression_attribute_values(Some(changes.values()))
            .expression_attribute_values(":version", AttributeValue::N(version.to_string()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await?;
        store::from_item(output.attributes.ok_or(Error::NotFound)?)
    })
}

pub fn start<'a>(store: &'a Store, id: &'a str) -> Answer<'a, @N> {
    Box::pin(async move {
        let mut changes = Changes::default();
        changes.set("status", &@NStatus::Processing)?;
        changes.set("GSI2PK", "@K_STATUS#processing")?;
        changes.set("updatedAt", &store::now())?;
        let output = store
            .client
            .update_item()
            .table_name(&store.table)
            .set_key(Some(key(id)))
            .update_expression(changes.expression())
            .condition_expression("attribute_exists(PK) AND #status = :from")
            .set_expression_attribute_names(Some(changes.names()))
            .set_expression_attribute_values(Some(changes.values()))
            .expression_attribute_values(":from", AttributeValue::S("idle".to_owned()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await?;
        store::from_item(output.attributes.ok_or(Error::NotFound)?)
    })
}

pub fn delete<'a>(store: &'a Store, id: &'a str) -> Answer<'a, @N> {
    Box::pin(async move {
        let output = store
            .client
            .delete_item()
            .table_name(&store.table)
            .set_key(Some(key(id)))
            .condition_expression("attribute_exists(PK)")
            .return_values(ReturnValue::AllOld)
            .send()
            .await?;
        store::from_item(output.attributes.ok_or(Error::NotFound)?)
    })
}

pub fn by_member<'a>(store: &'a Store, member_id: &'a str, after: Start) -> Answer<'a, Page<@N>> {
    Box::pin(async move {
        let output = store
            .client
            .query()
            .table_name(&store.table)
            .index_name("GSI1")
            .key_condition_expression("GSI1PK = :partition AND begins_with(GSI1SK, :sort)")
            .expression_attribute_values(":partition", AttributeValue::S(format!("MEMBER#{member_id}")))
            .expression_attribute_values(":sort", AttributeValue::S("@K#".to_owned()))
            .scan_index_forward(false)
            .limit(20)
            .set_exclusive_start_key(after)
            .send()
            .await?;
        store::page(output)
    })
}

pub fn by_status<'a>(store: &'a Store, status: @NStatus, after: Start) -> Answer<'a, Page<@N>> {
    Box::pin(async move {
        let partition = format!("@K_STATUS#{}", status.text());
        let output = store
            .client
            .query()
            .table_name(&store.table)
            .index_name("GSI2")
            .key_condition_expression("GSI2PK = :partition AND begins_with(GSI2SK, :sort)")
            .expression_attribute_values(":partition", AttributeValue::S(partition))
            .expression_attribute_values(":sort", AttributeValue::S("@K#".to_owned()))
            .limit(20)
            .set_exclusive_start_key(after)
            .send()
            .await?;
        store::page(output)
    })
}
"##;

/// The entity that the others belong to.
pub(super) const OWNER: &str = r##"//! Somebody who uses the backend.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use crate::store::{self, Answer, Error, Page, Store};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    pub member_id: String,
    pub email: String,
    pub version: u64,
}

pub fn get<'a>(store: &'a Store, id: &'a str) -> Answer<'a, Member> {
    Box::pin(async move {
        let output = store
            .client
            .get_item()
            .table_name(&store.table)
            .set_key(Some(store::key(format!("MEMBER#{id}"), "METADATA")))
            .send()
            .await?;
        store::from_item(output.item.ok_or(Error::NotFound)?)
    })
}

pub fn by_email<'a>(store: &'a Store, email: &'a str) -> Answer<'a, Page<Member>> {
    Box::pin(async move {
        let output = store
            .client
            .query()
            .table_name(&store.table)
            .index_name("GSI1")
            .key_condition_expression("GSI1PK = :partition")
            .expression_attribute_values(":partition", AttributeValue::S(format!("EMAIL#{email}")))
            .limit(20)
            .send()
            .await?;
        store::page(output)
    })
}
"##;

/// What stands above the list of modules.
pub(super) const LIBRARY: &str = "\
//! A data layer to measure with.

pub mod store;
";

/// What the crate needs.
pub(super) const DEPENDENCIES: &[&str] = &["aws-sdk-dynamodb", "jiff", "serde", "serde_dynamo"];
