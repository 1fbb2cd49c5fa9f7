//! An agent put into its item and taken out of it by `serde_dynamo`.

use agentic_platform::agent::Agent;
use purlin::Item;
use serde_dynamo::aws_sdk_dynamodb_1 as serde_items;

use super::Failure;
use super::sdk::{Convert, Sdk};

/// The SDK with these conversions.
pub(super) type WithSerde = Sdk<Serde>;

pub(super) struct Serde;

impl Convert for Serde {
    fn to_item(agent: &Agent) -> Result<Item, Failure> {
        Ok(serde_items::to_item(agent)?)
    }

    fn from_item(item: Item) -> Result<Agent, Failure> {
        Ok(serde_items::from_item(item)?)
    }
}
