//! The model: the items as attributes in memory, and what a repository of them must answer.
//!
//! An item is known by the values of its key's fields, found by the values of an index's and sorted by them.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use purlin::{Entity, Expected, Item, Order, Transition};

use super::call::{Answer, Call, Changes, Meddling, Question, Read, Refusal};
use super::order::{self, KeyValue};
use super::shape::Shape;

/// The attribute that another writer adds to an item.
pub(super) const UNKNOWN: &str = "unknown";

pub(super) struct Oracle<'s, E> {
    pub(super) shape: &'s Shape<E>,
    entries: BTreeMap<Vec<KeyValue>, Entry>,
}

/// A stored item.
#[derive(Clone, Debug, Default)]
struct Entry {
    /// The entity's attributes.
    item: Item,
    /// Those it does not know.
    unknown: Item,
}

/// What a call must be answered with.
#[derive(Clone, Debug)]
pub(super) enum Prediction {
    Done,
    /// The item as it then is. The attributes `stamped` are the time of the call.
    One {
        item: Item,
        stamped: Vec<&'static str>,
    },
    Maybe(Option<Item>),
    Many(Vec<Option<Item>>),
    Rows(Rows),
    /// Any of these: more than one may be true of a call, and none of them is told first for sure.
    Refused(Vec<Refusal>),
}

/// What a query finds: groups in their order. Within one, where all sort keys are the same, any order will do.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) groups: Vec<Vec<Item>>,
    pub(super) read: Read,
}

impl<'s, E: Entity> Oracle<'s, E> {
    pub(super) fn new(shape: &'s Shape<E>) -> Self {
        Self { shape, entries: BTreeMap::new() }
    }

    /// The items that are there, as entities.
    pub(super) fn entities(&self) -> Vec<E> {
        self.live().map(|entry| entity(&entry.item)).collect()
    }

    /// What the table must hold: every attribute of every item.
    pub(super) fn stored(&self) -> Vec<Item> {
        let whole = |Entry { item, unknown }: &Entry| {
            item.clone().into_iter().chain(unknown.clone()).collect()
        };
        self.entries.values().map(whole).collect()
    }

    /// The version stored of the item with this key, where its entity counts them.
    pub(super) fn version(&self, of: &E) -> Option<u64> {
        version(&self.find(&of.to_item())?.item, self.shape.version?)
    }

    /// Whether an item with this key is there.
    pub(super) fn holds(&self, of: &E) -> bool {
        self.find(&of.to_item()).is_some()
    }

    /// What the call must be answered with.
    pub(super) fn predict(&self, call: &Call<E>) -> Prediction {
        match call {
            Call::Create(entity) => self.create(entity.to_item()),
            Call::Get(of) => self.get(of),
            Call::BatchGet(of) => self.batch_get(of),
            Call::Update { of, changes, expected } => self.update(of, changes, *expected, None),
            Call::Transition { of, step, changes, expected } => {
                self.update(of, changes, *expected, Some(step))
            }
            Call::Delete { of, expected } => self.delete(of, *expected),
            Call::Query(question) => self.query(question),
            Call::Meddle { .. } => Prediction::Done,
        }
    }

