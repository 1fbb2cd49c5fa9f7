//! A query as it was described: its key condition, its filter, its cursor.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::super::Order;
use super::super::narrow::{Narrowed, Range};
use crate::condition::Node;
use crate::cursor::{self, Binding};
use crate::entity::Shape;
use crate::key::PrimaryKey;
use crate::repository::{Alive, ENTITY, Expression, Store, key_item};
use crate::{Error, Index, IndexProjection, Item, Result, Timestamp, key};

#[derive(Clone, Debug)]
pub(in crate::query) struct Plan {
    pub(in crate::query) pattern: &'static str,
    pub(in crate::query) index: Option<&'static Index>,
    pub(in crate::query) partition: String,
    pub(in crate::query) narrowed: Narrowed,
    pub(in crate::query) order: Order,
    pub(in crate::query) filters: Vec<Node>,
    pub(in crate::query) wanted: Wanted,
    pub(in crate::query) limit: u32,
    pub(in crate::query) after: Option<String>,
}

/// What is to be read of each item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::query) enum Wanted {
    /// All that the table or the index holds.
    Held,
    /// The attributes of the entity.
    Entity,
    /// These attributes, and the key under which the others are.
    Some(&'static [&'static str]),
}

/// Whose items a partition holds.
pub(super) enum PartitionOwner {
    Caller,
    Another,
    /// Anybody's, as far as the key tells.
    Unknown,
}

impl Plan {
    fn key_attributes(&self) -> (&'static str, &'static str) {
        self.index.map_or(("PK", "SK"), |index| (index.partition_attribute, index.sort_attribute))
    }

    /// Whether no item can be what is asked for.
    pub(super) fn is_void(&self) -> bool {
        *self.narrowed.range() == Range::Nothing
    }

    pub(super) fn key_condition(&self) -> (Expression, String) {
        let (partition, sort) = self.key_attributes();
        let mut expression = Expression::default();
        let mut value = |text: &str| expression.value(AttributeValue::S(text.to_owned()));
        let partition = format!("{partition} = {}", value(&self.partition));
        let sort = match self.narrowed.range() {
            Range::Prefix(start) if start.is_empty() => None,
            Range::Prefix(start) => Some(format!("begins_with({sort}, {})", value(start))),
            Range::Exactly(key) => Some(format!("{sort} = {}", value(key))),
            Range::Between(low, high) => {
                Some(format!("{sort} BETWEEN {} AND {}", value(low), value(high)))
            }
            Range::AtLeast(low) => Some(format!("{sort} >= {}", value(low))),
            Range::AtMost(high) => Some(format!("{sort} <= {}", value(high))),
            // Such a query is not sent.
            Range::Nothing => None,
        };
        let condition = match sort {
            Some(sort) => format!("{partition} AND {sort}"),
            None => partition,
        };
        (expression, condition)
    }

