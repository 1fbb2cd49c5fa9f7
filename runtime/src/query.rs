//! Queries: one access pattern, narrowed, filtered, and read a page at a time or to its end.

mod collect;
mod fetch;
mod narrow;

use std::fmt;
use std::marker::PhantomData;

use futures_util::stream::{self, Stream};
use serde::Serialize;

use crate::condition::{Comparison, Node};
use crate::entity::Shape;
use crate::repository::{Repository, not_found};
use crate::{
    Attribute, Condition, Entity, Index, IndexProjection, Projected, Projection, RawPath, Result,
    Row,
};
use fetch::{Plan, Wanted};
use narrow::Narrowed;

#[doc(hidden)]
pub use collect::read_member;
pub use collect::{Collect, Collected, Collection, Member, Partition};
pub use narrow::{End, Narrowing, Next, TextPart};

/// Items of a page, unless a query says otherwise.
const DEFAULT_LIMIT: u32 = 20;

/// Items that a query to the end asks for at once: DynamoDB sends no more than 1 MB of them.
const WHOLE_LIMIT: u32 = 1000;

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
/// `derive(Entity)` writes a function for each pattern, such as `Agent::by_user(&user_id)`. `S` are the fields of
/// the sort key, by which the query can be narrowed, and `T` is what it returns for each item.
pub struct Access<E, S = End, T = E> {
    pattern: &'static str,
    index: Option<&'static Index>,
    partition: String,
    order: Order,
    kind: PhantomData<Of<E, S, T>>,
}

/// An access pattern owns none of its types.
type Of<E, S, T> = fn() -> (E, S, T);

impl<E: Entity, S, T> Access<E, S, T> {
    /// The partition of an index.
    #[must_use]
    pub fn on_index(index: &'static Index, partition: String, order: Order) -> Self {
        Self { pattern: index.pattern, index: Some(index), partition, order, kind: PhantomData }
    }

    /// The partition of the table itself.
    #[must_use]
    pub fn on_table(pattern: &'static str, partition: String, order: Order) -> Self {
        Self { pattern, index: None, partition, order, kind: PhantomData }
    }
}

impl<E, S, T> fmt::Debug for Access<E, S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("pattern", &self.pattern)
            .field("partition", &self.partition)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// A query about to be sent.
///
/// Narrowed from the left of the sort key to the right, by `eq` for as many fields as are known and then by one of
/// `begins_with`, `between`, `lt`, `le`, `gt` and `ge`. What is not read costs nothing; what a
/// [`filter`](Self::filter) passes over costs as if it had been returned.
#[must_use = "a query reads nothing until `page`, `first`, `all` or `count` is awaited"]
pub struct Query<E: Entity, S = End, T = E> {
    repository: Repository<E>,
    plan: Plan,
    kind: PhantomData<fn() -> (S, T)>,
}

impl<E: Entity, S, T> Query<E, S, T> {
    pub(crate) fn new(repository: Repository<E>, access: Access<E, S, T>) -> Self {
        let Access { pattern, index, partition, order, kind: _ } = access;
        let sort = index.map_or_else(|| Shape::of::<E>().sort_template(), |index| index.sort);
        // DynamoDB refuses to be asked for what an index does not hold.
        let is_narrow = index.is_some_and(|index| index.projection != IndexProjection::All);
        let plan = Plan {
            pattern,
            index,
            partition,
            narrowed: Narrowed::new(sort),
            order,
            filters: Vec::new(),
            wanted: if is_narrow { Wanted::Held } else { Wanted::Entity },
            limit: DEFAULT_LIMIT,
            after: None,
        };
        Self { repository, plan, kind: PhantomData }
    }

    fn narrowed<R>(mut self, narrow: impl FnOnce(&mut Narrowed)) -> Query<E, R, T> {
        narrow(&mut self.plan.narrowed);
        Query { repository: self.repository, plan: self.plan, kind: PhantomData }
    }

