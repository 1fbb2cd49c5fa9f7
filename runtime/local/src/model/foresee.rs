//! What a repository must answer, foreseen from the items in memory.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use purlin::{Entity, Expected, Item, Order, Transition};

use super::call::{Call, Changes, Question, Read, Refusal};
use super::oracle::{Entry, Oracle, version};
use super::order::{self, KeyValue};

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

/// The model as somebody sees it.
pub(super) struct Reader<'o, E> {
    pub(super) oracle: &'o Oracle<'o, E>,
    /// Whose items alone are seen; `None`: everybody's.
    pub(super) owner: Option<&'o str>,
}

impl<E: Entity> Reader<'_, E> {
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
            Call::Restore { of, expected } => self.revive(of, *expected, false),
            Call::Purge { of, expected } => self.revive(of, *expected, true),
            Call::Query(question) => self.query(question),
            Call::Bounded { .. } | Call::Sweep | Call::Meddle { .. } => Prediction::Done,
        }
    }

    fn create(&self, item: Item) -> Prediction {
        if !self.is_reached(&item) {
            return refused(Refusal::Denied);
        }
        if self.is_too_long(&item) {
            return refused(Refusal::Invalid);
        }
        let mut refusals = Vec::new();
        // What has expired is in nobody's way, though it may still be stored.
        let stored = self.oracle.stored_as(&item);
        if stored.is_some_and(|entry| !self.oracle.has_expired(&entry.item)) {
            refusals.push(Refusal::Conflict);
        }
        if self.oracle.is_taken(&item) {
            refusals.push(Refusal::NotUnique);
        }
        if refusals.is_empty() { Prediction::Done } else { Prediction::Refused(refusals) }
    }

    fn get(&self, of: &E) -> Prediction {
        let item = of.to_item();
        if self.is_no_key(&item) {
            return refused(Refusal::Invalid);
        }
        Prediction::Maybe(self.find(&item).cloned())
    }

    fn batch_get(&self, of: &[E]) -> Prediction {
        let items: Vec<Item> = of.iter().map(E::to_item).collect();
        if items.iter().any(|item| self.is_no_key(item)) {
            return refused(Refusal::Invalid);
        }
        Prediction::Many(items.iter().map(|item| self.find(item).cloned()).collect())
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
        let stored = self.find(&key);
        let after = changed(stored.unwrap_or(&key), changes);
        let mut refusals = self.guard(stored, expected, step);
        if self.is_too_long(&after) {
            refusals.push(Refusal::Invalid);
        }
        if refusals.is_empty() && self.oracle.is_taken(&after) {
            refusals.push(Refusal::NotUnique);
        }
        if !refusals.is_empty() {
            return Prediction::Refused(refusals);
        }
        let mut stamped = Vec::new();
        let mut item = after;
        if let Some(step) = step {
            item.insert(step.attribute().to_owned(), AttributeValue::S(step.to().to_owned()));
            stamped.extend(step.stamped());
        }
        self.written(item, stamped)
    }

    fn delete(&self, of: &E, expected: Expected) -> Prediction {
        let key = of.to_item();
        if self.is_no_key(&key) {
            return refused(Refusal::Invalid);
        }
        let stored = self.find(&key);
        let refusals = self.guard(stored, expected, None);
        match (stored, self.oracle.shape.soft_delete) {
            (Some(item), Some(soft)) if refusals.is_empty() => {
                self.written(item.clone(), vec![soft.attribute])
            }
            (Some(item), None) if refusals.is_empty() => {
                Prediction::One { item: item.clone(), stamped: Vec::new() }
            }
            _ => Prediction::Refused(refusals),
        }
    }

    /// Restores what was deleted, or removes it for good.
    fn revive(&self, of: &E, expected: Expected, purges: bool) -> Prediction {
        let key = of.to_item();
        if self.is_no_key(&key) {
            return refused(Refusal::Invalid);
        }
        let reached = self.reached(&key).filter(|item| !self.oracle.has_expired(item));
        if reached.is_some_and(|item| !self.oracle.is_deleted(item)) {
            return refused(Refusal::Conflict);
        }
        let refusals = self.guard(reached, expected, None);
        match (reached, self.oracle.shape.soft_delete) {
            (Some(item), Some(soft)) if refusals.is_empty() => {
                if purges {
                    return Prediction::One { item: item.clone(), stamped: Vec::new() };
                }
                let mut item = item.clone();
                item.remove(soft.attribute);
                self.written(item, Vec::new())
            }
            _ => Prediction::Refused(refusals),
        }
    }

    /// The item as it is when it has been written once more.
    fn written(&self, mut item: Item, mut stamped: Vec<&'static str>) -> Prediction {
        let shape = self.oracle.shape;
        stamped.extend(shape.set_on_write);
        if let Some(name) = shape.version {
            let next = version(&item, name).unwrap_or(0) + 1;
            item.insert(name.to_owned(), AttributeValue::N(next.to_string()));
        }
        Prediction::One { item, stamped }
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
                self.oracle.shape.version.and_then(|name| version(stored, name)) != Some(expected)
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
        let shape = self.oracle.shape;
        let (partition, sort) = shape.keys(*access);
        let asked = of.to_item();
        if order::is_too_long(partition, &asked) {
            return refused(Refusal::Invalid);
        }
        let wanted = order::values(partition, &asked);
        let passes = |item: &Item| filter.is_none_or(|name| item.get(name) == asked.get(name));
        let mut groups: BTreeMap<Vec<KeyValue>, Vec<Item>> = BTreeMap::new();
        let seen = |item: &&Item| self.is_reached(item) && self.oracle.is_there(item);
        for item in self.oracle.entries().map(|Entry { item, .. }| item).filter(seen) {
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
        let (_, usual) = shape.accesses[*access];
        if order.unwrap_or(usual) == Order::Descending {
            groups.reverse();
        }
        Prediction::Rows(Rows { groups, read: *read })
    }

    /// The item with the same key, if it is there for this reader.
    fn find(&self, item: &Item) -> Option<&Item> {
        self.reached(item).filter(|item| self.oracle.is_there(item))
    }

    /// The stored item with the same key, if it is not somebody else's.
    fn reached(&self, item: &Item) -> Option<&Item> {
        let stored = self.oracle.stored_as(item).map(|entry| &entry.item);
        stored.filter(|item| self.is_reached(item))
    }

    fn is_reached(&self, item: &Item) -> bool {
        let (Some(owner), Some(attribute)) = (self.owner, self.oracle.shape.owner) else {
            return true;
        };
        item.get(attribute).and_then(|of| of.as_s().ok()).is_some_and(|of| of == owner)
    }

    /// Whether a key of the item, or of one of its claims, is over DynamoDB's limits.
    fn is_too_long(&self, item: &Item) -> bool {
        self.oracle.shape.templates().any(|template| order::is_too_long(template, item))
    }

    /// Whether the primary key is over DynamoDB's limits.
    fn is_no_key(&self, item: &Item) -> bool {
        let shape = self.oracle.shape;
        [Some(shape.partition), shape.sort]
            .into_iter()
            .flatten()
            .any(|template| order::is_too_long(template, item))
    }
}

fn refused(refusal: Refusal) -> Prediction {
    Prediction::Refused(vec![refusal])
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