    /// What DynamoDB leaves out of what it has read. Where it counts, nobody sees the items, so that it is told which
    /// of them count.
    pub(super) fn filter(
        &self,
        owner: Option<(&'static str, &str)>,
        counted: Option<&Shape>,
        expression: &mut Expression,
    ) -> Option<String> {
        let mut terms: Vec<String> =
            self.filters.iter().map(|node| format!("({})", node.render(expression))).collect();
        if let Some((attribute, owner)) = owner {
            let name = expression.name(attribute);
            let value = expression.value(AttributeValue::S(owner.to_owned()));
            terms.push(format!("{name} = {value}"));
        }
        if let Some(shape) = counted {
            terms.push(self.is_named(shape, expression));
            terms.extend(Alive::of(shape).condition(expression));
        }
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }

    /// The attributes to be sent, where not all that are held: those that are wanted, what tells whether an item
    /// counts, and from where the next page can start.
    pub(super) fn projection(&self, store: &Store, expression: &mut Expression) -> Option<String> {
        let (wanted, key): (_, &[_]) = match self.wanted {
            Wanted::Held => return None,
            Wanted::Entity if store.shape.attributes.is_empty() => return None,
            // Its own key is made of its fields. That of an index may be one that an older version wrote.
            Wanted::Entity => (store.shape.attributes, &[]),
            Wanted::Some(attributes) => (attributes, &["PK", "SK"]),
        };
        let mut attributes = vec![ENTITY];
        attributes.extend(key);
        attributes.extend(self.index.map(|index| index.sort_attribute));
        attributes.extend(Alive::of(store.shape).attributes());
        attributes.extend(wanted);
        expression.projection(attributes)
    }

    /// What [`is_of`](Self::is_of) says, as an expression.
    fn is_named(&self, shape: &Shape, expression: &mut Expression) -> String {
        let name = expression.name(ENTITY);
        let value = expression.value(AttributeValue::S(shape.name.to_owned()));
        match self.is_narrow() {
            true => format!("({name} = {value} OR attribute_not_exists({name}))"),
            false => format!("{name} = {value}"),
        }
    }

    /// Whether the query reads an index that may not hold the entity's name.
    fn is_narrow(&self) -> bool {
        self.index.is_some_and(|index| index.projection != IndexProjection::All)
    }

    /// Whether an item is one of the entity's. An index that does not hold the name holds no other entity's where
    /// the pattern reads.
    pub(super) fn is_of(&self, store: &Store, item: &Item) -> bool {
        store.is_entity(item) || (self.is_narrow() && !item.contains_key(ENTITY))
    }

    /// Whose items the partition holds, where its key is built of the owner.
    pub(super) fn partition_owner(&self, store: &Store) -> PartitionOwner {
        let Some((attribute, owner)) = store.owner() else {
            return PartitionOwner::Unknown;
        };
        let template = self.index.map_or(store.shape.partition, |index| index.partition);
        // Whatever else the key is built of: an index need not hold the owner where its partition does.
        let mut fields = Item::new();
        key::decode(template, &self.partition, &mut fields);
        match fields.get(attribute) {
            Some(AttributeValue::S(partition)) if partition == owner => PartitionOwner::Caller,
            Some(_) => PartitionOwner::Another,
            None => PartitionOwner::Unknown,
        }
    }

    pub(in crate::query) fn start(&self, store: &Store, binding: &Binding) -> Result<Option<Item>> {
        let open = |cursor| cursor::open(store.cursor_secret(), binding, cursor, Timestamp::now());
        self.after.as_deref().map(|cursor| self.start_key(open(cursor)?)).transpose()
    }

    /// The query and the caller, to whom alone a cursor belongs.
    pub(in crate::query) fn binding(&self, store: &Store) -> Binding {
        let mut binding = Binding::default();
        binding.add(store.table().as_bytes());
        binding.add(store.shape.name.as_bytes());
        binding.add(self.pattern.as_bytes());
        binding.add(self.partition.as_bytes());
        binding.add(format!("{:?}", self.narrowed.range()).as_bytes());
        binding.add(if self.order == Order::Ascending { b"ascending" } else { b"descending" });
        binding.add(store.caller().unwrap_or_default().as_bytes());
        binding.add(store.owner().map_or("", |(_, owner)| owner).as_bytes());
        for filter in &self.filters {
            let mut expression = Expression::default();
            binding.add(filter.render(&mut expression).as_bytes());
            binding.add(expression.canonical().as_bytes());
        }
        binding
    }

    /// The attributes of the last key that the query does not know already.
    fn cursor_attributes(&self) -> Vec<&'static str> {
        match self.index {
            Some(index) => vec![index.sort_attribute, "PK", "SK"],
            None => vec!["SK"],
        }
    }

    pub(super) fn last_key<'a>(&self, last: &'a Item) -> Result<Vec<&'a str>> {
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

    /// The key of an item that was read, in what was queried.
    pub(in crate::query) fn key_of(&self, store: &Store, item: &Item) -> Result<Item> {
        let mut key = key_item(PrimaryKey::of_read(store.shape, item)?);
        if let Some(index) = self.index {
            let partition = AttributeValue::S(self.partition.clone());
            key.insert(index.partition_attribute.to_owned(), partition);
            let sort = item.get(index.sort_attribute).cloned();
            key.extend(sort.map(|sort| (index.sort_attribute.to_owned(), sort)));
        }
        Ok(key)
    }
}
