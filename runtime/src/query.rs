//! Queries: one access pattern, a page at a time.

mod fetch;

use std::fmt;
use std::marker::PhantomData;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use crate::repository::{Repository, not_found, read};
use crate::{Attribute, Entity, Index, Result};
use fetch::Plan;

/// Items of a page, unless a query says otherwise.
const DEFAULT_LIMIT: u32 = 20;

/// In which direction of its sort key a query goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// From the least sort key up: oldest first, where it is a timestamp or an id.
    Ascending,
    /// From the greatest sort key down.
    Descending,
}

/// What an access pattern reads: all items of one partition whose sort key starts with the entity's prefix.
///
/// `derive(Entity)` writes a function for each pattern, such as `Agent::by_user(&user_id)`.
pub struct Access<E> {
    pattern: &'static str,
    index: Option<&'static Index>,
    partition: String,
    sort_prefix: &'static str,
    order: Order,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity> Access<E> {
    /// The partition of an index. `sort_prefix` is the literal that the sort key's template starts with.
    #[must_use]
    pub fn on_index(
        index: &'static Index,
        partition: String,
        sort_prefix: &'static str,
        order: Order,
    ) -> Self {
        Self {
            pattern: index.pattern,
            index: Some(index),
            partition,
            sort_prefix,
            order,
            entity: PhantomData,
        }
    }

    /// The partition of the table itself.
    #[must_use]
    pub fn on_table(
        pattern: &'static str,
        partition: String,
        sort_prefix: &'static str,
        order: Order,
    ) -> Self {
        Self { pattern, index: None, partition, sort_prefix, order, entity: PhantomData }
    }
}

impl<E> fmt::Debug for Access<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("pattern", &self.pattern)
            .field("partition", &self.partition)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// A query about to be sent.
#[must_use = "a query reads nothing until `page` or `first` is awaited"]
pub struct Query<E: Entity> {
    repository: Repository<E>,
    plan: Plan,
}

impl<E: Entity> Query<E> {
    pub(crate) fn new(repository: Repository<E>, access: Access<E>) -> Self {
        let Access { pattern, index, partition, sort_prefix, order, entity: _ } = access;
        let filters = Vec::new();
        let plan = Plan {
            pattern,
            index,
            partition,
            sort_prefix,
            order,
            filters,
            limit: DEFAULT_LIMIT,
            after: None,
        };
        Self { repository, plan }
    }

    /// At most so many items a page, at least one. Without it, 20.
    pub fn limit(mut self, limit: u32) -> Self {
        self.plan.limit = limit.max(1);
        self
    }

    /// From the least sort key up.
    pub fn ascending(mut self) -> Self {
        self.plan.order = Order::Ascending;
        self
    }

    /// From the greatest sort key down.
    pub fn descending(mut self) -> Self {
        self.plan.order = Order::Descending;
        self
    }

    /// Only items whose attribute has this value; an absent value, such as `None`, asks for its absence.
    ///
    /// The value is a text, a number or a boolean. DynamoDB reads, and charges for, what is passed over.
    pub fn filter_eq<T: Attribute>(mut self, attribute: &'static str, value: &T) -> Self {
        self.plan.filters.push((attribute, value.to_attribute()));
        self
    }

    /// [`filter_eq`](Self::filter_eq) where there is a value, and every item where there is none.
    pub fn filter_eq_if<T: Attribute>(self, attribute: &'static str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.filter_eq(attribute, &value),
            None => self,
        }
    }

    /// What comes after the page that returned this cursor; from the start where there is none.
    pub fn after(mut self, cursor: Option<impl Into<String>>) -> Self {
        self.plan.after = cursor.map(Into::into);
        self
    }

    /// The next page.
    ///
    /// A page of a filtered query may be short, even empty, and still have a next one: how much one request
    /// reads is bounded.
    ///
    /// # Errors
    /// The cursor was not made by this query for this caller in the last 24 hours (`invalid-cursor`); the
    /// partition key is over DynamoDB's limit; or DynamoDB refuses.
    pub async fn page(self) -> Result<Page<E>> {
        let (items, next_cursor) = fetch::page(self.repository.store(), self.plan).await?;
        let items = items.into_iter().map(read).collect::<Result<_>>()?;
        Ok(Page { items, next_cursor })
    }

    /// The first item.
    ///
    /// # Errors
    /// As [`page`](Self::page); not found where there is none.
    pub async fn first(self) -> Result<E> {
        self.first_or_none().await?.ok_or_else(|| not_found(E::NAME))
    }

    /// The first item, or `None`.
    ///
    /// # Errors
    /// As [`page`](Self::page).
    pub async fn first_or_none(self) -> Result<Option<E>> {
        fetch::first(self.repository.store(), self.plan).await?.map(read).transpose()
    }
}

impl<E: Entity> fmt::Debug for Query<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.plan).finish()
    }
}

/// A page of a list: `{"items": […], "nextCursor": "…"}`, without `nextCursor` at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items, in the query's order.
    pub items: Vec<T>,
    /// Where the next page starts; `None` where this is the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The attributes a filter can compare, as text that tells them apart.
fn scalar(value: &AttributeValue) -> Option<(&'static str, &str)> {
    match value {
        AttributeValue::S(text) => Some(("S", text)),
        AttributeValue::N(digits) => Some(("N", digits)),
        AttributeValue::Bool(true) => Some(("BOOL", "true")),
        AttributeValue::Bool(false) => Some(("BOOL", "false")),
        _ => None,
    }
}
