//! Changing items: one update expression where all that it needs is known, and a read before it where not.

use aws_sdk_dynamodb::types::AttributeValue;

use super::alive::{Alive, TTL, expiry, expiry_in};
use super::follow::{After, is_computed, kept};
use super::guard::Guard;
use super::send::Sent;
use super::store::Store;
use super::write::{Kind, Subject, WRITE, Write, mark};
use super::{Expression, claim, not_found};
use crate::entity::Shape;
use crate::event::emission::EVENTS;
use crate::key::PrimaryKey;
use crate::path::RawPath;
use crate::transition::Step;
use crate::update::{Action, Clauses};
use crate::{Expected, Index, Item, Result, SoftDelete, Timestamp, Update, limit};

/// Attempts of a write that depends on what was read before it, and that others changed meanwhile.
pub(super) const ATTEMPTS: u32 = 8;

/// A change of one item, as it was asked for.
#[derive(Clone, Debug)]
pub(super) struct Change {
    key_values: Vec<(&'static str, AttributeValue)>,
    key: PrimaryKey,
    update: Update,
    guard: Guard,
    /// Whether the item counts as deleted afterwards, and leaves every index.
    hides: Option<SoftDelete>,
}

/// Writes that make a change.
pub(super) struct Resolved {
    pub(super) writes: Vec<Write>,
    /// The item as it then is, where only we can tell.
    pub(super) result: Option<Item>,
}

impl Store {
    pub(super) async fn update(
        &self,
        key_values: Vec<(&'static str, AttributeValue)>,
        update: Update,
        expected: Expected,
        step: Option<Step>,
    ) -> Result<Item> {
        self.apply(&self.change(key_values, update, expected, step)?).await
    }

    /// Makes a change, and returns the item as it then is.
    pub(super) async fn apply(&self, change: &Change) -> Result<Item> {
        let mark = mark();
        let mut met = None;
        for _ in 0..ATTEMPTS {
            let Resolved { writes, result } = self.resolve(change, &mark, met.take()).await?;
            match self.send(writes, &mark).await? {
                Sent::Done(attributes) => {
                    return attributes.or(result).ok_or_else(|| not_found(self.shape.name));
                }
                Sent::Refused(refused) => {
                    refused.explain()?;
                    // What failed is that an attribute changed since it was read.
                    met = refused.stored.filter(|_| refused.index == 0);
                }
            }
        }
        Err(self.contended())
    }

    /// A change that is within reach and within limits, with the times and the state that it sets.
    pub(super) fn change(
        &self,
        key_values: Vec<(&'static str, AttributeValue)>,
        mut update: Update,
        expected: Expected,
        step: Option<Step>,
    ) -> Result<Change> {
        let key = PrimaryKey::render(self.shape, key_values.as_slice())?;
        update.check(self.shape)?;
        self.stamp(&mut update, step);
        limit::check_update(&update)?;
        let mut guard = self.guard(expected);
        guard.step = step;
        guard.conditions = update.conditions().to_vec();
        Ok(Change { key_values, key, update, guard, hides: None })
    }

    /// The change that deletes an item so that it can be restored.
    pub(super) fn hiding(&self, key: PrimaryKey, guard: Guard, soft: SoftDelete) -> Change {
        let mut update = Update::default();
        update.set(soft.attribute, &Timestamp::now());
        self.stamp(&mut update, None);
        Change { key_values: Vec::new(), key, update, guard, hides: Some(soft) }
    }

    /// The writes that make an item, or make a change of the one that is there.
    pub(super) async fn either(
        &self,
        item: &Item,
        change: &Change,
        mark: &AttributeValue,
    ) -> Result<Vec<Write>> {
        let stored = self.read(change.key.clone(), true).await?;
        if stored.as_ref().is_some_and(|stored| Alive::of(self.shape).holds(stored)) {
            return Ok(self.resolve(change, mark, stored).await?.writes);
        }
        self.new_item(item.clone(), mark)
    }

    pub(super) fn guard(&self, expected: Expected) -> Guard {
        self.guard_of(self.shape, expected)
    }

    /// What an item of this entity must be: there, and within reach.
    pub(super) fn guard_of(&self, shape: &'static Shape, expected: Expected) -> Guard {
        Guard {
            ctx: self.ctx.clone(),
            shape,
            owner: self.owner_of(shape).map(|(name, owner)| (name, owner.to_owned())),
            expected,
            step: None,
            conditions: Vec::new(),
            deleted: false,
        }
    }

    /// The writes that make a change. `met` is the item as a refused attempt has met it, if one has.
    pub(super) async fn resolve(
        &self,
        change: &Change,
        mark: &AttributeValue,
        met: Option<Item>,
    ) -> Result<Resolved> {
        let Change { key_values, key, update, guard, hides } = change;
        let claims = update.iter().any(|(path, _)| claim::depends_on(self.shape, path.attribute));
        let after = After { shape: self.shape, key_values, update, kept: &[] };
        let unknown = after.unknown();
        let outgrows = self.may_outgrow(update, guard.step);
        if hides.is_some() || (unknown.is_empty() && !claims && !outgrows) {
            let write = describe(change, &after, mark, self.note_of(guard.step)?)?;
            return Ok(Resolved { writes: vec![write], result: None });
        }
        let stored = match met {
            Some(item) => Some(item),
            None => self.read(key.clone(), true).await?,
        };
        guard.check(stored.as_ref())?;
        let stored = stored.unwrap_or_default();
        if claims {
            let mut item = stored.clone();
            update.make(&mut item)?;
            return self.replace(guard, &stored, item, mark);
        }
        if outgrows {
            let mut item = stored.clone();
            update.make(&mut item)?;
            self.check_events(&item, guard.step)?;
        }
        let kept = kept(self.shape, &unknown, &stored, update)?;
        let after = After { kept: &kept, ..after };
        let mut write = describe(change, &after, mark, self.note_of(guard.step)?)?;
        for attribute in unknown {
            let name = write.expression.name(attribute);
            write.condition.push_str(&match stored.get(attribute) {
                Some(value) => format!(" AND {name} = {}", write.expression.value(value.clone())),
                None => format!(" AND attribute_not_exists({name})"),
            });
        }
        Ok(Resolved { writes: vec![write], result: None })
    }

    /// Adds the step's new state and the times that the write sets.
    fn stamp(&self, update: &mut Update, step: Option<Step>) {
        let now = Timestamp::now();
        if let Some(step) = step {
            update.change(step.attribute, Some(AttributeValue::S(step.to.to_owned())));
            for attribute in step.stamping {
                update.set(attribute, &now);
            }
        }
        for attribute in self.shape.set_on_write {
            update.set(attribute, &now);
        }
    }
}

/// The change as one update expression.
fn describe(
    change: &Change,
    after: &After<'_>,
    mark: &AttributeValue,
    note: Option<AttributeValue>,
) -> Result<Write> {
    let Change { key, update, guard, hides, .. } = change;
    let mut expression = Expression::default();
    let mut condition = guard.condition(&mut expression);
    // Sent again after its answer was lost, an update without a version must not happen twice.
    let name = expression.name(WRITE);
    let value = expression.value(mark.clone());
    condition.push_str(&format!(" AND {name} <> {value}"));

    let mut clauses = Clauses::default();
    clauses.push(&RawPath::attribute(WRITE), &Action::Set(mark.clone()), &mut expression);
    if let Some(note) = note {
        clauses.push(&RawPath::attribute(EVENTS), &Action::Set(note), &mut expression);
    }
    for (path, action) in update.iter() {
        if !is_computed(path, action) {
            clauses.push(path, action, &mut expression);
            continue;
        }
        // Made at hand already, in the attribute as it will be.
        let kept = after.kept.iter().find(|(name, _)| *name == path.attribute);
        let item: Item = kept
            .and_then(|(name, value)| Some(((*name).to_owned(), value.clone()?)))
            .into_iter()
            .collect();
        let action = path.lookup(&item).cloned().map_or(Action::Remove, Action::Set);
        clauses.push(path, &action, &mut expression);
    }
    for (attribute, value) in derived(guard.shape, *hides, after)? {
        let action = value.map_or(Action::Remove, Action::Set);
        clauses.push(&RawPath::attribute(attribute), &action, &mut expression);
    }
    if let Some(version) = guard.shape.version {
        // Adding counts an item that an older release wrote without a version as zero.
        let one = Action::Add(AttributeValue::N("1".to_owned()));
        clauses.push(&RawPath::attribute(version), &one, &mut expression);
    }
    Ok(Write {
        kind: Kind::Update(key.clone(), clauses.finish()),
        condition,
        expression,
        subject: Subject::Stored(Box::new(guard.clone())),
    })
}

/// The attributes that follow from what changes: keys of indexes, and when the item expires.
fn derived(
    shape: &Shape,
    hides: Option<SoftDelete>,
    after: &After<'_>,
) -> Result<Vec<(&'static str, Option<AttributeValue>)>> {
    if let Some(soft) = hides {
        let keys = shape.indexes.iter().flat_map(Index::keys);
        let mut derived: Vec<_> = keys.map(|key| (key.attribute, None)).collect();
        derived.extend(soft.retain_seconds.map(|retained| (TTL, Some(expiry_in(retained)))));
        return Ok(derived);
    }
    let mut derived = after.index_keys()?;
    if let Some(moment) = shape.ttl.and_then(|attribute| after.update.get(attribute)) {
        derived.push((TTL, moment.and_then(expiry)));
    }
    Ok(derived)
}
