//! Collections: items of several entities that share a partition, read in one query.

use std::fmt;
use std::marker::PhantomData;

use aws_sdk_dynamodb::types::AttributeValue;

use super::fetch::{Filter, Plan, Request, Wanted, cursor_of};
use super::narrow::Narrowed;
use super::{DEFAULT_LIMIT, Order, WHOLE_LIMIT};
use crate::condition::{Comparison, Node};
use crate::entity::Shape;
use crate::repository::{Alive, ENTITY, Store, failed, is_owned};
use crate::{Condition, Entity, Error, Item, KeyPart, RawPath, Repository, Result};

/// Items of several entities that share a partition, as one value. Generated for each collection of the schema.
pub trait Collection: Default + Send {
    /// The collection's name.
    const NAME: &'static str;

    /// The entities whose items it holds.
    const MEMBERS: &'static [Member];

    /// Takes an item of the member at this place in [`MEMBERS`](Self::MEMBERS).
    ///
    /// # Errors
    /// The item cannot be read.
    fn add(&mut self, member: usize, item: Item) -> Result<()>;
}

/// An entity whose items a collection holds.
pub struct Member {
    shape: &'static Shape,
    first: bool,
}

impl Member {
    /// All its items.
    #[must_use]
    pub const fn all<E: Entity>() -> Self {
        Self { shape: Shape::of::<E>(), first: false }
    }

    /// Only the first in the collection's order, in which its items come last.
    #[must_use]
    pub const fn first<E: Entity>() -> Self {
        Self { shape: Shape::of::<E>(), first: true }
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.shape.name)
    }
}

/// The key of a partition, written part by part.
#[derive(Clone, Debug)]
pub struct Partition {
    index: Option<&'static str>,
    key: String,
}

impl Partition {
    /// A partition of the table.
    #[must_use]
    pub const fn of_table() -> Self {
        Self { index: None, key: String::new() }
    }

    /// A partition of an index.
    #[must_use]
    pub const fn of_index(index: &'static str) -> Self {
        Self { index: Some(index), key: String::new() }
    }

    /// Appends a text as it is.
    #[must_use]
    pub fn literal(mut self, literal: &'static str) -> Self {
        self.key.push_str(literal);
        self
    }

    /// Appends the value of a field.
    #[must_use]
    pub fn field<K: KeyPart + ?Sized>(mut self, value: &K) -> Self {
        value.write(&mut self.key);
        self
    }
}

/// The query of a collection, about to be sent.
#[must_use = "a collection reads nothing until `page` or `all` is awaited"]
pub struct Collect<C> {
    store: Store,
    plan: Plan,
    collection: PhantomData<fn() -> C>,
}

/// A part of a collection, and where the next one starts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collected<C> {
    /// The items of this page.
    pub value: C,
    /// Where the next page starts; `None` where this is the last one.
    pub next_cursor: Option<String>,
}

impl<E: Entity> Repository<E> {
    /// Starts the query of a collection.
    pub fn collect<C: Collection>(&self, partition: Partition, order: Order) -> Collect<C> {
        let store = self.store().clone();
        let Partition { index, key } = partition;
        let index = index.and_then(|name| E::INDEXES.iter().find(|index| index.name == name));
        let plan = Plan {
            pattern: C::NAME,
            index,
            partition: key,
            narrowed: Narrowed::new(&[]),
            order,
            filters: Vec::new(),
            wanted: Wanted::Held,
            limit: DEFAULT_LIMIT,
            after: None,
        };
        Collect { store, plan, collection: PhantomData }
    }
}

impl<C: Collection> Collect<C> {
    /// At most so many items a page, of whichever entity; at least one. Without it, 20.
    pub fn limit(mut self, limit: u32) -> Self {
        self.plan.limit = limit.max(1);
        self
    }

    /// Of `E` only items of which this is true; of the other members all. DynamoDB reads, and charges for, what is
    /// passed over.
    pub fn filter<E: Entity>(mut self, condition: Condition<E>) -> Self {
        let name = AttributeValue::S(E::NAME.to_owned());
        let other = Node::Compare(RawPath::attribute(ENTITY), Comparison::Other, name);
        self.plan.filters.push(Node::Any(vec![other, condition.into_node()]));
        self
    }

    /// What comes after the page that returned this cursor; from the start where there is none.
    pub fn after(mut self, cursor: Option<impl Into<String>>) -> Self {
        self.plan.after = cursor.map(Into::into);
        self
    }

    /// The next page.
    ///
    /// # Errors
    /// As those of [`Query::page`](crate::Query::page).
    pub async fn page(self) -> Result<Collected<C>> {
        let Self { store, plan, .. } = self;
        let binding = plan.binding(&store);
        let start = plan.start(&store, &binding)?;
        let mut value = C::default();
        let last = read(&store, &plan, start, &mut value).await?;
        let next_cursor = last.map(|last| cursor_of(&store, &plan, &binding, &last)).transpose()?;
        Ok(Collected { value, next_cursor })
    }

    /// The whole collection.
    ///
    /// # Errors
    /// As [`page`](Self::page).
    pub async fn all(self) -> Result<C> {
        let Self { store, mut plan, .. } = self;
        plan.limit = WHOLE_LIMIT;
        let mut start = plan.start(&store, &plan.binding(&store))?;
        let mut value = C::default();
        loop {
            start = read(&store, &plan, start, &mut value).await?;
            if start.is_none() {
                return Ok(value);
            }
        }
    }
}

/// Reads as many items as a page holds into the collection; returns the key after which more may come.
async fn read<C: Collection>(
    store: &Store,
    plan: &Plan,
    mut start: Option<Item>,
    value: &mut C,
) -> Result<Option<Item>> {
    let Some(request) = Request::new(store, plan, Filter::Collected)? else { return Ok(None) };
    let alive: Vec<Alive> = C::MEMBERS.iter().map(|member| Alive::of(member.shape)).collect();
    let mut wanted = plan.limit;
    loop {
        // One item more than the page holds: whether it comes tells whether there is a next page.
        let limit = i32::try_from(wanted.saturating_add(1)).unwrap_or(i32::MAX);
        let query = request.build(store, plan, start.take()).limit(limit);
        let output = query.send().await.map_err(|error| failed(error.into()))?;
        store.consumed_read(output.consumed_capacity.as_ref());
        let mut last = None;
        for item in output.items.unwrap_or_default() {
            let Some(place) = member_of::<C>(store, &alive, &item) else { continue };
            if wanted == 0 {
                return Ok(last);
            }
            wanted -= 1;
            last = Some(plan.key_of(store, &item)?);
            value.add(place, item)?;
            // What comes behind it are further items of the same entity.
            if C::MEMBERS[place].first {
                return Ok(None);
            }
        }
        start = output.last_evaluated_key;
        if start.is_none() || wanted == 0 {
            return Ok(start);
        }
    }
}

/// The member whose item it is, if it is there and within reach.
fn member_of<C: Collection>(store: &Store, alive: &[Alive], item: &Item) -> Option<usize> {
    C::MEMBERS.iter().zip(alive).position(|(member, alive)| {
        member.shape.is_of(item)
            && alive.holds(item)
            && store.owner_of(member.shape).is_none_or(|owner| is_owned(item, owner))
    })
}

/// Reads an entity from its item, for the collections that are generated.
///
/// # Errors
/// As [`Entity::from_item`].
#[doc(hidden)]
pub fn read_member<E: Entity>(item: Item) -> Result<E> {
    E::from_item(item).map_err(Error::internal)
}

impl<C> fmt::Debug for Collect<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Collect").field(&self.plan).finish()
    }
}
