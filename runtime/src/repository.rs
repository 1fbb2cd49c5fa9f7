//! Repositories: typed reads and writes of one entity, each within the caller's reach.

mod alive;
mod answering;
mod batch;
mod bucket;
mod change;
mod claim;
mod create;
mod expression;
mod failure;
mod follow;
mod guard;
mod many;
mod once;
pub(crate) mod outbox;
mod receipt;
mod remove;
mod replace;
mod retry;
mod ride;
mod send;
mod snapshot;
mod store;
mod transaction;
mod write;

use std::fmt;
use std::marker::PhantomData;

use crate::entity::Shape;
use crate::event::{Emission, Emitted, Event, EventOf};
use crate::key::PrimaryKey;
use crate::permission::{Permit, Scope};
use crate::{
    Access, Condition, Context, Entity, Error, Expected, Item, Patch, Projected, Projection, Query,
    Restorable, Result, Row as _, Transition, Update,
};

pub(crate) use alive::{Alive, TTL, expiry_in, is_expired};
pub use answering::Answering;
pub(crate) use bucket::{Taken, Toll, take};
pub(crate) use expression::Expression;
pub(crate) use failure::{failed, not_found};
pub(crate) use outbox::put_own;
pub(crate) use receipt::Receipt;
pub(crate) use retry::TransactionConflicts;
pub use snapshot::{Seen, Slot, Snapshot};
pub(crate) use store::{ENTITY, Store, is_owned, key_item};
pub(crate) use transaction::Committed;
pub use transaction::Transaction;

