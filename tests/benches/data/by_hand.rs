//! An agent put into its item and taken out of it by hand, attribute by attribute.

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use agentic_platform::agent::{
    Agent, AgentConfiguration, AgentConfigurationProvider, AgentRole, AgentStatus,
};
use aws_sdk_dynamodb::types::AttributeValue;
use purlin::Item;

use super::Failure;
use super::sdk::{Convert, Sdk};

/// The SDK with these conversions.
pub(super) type ByHand = Sdk<Hand>;

pub(super) struct Hand;

/// What the item has besides the nine fields: the keys of the table and of two indexes, its kind, its mark.
const KEYS: usize = 8;

impl Convert for Hand {
    fn to_item(agent: &Agent) -> Result<Item, Failure> {
        let mut item = HashMap::with_capacity(9 + KEYS);
        item.insert("agentId".to_owned(), AttributeValue::S(agent.agent_id.to_string()));
        item.insert("userId".to_owned(), AttributeValue::S(agent.user_id.to_string()));
        item.insert("name".to_owned(), AttributeValue::S(agent.name.clone()));
        item.insert("role".to_owned(), AttributeValue::S(role(agent.role).to_owned()));
        item.insert("status".to_owned(), AttributeValue::S(status(agent.status).to_owned()));
        item.insert("createdAt".to_owned(), AttributeValue::S(agent.created_at.to_string()));
        item.insert("updatedAt".to_owned(), AttributeValue::S(agent.updated_at.to_string()));
        item.insert("version".to_owned(), AttributeValue::N(agent.version.to_string()));
        item.insert(
            "configuration".to_owned(),
            AttributeValue::M(configuration(&agent.configuration)),
        );
        Ok(item)
    }

    fn from_item(mut item: Item) -> Result<Agent, Failure> {
        let Some(AttributeValue::M(mut configuration)) = item.remove("configuration") else {
            return Err("an agent has no `configuration`".into());
        };
        Ok(Agent {
            agent_id: text(&mut item, "agentId")?.parse()?,
            user_id: text(&mut item, "userId")?.parse()?,
            name: text(&mut item, "name")?,
            role: match text(&mut item, "role")?.as_str() {
                "orchestrator" => AgentRole::Orchestrator,
                "worker" => AgentRole::Worker,
                "reviewer" => AgentRole::Reviewer,
                other => return Err(unknown("role", other)),
            },
            status: match text(&mut item, "status")?.as_str() {
                "idle" => AgentStatus::Idle,
                "processing" => AgentStatus::Processing,
                "waiting" => AgentStatus::Waiting,
                "error" => AgentStatus::Error,
                other => return Err(unknown("status", other)),
            },
            created_at: text(&mut item, "createdAt")?.parse()?,
            updated_at: text(&mut item, "updatedAt")?.parse()?,
            version: number(&item, "version")?,
            configuration: AgentConfiguration {
                provider: match text(&mut configuration, "provider")?.as_str() {
                    "bedrock" => AgentConfigurationProvider::Bedrock,
                    "anthropic" => AgentConfigurationProvider::Anthropic,
                    "openai" => AgentConfigurationProvider::Openai,
                    "local" => AgentConfigurationProvider::Local,
                    other => return Err(unknown("provider", other)),
                },
                model: text(&mut configuration, "model")?,
                system_prompt: match configuration.remove("systemPrompt") {
                    Some(AttributeValue::S(prompt)) => Some(prompt),
                    _ => None,
                },
                temperature: number(&configuration, "temperature")?,
                max_tokens: number(&configuration, "maxTokens")?,
                tools: match configuration.remove("tools") {
                    Some(AttributeValue::Ss(tools)) => tools.into_iter().collect(),
                    None => BTreeSet::new(),
                    Some(_) => return Err(unknown("tools", "no set")),
                },
            },
        })
    }
}

fn configuration(configuration: &AgentConfiguration) -> Item {
    let mut item = HashMap::with_capacity(6);
    let provider = match configuration.provider {
        AgentConfigurationProvider::Bedrock => "bedrock",
        AgentConfigurationProvider::Anthropic => "anthropic",
        AgentConfigurationProvider::Openai => "openai",
        AgentConfigurationProvider::Local => "local",
    };
    item.insert("provider".to_owned(), AttributeValue::S(provider.to_owned()));
    item.insert("model".to_owned(), AttributeValue::S(configuration.model.clone()));
    if let Some(prompt) = &configuration.system_prompt {
        item.insert("systemPrompt".to_owned(), AttributeValue::S(prompt.clone()));
    }
    let temperature = configuration.temperature.to_string();
    item.insert("temperature".to_owned(), AttributeValue::N(temperature));
    item.insert("maxTokens".to_owned(), AttributeValue::N(configuration.max_tokens.to_string()));
    if !configuration.tools.is_empty() {
        let tools = configuration.tools.iter().cloned().collect();
        item.insert("tools".to_owned(), AttributeValue::Ss(tools));
    }
    item
}

fn role(role: AgentRole) -> &'static str {
    match role {
        AgentRole::Orchestrator => "orchestrator",
        AgentRole::Worker => "worker",
        AgentRole::Reviewer => "reviewer",
    }
}

pub(super) fn status(status: AgentStatus) -> &'static str {
    match status {
        AgentStatus::Idle => "idle",
        AgentStatus::Processing => "processing",
        AgentStatus::Waiting => "waiting",
        AgentStatus::Error => "error",
    }
}

fn text(item: &mut Item, name: &str) -> Result<String, Failure> {
    match item.remove(name) {
        Some(AttributeValue::S(text)) => Ok(text),
        _ => Err(format!("an agent has no `{name}`").into()),
    }
}

fn number<T: FromStr>(item: &Item, name: &str) -> Result<T, Failure> {
    let digits = item.get(name).and_then(|value| value.as_n().ok());
    let number = digits.and_then(|digits| digits.parse().ok());
    number.ok_or_else(|| format!("an agent has no `{name}`").into())
}

fn unknown(name: &str, value: &str) -> Failure {
    format!("an agent's `{name}` is `{value}`").into()
}
