//! Sending a query: filters, ownership, and as many reads as a page takes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Order, scalar};
use crate::cursor::{self, Binding};
use crate::key;
use crate::repository::{Expression, Store, failed};
use crate::{Error, Index, Item, Part, Result, Timestamp};

/// Reads of one page, so that a filter that passes nearly everything over does not hold a request for ever.
const MOST_READS: u32 = 10;

/// Items that a filtered query has DynamoDB look at in one read, at least.
const FILTERED_READ: u32 = 100;

#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) pattern: &'static str,
    pub(super) index: Option<&'static Index>,
    pub(super) partition: String,
    pub(super) sort_prefix: &'static str,
    pub(super) order: Order,
    pub(super) filters: Vec<(&'static str, Option<AttributeValue>)>,
    pub(super) limit: u32,
    pub(super) after: Option<String>,
}

/// Whose items a partition holds.
enum PartitionOwner {
    Caller,
    Another,
    /// Anybody's, as far as the key tells.
    Unknown,
}

pub(super) async fn page(store: &Store, plan: Plan) -> Result<(Vec<Item>, Option<String>)> {
    let binding = plan.binding(store)?;
    let start = plan.start(store, &binding)?;
    // One item more than the page holds: whether it comes tells whether there is a next page.
    let (items, last) = fetch(store, &plan, start, plan.limit.saturating_add(1)).await?;
    let cursor = match last {
        Some(last) => {
            let keys = plan.last_key(&last)?;
            Some(cursor::seal(store.cursor_secret(), &binding, &keys, Timestamp::now())?)
        }
        None => None,
    };
    Ok((items, cursor))
}

pub(super) async fn first(store: &Store, mut plan: Plan) -> Result<Option<Item>> {
    let mut start = plan.start(store, &plan.binding(store)?)?;
    plan.limit = 1;
    loop {
        let (mut items, last) = fetch(store, &plan, start, 1).await?;
        match (items.pop(), last) {
            (None, Some(last)) => start = Some(last),
            (item, _) => return Ok(item),
        }
    }
}

/// A page, and the key after which more may come. Reads until `enough` items have come, of which the page
/// keeps no more than its limit.
async fn fetch(
    store: &Store,
    plan: &Plan,
    mut start: Option<Item>,
    enough: u32,
) -> Result<(Vec<Item>, Option<Item>)> {
    key::check_partition(&plan.partition)?;
    let (mut expression, key_condition) = plan.key_condition();
    let filter = match plan.partition_owner(store) {
        // Nothing in it can be the caller's.
        PartitionOwner::Another => return Ok((Vec::new(), None)),
        PartitionOwner::Caller => plan.filter(None, &mut expression),
        PartitionOwner::Unknown => plan.filter(store.owner(), &mut expression),
    };
    let enough = enough as usize;
    let mut items: Vec<Item> = Vec::new();
    for _ in 0..MOST_READS {
        let wanted = (enough - items.len()) as u32;
        let read = if filter.is_some() { wanted.max(FILTERED_READ) } else { wanted };
        let output = store
            .client()
            .query()
            .table_name(store.table())
            .set_index_name(plan.index.map(|index| index.name.to_owned()))
            .key_condition_expression(&key_condition)
            .set_filter_expression(filter.clone())
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .scan_index_forward(plan.order == Order::Ascending)
            // DynamoDB: an index can only be read eventually consistent.
            .consistent_read(store.consistent && plan.index.is_none())
            .limit(i32::try_from(read).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start.take())
            .send()
            .await
            .map_err(|error| failed(error.into()))?;
        // Templates of two entities may share a partition, and one sort key's prefix may begin another's.
        items.extend(
            output.items.unwrap_or_default().into_iter().filter(|item| store.is_entity(item)),
        );
        if items.len() >= enough {
            items.truncate(plan.limit as usize);
            start = items.last().map(|item| plan.key_of(item));
            break;
        }
        start = output.last_evaluated_key;
        if start.is_none() {
            break;
        }
    }
    Ok((items, start))
}

impl Plan {
    fn key_attributes(&self) -> (&'static str, &'static str) {
        self.index.map_or(("PK", "SK"), |index| (index.partition_attribute, index.sort_attribute))
    }

    fn key_condition(&self) -> (Expression, String) {
        let (partition, sort) = self.key_attributes();
        let mut expression = Expression::default();
        let value = expression.value(AttributeValue::S(self.partition.clone()));
        let mut condition = format!("{partition} = {value}");
        if !self.sort_prefix.is_empty() {
            let value = expression.value(AttributeValue::S(self.sort_prefix.to_owned()));
            condition.push_str(&format!(" AND begins_with({sort}, {value})"));
        }
        (expression, condition)
    }