/// Reads and writes of one entity.
///
/// Made [`for_caller`](Self::for_caller) with a permit for own resources, it behaves as if nobody else's
/// existed: they are not found, not listed and not written. An entity without an owner has no such bounds.
///
/// All methods fail with [`Error::is_throttled`] where DynamoDB asked to slow down and bounded retries did not
/// help, with [`Error::is_invalid`] where a key or an item is over DynamoDB's limits (before anything is sent),
/// and otherwise as each says.
pub struct Repository<E> {
    store: Store,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity> Repository<E> {
    /// Reaches every item: for code that no caller started.
    #[must_use]
    pub fn new(ctx: &Context) -> Self {
        Self::reaching(ctx, None)
    }

    /// Reaches what the permit allows.
    #[must_use]
    pub fn for_caller<P>(permit: &Permit<P>) -> Self {
        let owner = match permit.scope() {
            Scope::Own(subject) => Some(subject.clone()),
            Scope::Any => None,
        };
        Self::reaching(permit.ctx(), owner)
    }

    fn reaching(ctx: &Context, owner: Option<String>) -> Self {
        let store = Store {
            ctx: ctx.clone(),
            shape: Shape::of::<E>(),
            owner,
            consistent: false,
            emissions: Vec::new(),
        };
        Self { store, entity: PhantomData }
    }

    /// Reads what was written last, at twice the read units. Queries of an index stay eventually consistent,
    /// since DynamoDB has no other.
    #[must_use]
    pub fn consistent(mut self) -> Self {
        self.store.consistent = true;
        self
    }

    /// The same repository, each write of which emits the event `V`, made of the item that is written.
    ///
    /// Write and event are one: the event rides on the item, in the same request and for the same units, and a relay
    /// behind the table's stream publishes it. An item that is deleted leaves nothing to ride on: there the event is an
    /// item of its own, in a transaction with the deletion, for which the item is read first.
    #[must_use]
    pub fn emitting<V: EventOf<Entity = E>>(mut self) -> Self {
        self.store.emissions.push(Emission::OfItem(Emitted::of::<V>()));
        self
    }

    /// The same repository, each write of which emits this event, as [`emitting`](Self::emitting) does.
    ///
    /// # Errors
    /// Invalid (`event-too-large`) where the event could not be published.
    pub fn emitting_whole<V: Event>(mut self, event: &V) -> Result<Self> {
        self.store.emissions.push(Emission::whole(event)?);
        Ok(self)
    }

    /// The item with this key.
    ///
    /// # Errors
    /// [`Error::is_not_found`].
    pub async fn get(&self, key: E::Key<'_>) -> Result<E> {
        self.get_or_none(key).await?.ok_or_else(|| not_found(E::NAME))
    }

    /// The item with this key, or `None`.
    ///
    /// # Errors
    /// Those of every method.
    pub async fn get_or_none(&self, key: E::Key<'_>) -> Result<Option<E>> {
        self.store.get(self.key(key)?).await?.map(read).transpose()
    }

    /// Some fields of the item with this key: less to send, and the same to pay.
    ///
    /// # Errors
    /// [`Error::is_not_found`].
    pub async fn get_as<P: Projection<Entity = E>>(&self, key: E::Key<'_>) -> Result<Projected<P>> {
        let item = self.store.get_some(self.key(key)?, P::ATTRIBUTES).await?;
        Projected::read(item.ok_or_else(|| not_found(E::NAME))?, None)
    }

    /// Starts a query.
    pub fn query<S, T>(&self, access: Access<E, S, T>) -> Query<E, S, T> {
        Query::new(self.clone(), access)
    }

    /// Writes a new item.
    ///
    /// # Errors
    /// [`Error::is_conflict`] where one with its key exists, or another one has a value that no two share;
    /// [`Error::is_denied`] where it would not be the caller's own.
    pub async fn create(&self, entity: &E) -> Result<()> {
        self.store.create(entity.to_item()).await
    }

    /// Writes a new item, if its parent exists and is within the caller's reach.
    ///
    /// # Errors
    /// [`Error::is_not_found`] without such a parent; otherwise as [`create`](Self::create).
    pub async fn create_within<P: Entity>(&self, parent: P::Key<'_>, entity: &E) -> Result<()> {
        let shape = Shape::of::<P>();
        let parent = PrimaryKey::render(shape, P::key_values(parent).as_slice())?;
        self.store.create_within(shape, parent, entity.to_item()).await
    }

    /// Changes an item and returns it as it then is.
    ///
    /// # Errors
    /// [`Error::is_not_found`]; [`Error::is_stale`] where another version than `expected` is stored;
    /// [`Error::is_conflict`] where a condition of the patch does not hold, or another item has a value that no two
    /// share.
    pub async fn update<P>(&self, key: E::Key<'_>, patch: P, expected: Expected) -> Result<E>
    where
        P: Patch<Entity = E>,
    {
        let mut update = Update::default();
        patch.apply(&mut update);
        read(self.store.update(E::key_values(key), update, expected, None).await?)
    }

    /// Writes a new item, or changes the one that has its key already, and returns it as it then is.
    ///
    /// Of an item that is somebody else's the caller learns nothing: there the write is a conflict.
    ///
    /// # Errors
    /// As [`create`](Self::create) and [`update`](Self::update).
    pub async fn create_or_update<P>(&self, entity: &E, patch: P) -> Result<E>
    where
        P: Patch<Entity = E> + Clone,
        E: Clone,
    {
        let created = self.create(entity).await;
        match created {
            Ok(()) => Ok(entity.clone()),
            Err(error) if error.is_conflict() && error.code() == "conflict" => {
                match self.update(entity.key(), patch, Expected::Any).await {
                    // It is there, and not within reach; or it is gone again.
                    Err(missing) if missing.is_not_found() => Err(error),
                    changed => changed,
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Takes a step of the entity's state machine and returns the item as it then is.
    ///
    /// # Errors
    /// [`Error::is_not_found`]; [`Error::is_stale`] where another version than `expected` is stored;
    /// [`Error::is_conflict`] where the item is in none of the states that the step starts from.
    pub async fn transition(
        &self,
        key: E::Key<'_>,
        transition: Transition<E>,
        expected: Expected,
    ) -> Result<E> {
        let step = Some(transition.step);
        read(self.store.update(E::key_values(key), Update::default(), expected, step).await?)
    }

    /// Takes a step and changes fields with it, in one write.
    ///
    /// # Errors
    /// As [`transition`](Self::transition).
    pub async fn transition_with<P>(
        &self,
        key: E::Key<'_>,
        transition: Transition<E>,
        patch: P,
        expected: Expected,
    ) -> Result<E>
    where
        P: Patch<Entity = E>,
    {
        let mut update = Update::default();
        patch.apply(&mut update);
        read(self.store.update(E::key_values(key), update, expected, Some(transition.step)).await?)
    }

    /// Removes an item and returns it as it was. Where the entity is deleted softly the item stays, counts as gone,
    /// and is returned as it then is.
    ///
    /// # Errors
    /// [`Error::is_not_found`]; [`Error::is_stale`] where another version than `expected` is stored.
    pub async fn delete(&self, key: E::Key<'_>, expected: Expected) -> Result<E> {
        read(self.store.delete(self.key(key)?, expected, Vec::new()).await?)
    }

    /// As [`delete`](Self::delete), if this is true of the item.
    ///
    /// # Errors
    /// As [`delete`](Self::delete); [`Error::is_conflict`] where it is not true.
    pub async fn delete_when(
        &self,
        key: E::Key<'_>,
        expected: Expected,
        condition: Condition<E>,
    ) -> Result<E> {
        read(self.store.delete(self.key(key)?, expected, vec![condition.into_node()]).await?)
    }

    /// Brings a softly deleted item back, and returns it as it then is.
    ///
    /// # Errors
    /// [`Error::is_not_found`] where there is none, or it has been removed for good; [`Error::is_conflict`] where it is
    /// not deleted; [`Error::is_stale`] where another version than `expected` is stored.
    pub async fn restore(&self, key: E::Key<'_>, expected: Expected) -> Result<E>
    where
        E: Restorable,
    {
        const { assert!(E::SOFT_DELETE.is_some(), "only what is deleted softly can be restored") }
        read(self.store.restore(self.key(key)?, expected).await?)
    }

    /// Removes a softly deleted item for good, and returns it as it was.
    ///
    /// # Errors
    /// As [`restore`](Self::restore).
    pub async fn purge(&self, key: E::Key<'_>, expected: Expected) -> Result<E>
    where
        E: Restorable,
    {
        const { assert!(E::SOFT_DELETE.is_some(), "only what is deleted softly can be purged") }
        read(self.store.purge(self.key(key)?, expected).await?)
    }

    fn key(&self, key: E::Key<'_>) -> Result<PrimaryKey> {
        PrimaryKey::render(self.store.shape, E::key_values(key).as_slice())
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}

/// An entity read from its item. One that cannot be read is a fault of ours or of another writer.
pub(crate) fn read<E: Entity>(item: Item) -> Result<E> {
    E::from_item(item).map_err(Error::internal)
}

// Written out, since deriving them would ask the same of `E`.

impl<E> Clone for Repository<E> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), entity: PhantomData }
    }
}

impl<E> fmt::Debug for Repository<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository")
            .field("entity", &self.store.shape.name)
            .field("owner", &self.store.owner)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
