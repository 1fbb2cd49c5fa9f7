//! The table as one repository reaches it. Not generic, so that it is compiled once for all entities.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ConsumedCapacity};

use super::{Alive, Expression, failed};
use crate::entity::Shape;
use crate::event::Emission;
use crate::key::PrimaryKey;
use crate::usage::WANTED;
use crate::{Caller, Context, Item, Result};

/// The attribute that names an item's entity.
pub(crate) const ENTITY: &str = "_entity";

#[derive(Clone)]
pub(crate) struct Store {
    pub(super) ctx: Context,
    pub(crate) shape: &'static Shape,
    /// Whose items alone are reached; `None`: everybody's.
    pub(super) owner: Option<String>,
    pub(crate) consistent: bool,
    /// What each write emits.
    pub(super) emissions: Vec<Emission>,
}

/// What has the place of an entity for writes of the repository's own items.
static BOOKKEEPING: Shape = Shape {
    name: "item",
    partition: &[],
    sort: None,
    indexes: &[],
    version: None,
    owner: None,
    set_on_write: &[],
    key_attributes: &[],
    attributes: &[],
    ttl: None,
    soft_delete: None,
    unique: &[],
};

impl Store {
    /// For writes of no entity's items.
    pub(crate) fn of_bookkeeping(ctx: &Context) -> Self {
        Self {
            ctx: ctx.clone(),
            shape: &BOOKKEEPING,
            owner: None,
            consistent: true,
            emissions: Vec::new(),
        }
    }

    pub(crate) fn client(&self) -> &Client {
        self.ctx.dynamodb()
    }

    pub(crate) fn table(&self) -> &str {
        self.ctx.table()
    }

    pub(crate) fn cursor_secret(&self) -> &[u8] {
        self.ctx.cursor_secret()
    }

    pub(crate) fn caller(&self) -> Option<&str> {
        self.ctx.caller().map(Caller::subject)
    }

    /// The attribute and the value that every item within reach has; `None` where reach has no bounds.
    pub(crate) fn owner(&self) -> Option<(&'static str, &str)> {
        self.owner_of(self.shape)
    }

    pub(crate) fn owner_of(&self, shape: &Shape) -> Option<(&'static str, &str)> {
        shape.owner.zip(self.owner.as_deref())
    }

    pub(crate) fn is_entity(&self, item: &Item) -> bool {
        self.shape.is_of(item)
    }

    pub(super) fn is_reached(&self, item: &Item) -> bool {
        self.owner().is_none_or(|owner| is_owned(item, owner))
    }

    /// Whether an item that was read is there for the caller. One that is there for its owner alone is noted.
    pub(super) fn admits(&self, item: &Item, alive: Alive) -> bool {
        if !alive.holds(item) {
            return false;
        }
        let is_reached = self.is_reached(item);
        if !is_reached {
            self.withhold();
        }
        is_reached
    }

    /// Notes for the audit that an item is there and kept from the caller.
    pub(crate) fn withhold(&self) {
        self.ctx.note_withheld(self.shape.name);
    }

    pub(super) async fn get(&self, key: PrimaryKey) -> Result<Option<Item>> {
        let alive = Alive::of(self.shape);
        let item = self.read(key, self.consistent).await?;
        Ok(item.filter(|item| self.admits(item, alive)))
    }

    /// As [`get`](Self::get), of these attributes alone, and what else it takes to tell.
    pub(super) async fn get_some(
        &self,
        key: PrimaryKey,
        attributes: &[&'static str],
    ) -> Result<Option<Item>> {
        let alive = Alive::of(self.shape);
        let owner = self.owner().map(|(owner, _)| owner);
        let mut names = vec!["PK", "SK"];
        names.extend(attributes.iter().copied().chain(alive.attributes()).chain(owner));
        let mut expression = Expression::default();
        let request =
            self.client().get_item().table_name(self.table()).set_key(Some(key_item(key)));
        let request = request
            .set_projection_expression(expression.projection(names))
            .set_expression_attribute_names(expression.names());
        let item = self.send_get(request, self.consistent).await?;
        Ok(item.filter(|item| self.admits(item, alive)))
    }

    pub(super) async fn read(&self, key: PrimaryKey, consistent: bool) -> Result<Option<Item>> {
        let request = self.client().get_item().table_name(self.table());
        self.send_get(request.set_key(Some(key_item(key))), consistent).await
    }

    async fn send_get(
        &self,
        request: GetItemFluentBuilder,
        consistent: bool,
    ) -> Result<Option<Item>> {
        let output = request
            // Left out where it says what it says anyway: what is sent is also signed.
            .set_consistent_read(consistent.then_some(true))
            .return_consumed_capacity(WANTED)
            .send()
            .await
            .map_err(|error| failed(error.into()))?;
        self.consumed_read(output.consumed_capacity.as_ref());
        Ok(output.item)
    }

    /// Counts a request that read.
    pub(crate) fn consumed_read(&self, consumed: Option<&ConsumedCapacity>) {
        self.ctx.meter().read(consumed.map_or(&[], std::slice::from_ref));
    }

    /// The same for a batch, which is told table by table.
    pub(crate) fn consumed_reads(&self, consumed: &[ConsumedCapacity]) {
        self.ctx.meter().read(consumed);
    }

    /// Counts a request that wrote.
    pub(crate) fn consumed_write(&self, consumed: &[ConsumedCapacity]) {
        self.ctx.meter().wrote(consumed);
    }
}

pub(crate) fn is_owned(item: &Item, (attribute, owner): (&str, &str)) -> bool {
    matches!(item.get(attribute), Some(AttributeValue::S(stored)) if stored == owner)
}

pub(crate) fn key_item(key: PrimaryKey) -> Item {
    let mut item = HashMap::with_capacity(2);
    item.insert("PK".to_owned(), AttributeValue::S(key.partition));
    item.insert("SK".to_owned(), AttributeValue::S(key.sort));
    item
}