    /// Makes the change that a call has made. The times that it set are taken from its answer.
    pub(super) fn follow(&mut self, call: &Call<E>, answer: &Answer<E>) {
        match (call, answer) {
            (Call::Create(entity), Answer::Done) => {
                self.put(Entry { item: entity.to_item(), unknown: Item::new() });
            }
            (Call::Update { .. } | Call::Transition { .. }, Answer::One(entity)) => {
                let item = entity.to_item();
                let unknown =
                    self.find(&item).map(|entry| entry.unknown.clone()).unwrap_or_default();
                self.put(Entry { item, unknown });
            }
            (Call::Delete { of, .. }, Answer::One(_)) => {
                self.entries.remove(&self.identity(&of.to_item()));
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

    fn create(&self, item: Item) -> Prediction {
        if self.shape.templates().any(|template| order::is_too_long(template, &item)) {
            return refused(Refusal::Invalid);
        }
        match self.find(&item) {
            Some(_) => refused(Refusal::Conflict),
            None => Prediction::Done,
        }
    }

    fn get(&self, of: &E) -> Prediction {
        let item = of.to_item();
        if self.is_no_key(&item) {
            return refused(Refusal::Invalid);
        }
        Prediction::Maybe(self.find(&item).map(|entry| entry.item.clone()))
    }

    fn batch_get(&self, of: &[E]) -> Prediction {
        let items: Vec<Item> = of.iter().map(E::to_item).collect();
        if items.iter().any(|item| self.is_no_key(item)) {
            return refused(Refusal::Invalid);
        }
        let found = |item| self.find(item).map(|entry| entry.item.clone());
        Prediction::Many(items.iter().map(found).collect())
    }

    fn update(
        &self,
        of: &E,
        changes: &Changes,
        expected: Expected,
        step: Option<&Transition<E>>,
    ) -> Prediction {
        let key = of.to_item();
        if self.is_no_key(&key) {
            return refused(Refusal::Invalid);
        }
        let stored = self.find(&key).map(|entry| &entry.item);
        let after = changed(stored.unwrap_or(&key), changes);
        let mut refusals = self.guard(stored, expected, step);
        if self.shape.templates().any(|template| order::is_too_long(template, &after)) {
            refusals.push(Refusal::Invalid);
        }
        if !refusals.is_empty() {
            return Prediction::Refused(refusals);
        }
        let mut item = after;
        let mut stamped = self.shape.set_on_write.to_vec();
        if let Some(step) = step {
            item.insert(step.attribute().to_owned(), AttributeValue::S(step.to().to_owned()));
            stamped.extend(step.stamped());
        }
        if let Some(name) = self.shape.version {
            let next = version(&item, name).unwrap_or(0) + 1;
            item.insert(name.to_owned(), AttributeValue::N(next.to_string()));
        }
        Prediction::One { item, stamped }
    }

    fn delete(&self, of: &E, expected: Expected) -> Prediction {
        let key = of.to_item();
        if self.is_no_key(&key) {
            return refused(Refusal::Invalid);
        }
        let stored = self.find(&key).map(|entry| &entry.item);
        let refusals = self.guard(stored, expected, None);
        match stored {
            Some(item) if refusals.is_empty() => {
                Prediction::One { item: item.clone(), stamped: Vec::new() }
            }
            _ => Prediction::Refused(refusals),
        }
    }

    /// Why a write of what is `stored` must not happen: the first that is true.
    fn guard(
        &self,
        stored: Option<&Item>,
        expected: Expected,
        step: Option<&Transition<E>>,
    ) -> Vec<Refusal> {
        let Some(stored) = stored else { return vec![Refusal::NotFound] };
        let stale = match expected {
            Expected::Any => false,
            Expected::Version(expected) => {
                self.shape.version.and_then(|name| version(stored, name)) != Some(expected)
            }
        };
        if stale {
            return vec![Refusal::Stale];
        }
        let starts = step.is_none_or(|step| {
            let state = stored.get(step.attribute()).and_then(|state| state.as_s().ok());
            step.from().is_empty()
                || state.is_some_and(|state| step.from().contains(&state.as_str()))
        });
        if starts { Vec::new() } else { vec![Refusal::Conflict] }
    }

    fn query(&self, Question { access, of, order, filter, read }: &Question<E>) -> Prediction {
        let (partition, sort) = self.shape.keys(*access);
        let asked = of.to_item();
        if order::is_too_long(partition, &asked) {
            return refused(Refusal::Invalid);
        }
        let wanted = order::values(partition, &asked);
        let passes = |item: &Item| filter.is_none_or(|name| item.get(name) == asked.get(name));
        let mut groups: BTreeMap<Vec<KeyValue>, Vec<Item>> = BTreeMap::new();
        for Entry { item, .. } in self.live() {
            // What lacks a part of either key is not in the index.
            let Some(sorted) = sort.map_or(Some(Vec::new()), |sort| order::values(sort, item))
            else {
                continue;
            };
            if order::values(partition, item) == wanted && passes(item) {
                groups.entry(sorted).or_default().push(item.clone());
            }
        }
        let mut groups: Vec<_> = groups.into_values().collect();
        let (_, usual) = self.shape.accesses[*access];
        if order.unwrap_or(usual) == Order::Descending {
            groups.reverse();
        }
        Prediction::Rows(Rows { groups, read: *read })
    }

    fn put(&mut self, entry: Entry) {
        self.entries.insert(self.identity(&entry.item), entry);
    }

    // Invariant: all but what the table holds is foreseen from these two, so what is stored and yet gone for a reader
    // is passed over here and nowhere else.

    /// The stored items that are there for a reader.
    fn live(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The item with the same key, if it is there for a reader.
    fn find(&self, item: &Item) -> Option<&Entry> {
        self.entries.get(&self.identity(item))
    }

    fn identity(&self, item: &Item) -> Vec<KeyValue> {
        order::identity(self.shape.key_attributes, item).unwrap_or_default()
    }

    /// Whether the primary key is over DynamoDB's limits.
    fn is_no_key(&self, item: &Item) -> bool {
        [Some(self.shape.partition), self.shape.sort]
            .into_iter()
            .flatten()
            .any(|template| order::is_too_long(template, item))
    }
}

fn refused(refusal: Refusal) -> Prediction {
    Prediction::Refused(vec![refusal])
}

fn version(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

fn changed(item: &Item, changes: &Changes) -> Item {
    let mut item = item.clone();
    for (name, value) in &changes.0 {
        match value {
            Some(value) => item.insert((*name).to_owned(), value.clone()),
            None => item.remove(*name),
        };
    }
    item
}

/// # Panics
/// If the entity does not read what it wrote.
fn entity<E: Entity>(item: &Item) -> E {
    E::from_item(item.clone())
        .unwrap_or_else(|error| panic!("{} does not read what it wrote: {error}", E::NAME))
}