    /// The same query, of the type that a query has which can be narrowed no further.
    pub fn narrowed_no_further(self) -> Query<E, End, T> {
        self.narrowed(|_| {})
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

    /// Only items of which this is true. DynamoDB reads, and charges for, what is passed over.
    pub fn filter(mut self, condition: Condition<E>) -> Self {
        self.plan.filters.push(condition.into_node());
        self
    }

    /// Only items whose attribute has this value; an absent value, such as `None`, asks for its absence.
    ///
    /// As with every [`filter`](Self::filter), DynamoDB reads, and charges for, what is passed over.
    pub fn filter_eq<V: Attribute>(mut self, attribute: &'static str, value: &V) -> Self {
        let path = RawPath::attribute(attribute);
        self.plan.filters.push(match value.to_attribute() {
            Some(value) => Node::Compare(path, Comparison::Equal, value),
            None => Node::Missing(path),
        });
        self
    }

    /// [`filter_eq`](Self::filter_eq) where there is a value, and every item where there is none.
    pub fn filter_eq_if<V: Attribute>(self, attribute: &'static str, value: Option<V>) -> Self {
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

    /// How many items there are. Counting reads, and charges for, every one of them.
    ///
    /// # Errors
    /// As [`page`](Self::page).
    pub async fn count(self) -> Result<u64> {
        fetch::count(self.repository.store(), self.plan).await
    }
}

impl<E: Entity, S> Query<E, S> {
    /// Only the fields of `P` of each item: less to send, and the same to pay.
    pub fn select<P: Projection<Entity = E>>(mut self) -> Query<E, S, Projected<P>> {
        self.plan.wanted = Wanted::Some(P::ATTRIBUTES);
        Query { repository: self.repository, plan: self.plan, kind: PhantomData }
    }
}

impl<E: Entity, S: Narrowing, T> Query<E, S, T> {
    /// The next field of the sort key has this value.
    pub fn eq(self, value: &S::Key) -> Query<E, S::Rest, T> {
        self.narrowed(|narrowed| narrowed.eq(value))
    }

    /// The next field of the sort key is less than this.
    pub fn lt(self, value: &S::Key) -> Query<E, End, T> {
        self.narrowed(|narrowed| narrowed.between(None, Some((value, false))))
    }

    /// The next field of the sort key is this, or less.
    pub fn le(self, value: &S::Key) -> Query<E, End, T> {
        self.narrowed(|narrowed| narrowed.between(None, Some((value, true))))
    }

    /// The next field of the sort key is greater than this.
    pub fn gt(self, value: &S::Key) -> Query<E, End, T> {
        self.narrowed(|narrowed| narrowed.between(Some((value, false)), None))
    }

    /// The next field of the sort key is this, or greater.
    pub fn ge(self, value: &S::Key) -> Query<E, End, T> {
        self.narrowed(|narrowed| narrowed.between(Some((value, true)), None))
    }

    /// The next field of the sort key lies between these two, or is one of them.
    pub fn between(self, low: &S::Key, high: &S::Key) -> Query<E, End, T> {
        self.narrowed(|narrowed| narrowed.between(Some((low, true)), Some((high, true))))
    }

    /// The next field of the sort key begins with this text.
    pub fn begins_with(self, start: &str) -> Query<E, End, T>
    where
        S::Key: TextPart,
    {
        self.narrowed(|narrowed| narrowed.begins_with(start))
    }
}

impl<E: Entity, S: Send, T: Row<Entity = E>> Query<E, S, T> {
    /// The next page.
    ///
    /// A page of a filtered query may be short, even empty, and still have a next one: how much one request
    /// reads is bounded.
    ///
    /// # Errors
    /// The cursor was not made by this query for this caller in the last 24 hours (`invalid-cursor`); the
    /// partition key is over DynamoDB's limit; or DynamoDB refuses.
    pub async fn page(self) -> Result<Page<T>> {
        let index = self.plan.index;
        let (items, next_cursor) = fetch::page(self.repository.store(), self.plan).await?;
        let items = items.into_iter().map(|item| T::read(item, index)).collect::<Result<_>>()?;
        Ok(Page { items, next_cursor })
    }

    /// The first item.
    ///
    /// # Errors
    /// As [`page`](Self::page); not found where there is none.
    pub async fn first(self) -> Result<T> {
        self.first_or_none().await?.ok_or_else(|| not_found(E::NAME))
    }

    /// The first item, or `None`.
    ///
    /// # Errors
    /// As [`page`](Self::page).
    pub async fn first_or_none(self) -> Result<Option<T>> {
        let index = self.plan.index;
        let item = fetch::first(self.repository.store(), self.plan).await?;
        item.map(|item| T::read(item, index)).transpose()
    }

    /// Every item, however many there are.
    ///
    /// # Errors
    /// As [`page`](Self::page).
    pub async fn all(self) -> Result<Vec<T>> {
        let index = self.plan.index;
        let mut reading = self.whole()?;
        let mut rows = Vec::new();
        while let Some((items, next)) = reading.next().await? {
            for item in items {
                rows.push(T::read(item, index)?);
            }
            reading = next;
        }
        Ok(rows)
    }

    /// Every item, read as the stream is: a request is sent when what the one before returned has been taken.
    ///
    /// The stream ends after the first error, which is one of [`page`](Self::page)'s.
    pub fn stream(self) -> impl Stream<Item = Result<T>> + Send {
        let index = self.plan.index;
        let state = State { reading: Some(self.whole()), items: Vec::new().into_iter() };
        stream::unfold(state, move |mut state| async move {
            loop {
                if let Some(item) = state.items.next() {
                    return Some((T::read(item, index), state));
                }
                let read = match state.reading.take()? {
                    Ok(reading) => reading.next().await,
                    Err(error) => Err(error),
                };
                match read {
                    Ok(Some((items, next))) => {
                        state.items = items.into_iter();
                        state.reading = Some(Ok(next));
                    }
                    Ok(None) => return None,
                    Err(error) => return Some((Err(error), state)),
                }
            }
        })
    }

    fn whole(mut self) -> Result<fetch::Reading> {
        self.plan.limit = WHOLE_LIMIT;
        fetch::Reading::start(self.repository.store().clone(), self.plan)
    }
}

/// How far a stream has come. It ends where there is nothing left to read.
struct State {
    reading: Option<Result<fetch::Reading>>,
    items: std::vec::IntoIter<crate::Item>,
}

impl<E: Entity, S, T> fmt::Debug for Query<E, S, T> {
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
