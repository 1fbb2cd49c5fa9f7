//! Agents through the repository.

use agentic_platform::agent::{Agent, AgentId, AgentRepository};
use agentic_platform::user::UserId;
use purlin::{Context, Shared};

use super::{Failure, Layer};
use crate::store::config;
use crate::stub::PAGE;

pub(super) struct Ours {
    agents: AgentRepository,
}

impl Layer for Ours {
    async fn connect(endpoint: &str) -> Self {
        let shared = Shared::connect(config(endpoint)).await;
        Self { agents: AgentRepository::new(&Context::without_caller(&shared, "bench")) }
    }

    async fn create(&self, agent: &Agent) -> Result<(), Failure> {
        Ok(self.agents.create(agent).await?)
    }

    async fn get(&self, id: &AgentId) -> Result<Agent, Failure> {
        Ok(self.agents.get(id).await?)
    }

    async fn by_user(&self, user: &UserId) -> Result<(Vec<Agent>, bool), Failure> {
        let page = self.agents.by_user(user).limit(PAGE as u32).page().await?;
        Ok((page.items, page.next_cursor.is_some()))
    }

    async fn batch_get(&self, ids: &[&AgentId]) -> Result<Vec<Option<Agent>>, Failure> {
        Ok(self.agents.batch_get(ids).await?)
    }

    async fn batch_put(&self, agents: &[Agent]) -> Result<(), Failure> {
        Ok(self.agents.batch_put(agents).await?)
    }
}
