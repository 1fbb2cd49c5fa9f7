//! Agents through the SDK, as a good engineer calls it for this table; how an agent becomes an item is said elsewhere.

use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;
use std::time::Duration;

use agentic_platform::agent::{Agent, AgentId};
use agentic_platform::user::UserId;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, PutRequest, ReturnConsumedCapacity,
    ReturnValuesOnConditionCheckFailure, WriteRequest,
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use purlin::Item;
use uuid::Uuid;

use super::{Failure, Layer};
use crate::peer;
use crate::store::TABLE;
use crate::stub::PAGE;

/// The limits of one request of a batch, and how many of them are on their way at a time.
pub(super) const MOST_READS: usize = 100;
pub(super) const MOST_WRITES: usize = 25;
pub(super) const CONCURRENCY: usize = 4;

/// Answers in a row that did nothing, before giving up.
pub(super) const ATTEMPTS: u32 = 6;

/// What is asked for where many are read: the attributes of the struct and, of a query, what an item is and where the
/// next page would start. The keys, of which the fields tell, and the mark of the last write would be sent for nothing.
const ATTRIBUTES: [&str; 11] = [
    "GSI1SK",
    "_entity",
    "agentId",
    "configuration",
    "createdAt",
    "name",
    "role",
    "status",
    "updatedAt",
    "userId",
    "version",
];
const OF_QUERY: &str = "#0, #1, #2, #3, #4, #5, #6, #7, #8, #9, #10";
const OF_BATCH: &str = "#2, #3, #4, #5, #6, #7, #8, #9, #10";

/// How an agent becomes the attributes that its fields are, and is read from them.
pub(super) trait Convert {
    fn to_item(agent: &Agent) -> Result<Item, Failure>;
    fn from_item(item: Item) -> Result<Agent, Failure>;
}

pub(super) struct Sdk<C> {
    client: Client,
    conversion: PhantomData<C>,
}

impl<C: Convert> Layer for Sdk<C> {
    async fn connect(endpoint: &str) -> Self {
        Self { client: peer::client(endpoint).await, conversion: PhantomData }
    }

