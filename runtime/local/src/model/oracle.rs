//! The model: the items as attributes in memory, and what has become of each.
//!
//! An item is known by the values of its key's fields, found by the values of an index's and sorted by them.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use purlin::{Attribute as _, Entity, Item, Timestamp};

use super::call::{Answer, Call, Meddling};
use super::foresee::{Prediction, Reader};
use super::order::{self, KeyValue};
use super::shape::Shape;

/// The attribute that another writer adds to an item.
pub(super) const UNKNOWN: &str = "unknown";

/// The attribute of what stands for a claim where the table is compared: the rule's name.
pub(super) const CLAIM: &str = "$claim";

pub(super) struct Oracle<'s, E> {
    pub(super) shape: &'s Shape<E>,
    entries: BTreeMap<Vec<KeyValue>, Entry>,
    /// Who holds which values that no two items share: by the rule's place, and the values.
    claims: BTreeMap<(usize, Vec<KeyValue>), Holder>,
}

/// A stored item.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// The entity's attributes.
    pub(super) item: Item,
    /// Those it does not know.
    unknown: Item,
}

/// Whose a value is.
#[derive(Clone, Debug)]
struct Holder {
    identity: Vec<KeyValue>,
    has_expired: bool,
}

impl<'s, E: Entity> Oracle<'s, E> {
    pub(super) fn new(shape: &'s Shape<E>) -> Self {
        Self { shape, entries: BTreeMap::new(), claims: BTreeMap::new() }
    }

    /// The items that are there, as entities.
    pub(super) fn entities(&self) -> Vec<E> {
        let entries = self.entries().filter(|entry| self.is_there(&entry.item));
        entries.map(|entry| entity(&entry.item)).collect()
    }

    /// The items that are stored and yet gone for a reader, as entities.
    pub(super) fn gone(&self) -> Vec<E> {
        let entries = self.entries().filter(|entry| !self.is_there(&entry.item));
        entries.map(|entry| entity(&entry.item)).collect()
    }

    /// What the table must hold: every attribute of every item, and the claims; each with whether it may be gone
    /// already, since DynamoDB removes what has expired whenever it likes.
    pub(super) fn stored(&self) -> Vec<(Item, bool)> {
        let whole = |Entry { item, unknown }: &Entry| {
            (item.clone().into_iter().chain(unknown.clone()).collect(), self.has_expired(item))
        };
        let claim = |((rule, _), holder): (&(usize, Vec<KeyValue>), &Holder)| {
            let name = self.shape.unique[*rule].name.to_owned();
            (Item::from([(CLAIM.to_owned(), AttributeValue::S(name))]), holder.has_expired)
        };
        self.entries.values().map(whole).chain(self.claims.iter().map(claim)).collect()
    }

    /// The version stored of the item with this key, where its entity counts them.
    pub(super) fn version(&self, of: &E) -> Option<u64> {
        version(&self.stored_as(&of.to_item())?.item, self.shape.version?)
    }

    /// What the call must be answered with.
    pub(super) fn predict(&self, call: &Call<E>) -> Prediction {
        match call {
            Call::Bounded { owner, call } => {
                Reader { oracle: self, owner: Some(owner) }.predict(call)
            }
            _ => Reader { oracle: self, owner: None }.predict(call),
        }
    }

    /// Makes the change that a call has made. The times that it set are taken from its answer.
    pub(super) fn follow(&mut self, call: &Call<E>, answer: &Answer<E>) {
        match (call, answer) {
            (Call::Bounded { call, .. }, _) => self.follow(call, answer),
            (Call::Create(entity), Answer::Done) => {
                self.put(Entry { item: entity.to_item(), unknown: Item::new() });
            }
            (
                Call::Update { .. } | Call::Transition { .. } | Call::Restore { .. },
                Answer::One(entity),
            ) => self.change(entity),
            (Call::Delete { .. }, Answer::One(entity)) if self.shape.soft_delete.is_some() => {
                self.change(entity);
            }
            (Call::Delete { of, .. } | Call::Purge { of, .. }, Answer::One(_)) => {
                let item = of.to_item();
                self.release(&item);
                self.entries.remove(&self.identity(&item));
            }
            (Call::Sweep, _) => {
                let shape = self.shape;
                self.entries.retain(|_, entry| !has_expired(shape, &entry.item));
                self.claims.retain(|_, holder| !holder.has_expired);
            }
            (Call::Meddle { of, with: Meddling::Unknown(value) }, _) => {
                let identity = self.identity(&of.to_item());
                if let Some(entry) = self.entries.get_mut(&identity) {
                    entry.unknown.insert(UNKNOWN.to_owned(), value.clone());
                }
            }
            _ => {}
        }
    }