    fn filter(
        &self,
        owner: Option<(&'static str, &str)>,
        expression: &mut Expression,
    ) -> Option<String> {
        let mut terms = Vec::new();
        for (attribute, value) in &self.filters {
            let name = expression.name(attribute);
            terms.push(match value {
                Some(value) => format!("{name} = {}", expression.value(value.clone())),
                None => format!("attribute_not_exists({name})"),
            });
        }
        if let Some((attribute, owner)) = owner {
            let name = expression.name(attribute);
            let value = expression.value(AttributeValue::S(owner.to_owned()));
            terms.push(format!("{name} = {value}"));
        }
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }

    /// Whose items the partition holds, where its key is built of the owner alone.
    fn partition_owner(&self, store: &Store) -> PartitionOwner {
        let Some((attribute, owner)) = store.owner() else {
            return PartitionOwner::Unknown;
        };
        let template = self.index.map_or(store.shape.partition, |index| index.partition);
        // A template without the owner would render as well, to the same key for every owner.
        let names_owner = template
            .iter()
            .any(|part| matches!(part, Part::Field { path, .. } if *path == [attribute]));
        let values = [(attribute, AttributeValue::S(owner.to_owned()))];
        match key::render(template, values.as_slice()) {
            Ok(Some(own)) if names_owner && own == self.partition => PartitionOwner::Caller,
            Ok(Some(_)) if names_owner => PartitionOwner::Another,
            _ => PartitionOwner::Unknown,
        }
    }

    fn start(&self, store: &Store, binding: &Binding) -> Result<Option<Item>> {
        let open = |cursor| cursor::open(store.cursor_secret(), binding, cursor, Timestamp::now());
        self.after.as_deref().map(|cursor| self.start_key(open(cursor)?)).transpose()
    }

    /// The query and the caller, to whom alone a cursor belongs.
    fn binding(&self, store: &Store) -> Result<Binding> {
        let mut binding = Binding::default();
        binding.add(store.table().as_bytes());
        binding.add(store.shape.name.as_bytes());
        binding.add(self.pattern.as_bytes());
        binding.add(self.partition.as_bytes());
        binding.add(if self.order == Order::Ascending { b"ascending" } else { b"descending" });
        binding.add(store.caller().unwrap_or_default().as_bytes());
        binding.add(store.owner().map_or("", |(_, owner)| owner).as_bytes());
        for (attribute, value) in &self.filters {
            let (kind, text) = match value {
                Some(value) => scalar(value).ok_or_else(|| {
                    Error::internal(format!(
                        "a filter on `{attribute}` needs a text, a number or a boolean"
                    ))
                })?,
                None => ("", ""),
            };
            binding.add(attribute.as_bytes());
            binding.add(kind.as_bytes());
            binding.add(text.as_bytes());
        }
        Ok(binding)
    }

    /// The attributes of the last key that the query does not know already.
    fn cursor_attributes(&self) -> Vec<&'static str> {
        match self.index {
            Some(index) => vec![index.sort_attribute, "PK", "SK"],
            None => vec!["SK"],
        }
    }

    fn last_key<'a>(&self, last: &'a Item) -> Result<Vec<&'a str>> {
        self.cursor_attributes()
            .into_iter()
            .map(|attribute| match last.get(attribute) {
                Some(AttributeValue::S(text)) => Ok(text.as_str()),
                _ => Err(Error::internal(format!(
                    "an item of `{}` has no `{attribute}`",
                    self.pattern
                ))),
            })
            .collect()
    }

    fn start_key(&self, keys: Vec<String>) -> Result<Item> {
        let attributes = self.cursor_attributes();
        if keys.len() != attributes.len() {
            return Err(cursor::invalid());
        }
        let (partition, _) = self.key_attributes();
        let mut start = HashMap::with_capacity(4);
        start.insert(partition.to_owned(), AttributeValue::S(self.partition.clone()));
        for (attribute, key) in attributes.into_iter().zip(keys) {
            start.insert(attribute.to_owned(), AttributeValue::S(key));
        }
        Ok(start)
    }

    fn key_of(&self, item: &Item) -> Item {
        let (partition, sort) = self.key_attributes();
        let mut attributes = vec![partition, sort, "PK", "SK"];
        attributes.truncate(if self.index.is_some() { 4 } else { 2 });
        attributes
            .into_iter()
            .filter_map(|name| item.get(name).map(|value| (name.to_owned(), value.clone())))
            .collect()
    }
}
