//! Deleting items: for good, or so that they can be restored.

use aws_sdk_dynamodb::types::AttributeValue;

use super::change::{ATTEMPTS, Resolved};
use super::guard::Guard;
use super::not_found;
use super::send::Sent;
use super::store::Store;
use super::write::{Kind, Write, mark};
use crate::condition::Node;
use crate::key::PrimaryKey;
use crate::{Attribute as _, Error, Expected, Item, Result, SoftDelete, Timestamp};

/// What is done with an item that was read.
#[derive(Clone, Copy)]
enum Fate {
    Erase,
    Hide,
    Restore,
}

/// How items of an entity are deleted.
enum Deletion {
    /// For good, and nothing need be known of them.
    Blind,
    /// So that they can be restored, and nothing need be known of them.
    Hiding(SoftDelete),
    /// With what hangs on them, which has to be read.
    Reading(Fate),
}

impl Store {
    /// Deletes an item, and returns it as it was; one that can be restored as it then is.
    pub(super) async fn delete(
        &self,
        key: PrimaryKey,
        expected: Expected,
        conditions: Vec<Node>,
    ) -> Result<Item> {
        conditions.iter().try_for_each(Node::check)?;
        let guard = Guard { conditions, ..self.guard(expected) };
        match self.way() {
            Deletion::Blind => self.delete_blind(key, guard).await,
            Deletion::Hiding(soft) => self.apply(&self.hiding(key, guard, soft)).await,
            Deletion::Reading(fate) => self.decide(key, guard, fate).await,
        }
    }

    /// Removes a deleted item for good, and returns it as it was.
    pub(super) async fn purge(&self, key: PrimaryKey, expected: Expected) -> Result<Item> {
        let guard = Guard { deleted: true, ..self.guard(expected) };
        self.decide(key, guard, Fate::Erase).await
    }

    /// Brings a deleted item back, and returns it as it then is.
    pub(super) async fn restore(&self, key: PrimaryKey, expected: Expected) -> Result<Item> {
        let guard = Guard { deleted: true, ..self.guard(expected) };
        self.decide(key, guard, Fate::Restore).await
    }

    /// The writes that delete an item, for a transaction.
    pub(super) async fn deletion(
        &self,
        key: PrimaryKey,
        guard: &Guard,
        mark: &AttributeValue,
    ) -> Result<Vec<Write>> {
        match self.way() {
            Deletion::Blind => Ok(vec![Write::guarded(Kind::Delete(key), guard.clone())]),
            Deletion::Hiding(soft) => {
                let change = self.hiding(key, guard.clone(), soft);
                Ok(self.resolve(&change, mark, None).await?.writes)
            }
            Deletion::Reading(fate) => {
                let stored = self.read(key, true).await?;
                guard.check(stored.as_ref())?;
                Ok(self.writes(guard, &stored.unwrap_or_default(), fate, mark)?.writes)
            }
        }
    }

    fn way(&self) -> Deletion {
        let claims_nothing = self.shape.unique.is_empty();
        match self.shape.soft_delete {
            // An event tells of what the item was.
            None if claims_nothing && self.emissions.is_empty() => Deletion::Blind,
            None => Deletion::Reading(Fate::Erase),
            // Claims stay, unless they are to expire with the item.
            Some(soft) if claims_nothing || soft.retain_seconds.is_none() => Deletion::Hiding(soft),
            Some(_) => Deletion::Reading(Fate::Hide),
        }
    }

    async fn delete_blind(&self, key: PrimaryKey, guard: Guard) -> Result<Item> {
        match self.send(vec![Write::guarded(Kind::Delete(key), guard)], &mark()).await? {
            Sent::Done(attributes) => attributes.ok_or_else(|| not_found(self.shape.name)),
            Sent::Refused(refused) => {
                refused.explain()?;
                Err(self.contended())
            }
        }
    }

    async fn decide(&self, key: PrimaryKey, guard: Guard, fate: Fate) -> Result<Item> {
        let mark = mark();
        let mut met = None;
        for _ in 0..ATTEMPTS {
            let stored = match met.take() {
                Some(item) => Some(item),
                None => self.read(key.clone(), true).await?,
            };
            guard
                .check(stored.as_ref())
                .map_err(|error| self.undeleted(&guard, stored.as_ref(), error))?;
            let stored = stored.unwrap_or_default();
            let Resolved { writes, result } = self.writes(&guard, &stored, fate, &mark)?;
            match self.send(writes, &mark).await? {
                Sent::Done(_) => {
                    return Ok(result.unwrap_or(stored));
                }
                Sent::Refused(refused) => {
                    refused.explain()?;
                    met = refused.stored.filter(|_| refused.index == 0);
                }
            }
        }
        Err(self.contended())
    }

    fn writes(
        &self,
        guard: &Guard,
        stored: &Item,
        fate: Fate,
        mark: &AttributeValue,
    ) -> Result<Resolved> {
        let Some(soft) = self.shape.soft_delete.filter(|_| !matches!(fate, Fate::Erase)) else {
            return Ok(Resolved { writes: self.erase(guard, stored)?, result: None });
        };
        let now = Timestamp::now();
        let mut item = stored.clone();
        match fate {
            Fate::Restore => item.remove(soft.attribute),
            Fate::Hide | Fate::Erase => {
                now.to_attribute().and_then(|now| item.insert(soft.attribute.to_owned(), now))
            }
        };
        for attribute in self.shape.set_on_write {
            item.extend(now.to_attribute().map(|now| ((*attribute).to_owned(), now)));
        }
        self.replace(guard, stored, item, mark)
    }

    /// An item that is there is no missing one to whoever wants it restored.
    fn undeleted(&self, guard: &Guard, stored: Option<&Item>, error: Error) -> Error {
        let there = Guard { deleted: false, expected: Expected::Any, ..guard.clone() };
        match error.is_not_found() && guard.deleted && there.check(stored).is_ok() {
            true => Error::conflict(format!("this {} is not deleted", self.shape.name)),
            false => error,
        }
    }
}
