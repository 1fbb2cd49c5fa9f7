//! Deleting items: for good, or so that they can be restored.

use aws_sdk_dynamodb::types::AttributeValue;

use super::change::{ATTEMPTS, Resolved};
use super::guard::Guard;
use super::send::Sent;
use super::store::Store;
use super::write::{Kind, Subject, Write, mark};
use super::{Expression, not_found};
use crate::condition::Node;
use crate::key::PrimaryKey;
use crate::{Attribute as _, Error, Expected, Item, Result, Timestamp};

/// What is done with an item that was read.
#[derive(Clone, Copy)]
enum Fate {
    Erase,
    Hide,
    Restore,
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
        match self.shape.soft_delete {
            None => self.decide(key, guard, Fate::Erase).await,
            Some(soft) if self.hides_blindly() => self.apply(&self.hiding(key, guard, soft)).await,
            Some(_) => self.decide(key, guard, Fate::Hide).await,
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
        let fate = match self.shape.soft_delete {
            None if self.shape.unique.is_empty() => return Ok(vec![blind(key, guard)?]),
            None => Fate::Erase,
            Some(soft) if self.hides_blindly() => {
                let change = self.hiding(key, guard.clone(), soft);
                return Ok(self.resolve(&change, mark, None).await?.writes);
            }
            Some(_) => Fate::Hide,
        };
        let stored = self.read(key, true).await?;
        guard.check(stored.as_ref())?;
        Ok(self.writes(guard, &stored.unwrap_or_default(), fate, mark)?.writes)
    }

    /// Whether nothing of an item need be known for it to be deleted. Its claims stay, unless they are to expire with it.
    fn hides_blindly(&self) -> bool {
        self.shape.unique.is_empty()
            || self.shape.soft_delete.is_some_and(|soft| soft.retain_seconds.is_none())
    }

    async fn decide(&self, key: PrimaryKey, guard: Guard, fate: Fate) -> Result<Item> {
        let mark = mark();
        // Only where nothing else hangs on the item is there nothing to know of it before.
        if let (Fate::Erase, true, false) = (fate, self.shape.unique.is_empty(), guard.deleted) {
            return match self.send(vec![blind(key, &guard)?], &mark).await? {
                Sent::Done(attributes) => attributes.ok_or_else(|| not_found(self.shape.name)),
                Sent::Refused(refused) => {
                    guard.check(refused.stored.as_ref())?;
                    Err(self.contended())
                }
            };
        }
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
        let there = Guard { deleted: false, ..guard.clone() };
        match error.is_not_found() && guard.deleted && there.check(stored).is_ok() {
            true => Error::conflict(format!("this {} is not deleted", self.shape.name)),
            false => error,
        }
    }
}

/// The deletion of an item of which nothing need be known.
fn blind(key: PrimaryKey, guard: &Guard) -> Result<Write> {
    let mut expression = Expression::default();
    let condition = guard.condition(&mut expression)?;
    let subject = Subject::Stored(Box::new(guard.clone()));
    Ok(Write { kind: Kind::Delete(key), condition, expression, subject })
}