    /// Every stored item.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The stored item with the same key.
    pub(super) fn stored_as(&self, item: &Item) -> Option<&Entry> {
        self.entries.get(&self.identity(item))
    }

    /// Whether a stored item is there for a reader.
    pub(super) fn is_there(&self, item: &Item) -> bool {
        !self.has_expired(item) && !self.is_deleted(item)
    }

    pub(super) fn has_expired(&self, item: &Item) -> bool {
        has_expired(self.shape, item)
    }

    pub(super) fn is_deleted(&self, item: &Item) -> bool {
        is_deleted(self.shape, item)
    }

    /// Whether another item has one of the values that no two share.
    pub(super) fn is_taken(&self, item: &Item) -> bool {
        let identity = self.identity(item);
        self.values(item).any(|claim| {
            self.claims
                .get(&claim)
                .is_some_and(|holder| holder.identity != identity && !holder.has_expired)
        })
    }

    /// The stored item becomes what was answered.
    fn change(&mut self, entity: &E) {
        let item = entity.to_item();
        let unknown = self.stored_as(&item).map(|entry| entry.unknown.clone()).unwrap_or_default();
        self.release(&item);
        self.put(Entry { item, unknown });
    }

    fn put(&mut self, entry: Entry) {
        let identity = self.identity(&entry.item);
        let has_expired = self.has_expired(&entry.item);
        for claim in self.values(&entry.item).collect::<Vec<_>>() {
            let holder = Holder { identity: identity.clone(), has_expired };
            self.claims.insert(claim, holder);
        }
        self.entries.insert(identity, entry);
    }

    /// Gives up what the stored item with the same key holds.
    fn release(&mut self, item: &Item) {
        let Some(stored) = self.stored_as(item) else { return };
        let identity = self.identity(item);
        for claim in self.values(&stored.item).collect::<Vec<_>>() {
            if self.claims.get(&claim).is_some_and(|holder| holder.identity == identity) {
                self.claims.remove(&claim);
            }
        }
    }

    /// The values of an item that no two share. What lacks a part of them shares nothing.
    fn values(&self, item: &Item) -> impl Iterator<Item = (usize, Vec<KeyValue>)> {
        let rules = self.shape.unique.iter().enumerate();
        rules.filter_map(|(rule, unique)| Some((rule, order::values(unique.fields, item)?)))
    }

    fn identity(&self, item: &Item) -> Vec<KeyValue> {
        order::identity(self.shape.key_attributes, item).unwrap_or_default()
    }
}

fn is_deleted<E>(shape: &Shape<E>, item: &Item) -> bool {
    shape.soft_delete.is_some_and(|soft| item.contains_key(soft.attribute))
}

/// Whether the item's time is over. No test lives to see the end of what was deleted and is retained, nor any moment
/// between two that items are tried with.
fn has_expired<E>(shape: &Shape<E>, item: &Item) -> bool {
    let is_retained = is_deleted(shape, item)
        && shape.soft_delete.is_some_and(|soft| soft.retain_seconds.is_some());
    let moment = shape.ttl.and_then(|ttl| Timestamp::from_attribute(item.get(ttl)?.clone()).ok());
    !is_retained && moment.is_some_and(|moment| moment <= Timestamp::now())
}

pub(super) fn version(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

/// # Panics
/// If the entity does not read what it wrote.
fn entity<E: Entity>(item: &Item) -> E {
    E::from_item(item.clone())
        .unwrap_or_else(|error| panic!("{} does not read what it wrote: {error}", E::NAME))
}
