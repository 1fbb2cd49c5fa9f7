//! Agents through `modyne`.
//!
//! It marks no write, so it cannot tell its own from another's where an answer was lost; and it knows batches, but
//! leaves to its users to split them and to send again what was left out.

use std::collections::{HashMap, HashSet};

use agentic_platform::agent::{Agent, AgentId};
use agentic_platform::user::UserId;
use aws_sdk_dynamodb::Client;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use modyne::expr::KeyCondition;
use modyne::keys::{FullKey, Gsi1, Gsi2, Primary};
use modyne::model::{BatchGet, BatchWrite, Get, Put};
use modyne::{
    Aggregate as _, Entity, EntityDef, EntityExt as _, EntityTypeNameRef, ProjectionExt as _,
    QueryInput, QueryInputExt as _, Table,
};
use serde::{Deserialize, Serialize};

use super::sdk::{ATTEMPTS, CONCURRENCY, MOST_READS, MOST_WRITES, wait};
use super::{Failure, Layer, by_hand};
use crate::peer;
use crate::store::TABLE;
use crate::stub::PAGE;

pub(super) struct Modyne {
    client: Client,
}

impl Table for Modyne {
    const ENTITY_TYPE_ATTRIBUTE: &'static str = "_entity";

    type PrimaryKey = Primary;
    type IndexKeys = (Gsi1, Gsi2);

    fn table_name(&self) -> &str {
        TABLE
    }

    fn client(&self) -> &Client {
        &self.client
    }
}

/// The agent, since neither it nor `modyne`'s traits are this crate's.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Stored(Agent);

// What its derive writes for a struct with these fields.
impl EntityDef for Stored {
    const ENTITY_TYPE: &'static EntityTypeNameRef = EntityTypeNameRef::from_static("Agent");
    const PROJECTED_ATTRIBUTES: &'static [&'static str] = &[
        "agentId",
        "userId",
        "name",
        "role",
        "status",
        "createdAt",
        "updatedAt",
        "version",
        "configuration",
    ];
}

impl Entity for Stored {
    type KeyInput<'a> = &'a AgentId;
    type Table = Modyne;
    type IndexKeys = (Gsi1, Gsi2);

    fn primary_key(id: &AgentId) -> Primary {
        Primary { hash: format!("AGENT#{id}"), range: "METADATA".to_owned() }
    }

    fn full_key(&self) -> FullKey<Primary, Self::IndexKeys> {
        let Self(agent) = self;
        let range = format!("AGENT#{}", agent.created_at);
        FullKey {
            primary: Self::primary_key(&agent.agent_id),
            indexes: (
                Gsi1 { hash: format!("USER#{}", agent.user_id), range: range.clone() },
                Gsi2 { hash: format!("AGENT_STATUS#{}", by_hand::status(agent.status)), range },
            ),
        }
    }
}

struct ByUser<'a>(&'a UserId);

impl QueryInput for ByUser<'_> {
    const SCAN_INDEX_FORWARD: bool = false;

    type Index = Gsi1;
    type Aggregate = Vec<Stored>;

    fn key_condition(&self) -> KeyCondition<Gsi1> {
        KeyCondition::in_partition(format!("USER#{}", self.0)).begins_with("AGENT#")
    }
}

impl Layer for Modyne {
    async fn connect(endpoint: &str) -> Self {
        Self { client: peer::client(endpoint).await }
    }

    async fn create(&self, agent: &Agent) -> Result<(), Failure> {
        Stored(agent.clone()).create().execute(self).await?;
        Ok(())
    }

    async fn get(&self, id: &AgentId) -> Result<Agent, Failure> {
        let output = Stored::get(id).execute(self).await?;
        let Stored(agent) = Stored::from_item(output.item.ok_or("there is no such agent")?)?;
        Ok(agent)
    }

    async fn by_user(&self, user: &UserId) -> Result<(Vec<Agent>, bool), Failure> {
        let output = ByUser(user).query().limit(PAGE as u32 + 1).execute(self).await?;
        let mut agents: Vec<Stored> = Vec::new();
        agents.reduce(output.items.unwrap_or_default())?;
        let more = agents.len() > PAGE || output.last_evaluated_key.is_some();
        Ok((agents.into_iter().take(PAGE).map(|Stored(agent)| agent).collect(), more))
    }

    async fn batch_get(&self, ids: &[&AgentId]) -> Result<Vec<Option<Agent>>, Failure> {
        let mut seen = HashSet::with_capacity(ids.len());
        let distinct: Vec<_> = ids.iter().filter(|id| seen.insert(**id)).collect();
        let batches = distinct.chunks(MOST_READS).map(|ids| {
            let batch = ids.iter().map(|id| Stored::get(id));
            self.read(batch.fold(BatchGet::new(), BatchGet::operation))
        });
        let batches: Vec<_> = batches.collect();
        let mut found = HashMap::with_capacity(distinct.len());
        let mut read = stream::iter(batches).buffer_unordered(CONCURRENCY);
        while let Some(agents) = read.try_next().await? {
            found.extend(agents.into_iter().map(|Stored(agent)| (agent.agent_id, agent)));
        }
        if distinct.len() == ids.len() {
            return Ok(ids.iter().map(|id| found.remove(id)).collect());
        }
        Ok(ids.iter().map(|id| found.get(id).cloned()).collect())
    }

    async fn batch_put(&self, agents: &[Agent]) -> Result<(), Failure> {
        let mut seen = HashSet::with_capacity(agents.len());
        if !agents.iter().all(|agent| seen.insert(agent.agent_id)) {
            return Err("the batch writes an agent twice".into());
        }
        let batches = agents.chunks(MOST_WRITES).map(|agents| {
            let batch = agents.iter().map(|agent| Stored(agent.clone()).put());
            self.write(batch.fold(BatchWrite::new(), BatchWrite::operation))
        });
        let batches: Vec<_> = batches.collect();
        let done: Vec<Result<(), Failure>> =
            stream::iter(batches).buffer_unordered(CONCURRENCY).collect().await;
        done.into_iter().collect()
    }
}

impl Modyne {
    /// Reads until nothing is left unread.
    async fn read(&self, mut batch: BatchGet) -> Result<Vec<Stored>, Failure> {
        let mut agents = Vec::new();
        for attempt in 0..ATTEMPTS {
            let output = batch.execute(self).await?;
            for item in output.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                agents.push(Stored::from_item(item)?);
            }
            let left = output.unprocessed_keys.unwrap_or_default();
            let mut left = left.into_values().flat_map(|left| left.keys).peekable();
            if left.peek().is_none() {
                return Ok(agents);
            }
            batch = left.map(Get::new).fold(BatchGet::new(), BatchGet::operation);
            wait(attempt).await;
        }
        Err("some agents were not read".into())
    }

    /// Writes until nothing is left unwritten.
    async fn write(&self, mut batch: BatchWrite) -> Result<(), Failure> {
        for attempt in 0..ATTEMPTS {
            let output = batch.execute(self).await?;
            let left = output.unprocessed_items.unwrap_or_default();
            let left = left.into_values().flatten().filter_map(|left| left.put_request);
            let mut left = left.peekable();
            if left.peek().is_none() {
                return Ok(());
            }
            batch =
                left.map(|left| Put::new(left.item)).fold(BatchWrite::new(), BatchWrite::operation);
            wait(attempt).await;
        }
        Err("some agents were not written".into())
    }
}