    async fn create(&self, agent: &Agent) -> Result<(), Failure> {
        let mark = mark();
        let sent = self
            .client
            .put_item()
            .table_name(TABLE)
            .set_item(Some(item::<C>(agent, &mark)?))
            .condition_expression("attribute_not_exists(PK)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match sent.map_err(|error| error.into_service_error()) {
            Ok(_) => Ok(()),
            // The SDK sent it again after its answer was lost: what is there is what was to be written.
            Err(PutItemError::ConditionalCheckFailedException(failed))
                if failed.item.as_ref().and_then(|item| item.get("_write")) == Some(&mark) =>
            {
                Ok(())
            }
            Err(PutItemError::ConditionalCheckFailedException(_)) => {
                Err("this agent exists already".into())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn get(&self, id: &AgentId) -> Result<Agent, Failure> {
        let output = self
            .client
            .get_item()
            .table_name(TABLE)
            .set_key(Some(key(id)))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        C::from_item(output.item.ok_or("there is no such agent")?)
    }

    async fn by_user(&self, user: &UserId) -> Result<(Vec<Agent>, bool), Failure> {
        let output = self
            .client
            .query()
            .table_name(TABLE)
            .index_name("GSI1")
            .key_condition_expression("GSI1PK = :0 AND begins_with(GSI1SK, :1)")
            .expression_attribute_values(":0", AttributeValue::S(format!("USER#{user}")))
            .expression_attribute_values(":1", AttributeValue::S("AGENT#".to_owned()))
            .projection_expression(OF_QUERY)
            .set_expression_attribute_names(Some(names(0)))
            .scan_index_forward(false)
            // One more than the page holds tells whether there is another page.
            .limit(PAGE as i32 + 1)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        let items = output.items.unwrap_or_default();
        let more = items.len() > PAGE;
        let agents = items.into_iter().take(PAGE).map(C::from_item).collect::<Result<_, _>>()?;
        Ok((agents, more || output.last_evaluated_key.is_some()))
    }

    async fn batch_get(&self, ids: &[&AgentId]) -> Result<Vec<Option<Agent>>, Failure> {
        let mut seen = HashSet::with_capacity(ids.len());
        let distinct: Vec<_> = ids.iter().filter(|id| seen.insert(**id)).collect();
        let batches = distinct.chunks(MOST_READS).map(|ids| {
            let keys = ids.iter().map(|id| key(id)).collect();
            self.read(keys)
        });
        let batches: Vec<_> = batches.collect();
        let mut found = HashMap::with_capacity(distinct.len());
        let mut read = stream::iter(batches).buffer_unordered(CONCURRENCY);
        while let Some(items) = read.try_next().await? {
            for item in items {
                let agent = C::from_item(item)?;
                found.insert(agent.agent_id, agent);
            }
        }
        if distinct.len() == ids.len() {
            return Ok(ids.iter().map(|id| found.remove(id)).collect());
        }
        Ok(ids.iter().map(|id| found.get(id).cloned()).collect())
    }

    async fn batch_put(&self, agents: &[Agent]) -> Result<(), Failure> {
        let mark = mark();
        let mut seen = HashSet::with_capacity(agents.len());
        if !agents.iter().all(|agent| seen.insert(agent.agent_id)) {
            return Err("the batch writes an agent twice".into());
        }
        let mut batches = Vec::with_capacity(agents.len().div_ceil(MOST_WRITES));
        for agents in agents.chunks(MOST_WRITES) {
            let mut requests = Vec::with_capacity(agents.len());
            for agent in agents {
                let put = PutRequest::builder().set_item(Some(item::<C>(agent, &mark)?)).build()?;
                requests.push(WriteRequest::builder().put_request(put).build());
            }
            batches.push(self.write(requests));
        }
        let done: Vec<Result<(), Failure>> =
            stream::iter(batches).buffer_unordered(CONCURRENCY).collect().await;
        done.into_iter().collect()
    }
}

impl<C> Sdk<C> {
    /// Reads until nothing is left unread.
    async fn read(&self, mut keys: Vec<Item>) -> Result<Vec<Item>, Failure> {
        let mut items = Vec::with_capacity(keys.len());
        for attempt in 0..ATTEMPTS {
            let asked = KeysAndAttributes::builder()
                .projection_expression(OF_BATCH)
                .set_expression_attribute_names(Some(names(2)))
                .set_keys(Some(keys))
                .build()?;
            let output = self
                .client
                .batch_get_item()
                .request_items(TABLE, asked)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await?;
            items.extend(output.responses.into_iter().flatten().flat_map(|(_, items)| items));
            let left = output.unprocessed_keys.unwrap_or_default();
            keys = left.into_values().flat_map(|left| left.keys).collect();
            if keys.is_empty() {
                return Ok(items);
            }
            wait(attempt).await;
        }
        Err("some agents were not read".into())
    }

    /// Writes until nothing is left unwritten.
    async fn write(&self, mut requests: Vec<WriteRequest>) -> Result<(), Failure> {
        for attempt in 0..ATTEMPTS {
            let output = self
                .client
                .batch_write_item()
                .request_items(TABLE, requests)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await?;
            requests =
                output.unprocessed_items.unwrap_or_default().into_values().flatten().collect();
            if requests.is_empty() {
                return Ok(());
            }
            wait(attempt).await;
        }
        Err("some agents were not written".into())
    }
}

pub(super) async fn wait(attempt: u32) {
    tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
}

/// The placeholders of all attributes but the first: some are words that DynamoDB reserves.
fn names(skipped: usize) -> HashMap<String, String> {
    let places = ATTRIBUTES.iter().enumerate().skip(skipped);
    places.map(|(place, name)| (format!("#{place}"), (*name).to_owned())).collect()
}

fn key(id: &AgentId) -> Item {
    HashMap::from([
        ("PK".to_owned(), AttributeValue::S(format!("AGENT#{id}"))),
        ("SK".to_owned(), AttributeValue::S("METADATA".to_owned())),
    ])
}

/// The item of an agent: its fields, its keys, and what tells this write from another.
fn item<C: Convert>(agent: &Agent, mark: &AttributeValue) -> Result<Item, Failure> {
    let mut item = C::to_item(agent)?;
    let created_at = agent.created_at;
    for (name, text) in [
        ("PK", format!("AGENT#{}", agent.agent_id)),
        ("SK", "METADATA".to_owned()),
        ("GSI1PK", format!("USER#{}", agent.user_id)),
        ("GSI1SK", format!("AGENT#{created_at}")),
        ("GSI2PK", format!("AGENT_STATUS#{}", super::by_hand::status(agent.status))),
        ("GSI2SK", format!("AGENT#{created_at}")),
        ("_entity", "Agent".to_owned()),
    ] {
        item.insert(name.to_owned(), AttributeValue::S(text));
    }
    item.insert("_write".to_owned(), mark.clone());
    Ok(item)
}

fn mark() -> AttributeValue {
    AttributeValue::B(Blob::new(Uuid::now_v7().into_bytes()))
}
