//! Writes: the item, its entries in indexes, its locks, and what must be true of others.

use super::{Cost, entry_kb, held, read_parent, strongly};
use crate::model::{Access, Entity, Event, IndexProjection, Model, Operation, Unique};

/// DynamoDB: what a transaction writes costs twice.
const TRANSACTION: u32 = 2;

/// DynamoDB: an entry whose key changes is deleted and put anew.
const MOVE: u32 = 2;

/// The size, in KB, of the item that holds a unique's values; it is hardly more than its key.
const LOCK_KB: u32 = 1;

/// The size, in KB, of what is kept beside an answer: its key, its headers, and what it answered.
const ANSWER_KB: u32 = 1;

/// The size, in KB, of the item that keeps an event until it is published: its envelope, beside which it
/// carries what the item is about.
const OUTBOX_KB: u32 = 1;

/// The fields that a write sets: some always, others perhaps.
#[derive(Default)]
pub(super) struct Change<'m> {
    pub(super) always: Vec<&'m str>,
    pub(super) perhaps: Vec<&'m str>,
    /// Whether it brings a deleted item back, whose keys only the stored item knows.
    pub(super) restores: bool,
}

pub(super) fn create(cost: &mut Cost, model: &Model, entity: &Entity, operation: &Operation) {
    let parent = entity.parent.as_ref().and_then(|parent| model.entity(parent.entity.as_str()));
    let mut asks_parent = false;
    if let Some(parent) = parent {
        // What belongs to something belongs to whoever that belongs to, where the path does not say.
        let asked = entity
            .owner
            .as_ref()
            .filter(|_| parent.owner.is_some())
            .filter(|owner| !operation.path_fields().any(|field| field == owner.as_str()));
        asks_parent = asked.is_some();
        if asks_parent {
            read_parent(cost, parent);
        }
        cost.write(
            TRANSACTION * parent.item_kb,
            format!("the check that the `{}` exists", parent.name),
        );
    }
    let transaction = parent.is_some() || !entity.uniques.is_empty();
    item(cost, entity, transaction);
    for unique in &entity.uniques {
        lock(cost, 1, unique);
    }
    for access in indexed(entity).filter(|access| appears(entity, operation, access)) {
        entry(cost, entry_kb(model, entity, access), access);
    }
    // What tells a secret is not kept.
    if entity.api_key.is_none() {
        repeatable(cost, entity, transaction, asks_parent);
    }
}

/// What a call costs besides that may be repeated: no budget counts it, since the caller decides.
fn repeatable(cost: &mut Cost, entity: &Entity, transaction: bool, looks_first: bool) {
    // The answer is about as large as the item.
    let kept = TRANSACTION * (entity.item_kb + ANSWER_KB);
    let item = if transaction { 0 } else { (TRANSACTION - 1) * entity.item_kb };
    let read = if looks_first { " and 1 read unit" } else { "" };
    cost.notes.push(format!(
        "with an `Idempotency-Key` {} write units{read} more, for keeping the answer",
        kept + item
    ));
}

/// Whether a new item has what the pattern's keys are built of.
fn appears(entity: &Entity, operation: &Operation, access: &Access) -> bool {
    let set = entity.ttl.as_ref().filter(|ttl| ttl.after.is_some()).map(|ttl| ttl.field.as_str());
    keys(access).all(|name| {
        let given = operation.input.iter().any(|input| input.as_str() == name);
        given || set == Some(name) || entity.field(name).is_none_or(|field| !field.optional)
    })
}

pub(super) fn delete(cost: &mut Cost, model: &Model, entity: &Entity, operation: &Operation) {
    let emits = operation.emits.as_ref().and_then(|name| model.event(name.as_str()));
    match (entity.uniques.is_empty(), emits) {
        (false, _) => read_first(cost, entity, "the values to release"),
        (true, Some(_)) => read_first(cost, entity, "what the event tells"),
        (true, None) => {}
    }
    item(cost, entity, !entity.uniques.is_empty() || emits.is_some());
    for unique in &entity.uniques {
        lock(cost, 1, unique);
    }
    // No item is left that the event could ride on.
    if let Some(event) = emits {
        let what = format!("the outbox of `{}`", event.name);
        cost.write(TRANSACTION * outbox_kb(entity, event), what);
    }
    for access in indexed(entity) {
        entry(cost, entry_kb(model, entity, access), access);
    }
}

/// The size of an outbox: its envelope, and of what the item holds as much as the event carries, by the number
/// of its fields, since nothing says how large each of them is.
fn outbox_kb(entity: &Entity, event: &Event) -> u32 {
    let told = event.carried.len() + event.sourced.len();
    let part = (entity.item_kb as usize * told).div_ceil(entity.fields.len().max(1));
    // The envelope of an event has some hundreds of bytes, which the smallest item has room for.
    (part.min(entity.item_kb as usize) as u32).max(OUTBOX_KB)
}

/// Every change that leaves the item where it is.
pub(super) fn change<'m>(
    cost: &mut Cost,
    model: &Model,
    entity: &'m Entity,
    mut change: Change<'m>,
) {
    change.always.extend(entity.set_on_write().map(|field| field.name.as_str()));
    change.always.extend(entity.version.iter().map(|version| version.as_str()));
    let change = &change;
    // A lock expires with its item, so it is written where the expiry is.
    let written: Vec<(u32, &Unique)> = entity
        .uniques
        .iter()
        .filter_map(|unique| match unique.fields.iter().any(|field| change.sets(field.as_str())) {
            // The old value's lock goes, the new one's comes.
            true => Some((2, unique)),
            false => change.expires(entity).then_some((1, unique)),
        })
        .collect();
    let moved = entity.soft_delete.as_ref().is_some_and(|soft| change.sets(soft.field.as_str()));
    let unknown = !moved && indexed(entity).any(|access| change.lacks(entity, access));
    if change.restores {
        read_first(cost, entity, "the keys to write anew");
    } else if !written.is_empty() {
        read_first(cost, entity, "the values held so far");
    } else if unknown {
        read_first(cost, entity, "the rest of an index key");
    }
    item(cost, entity, !written.is_empty());
    for (count, unique) in written {
        lock(cost, count, unique);
    }
    for access in indexed(entity) {
        let times = change.entries(model, entity, access);
        if times > 0 {
            entry(cost, times * entry_kb(model, entity, access), access);
        }
    }
}

impl Change<'_> {
    fn sets(&self, field: &str) -> bool {
        self.always.contains(&field) || self.perhaps.contains(&field)
    }

    /// Whether it changes when the item expires.
    fn expires(&self, entity: &Entity) -> bool {
        let retains = entity.soft_delete.as_ref().filter(|deleted| deleted.retain.is_some());
        let fields = entity.ttl.iter().map(|ttl| &ttl.field);
        fields.chain(retains.map(|deleted| &deleted.field)).any(|field| self.sets(field.as_str()))
    }

    /// Whether a key of the pattern changes of which a part is neither known nor given.
    fn lacks(&self, entity: &Entity, access: &Access) -> bool {
        let primary = entity.key_fields();
        let known = |field: &str| primary.iter().any(|key| key.name.as_str() == field);
        [&access.partition, &access.sort].into_iter().any(|template| {
            let needed: Vec<&str> = template.fields().filter(|field| !known(field)).collect();
            // Any one of the inputs may come alone.
            let alone = |set: &str| {
                needed.iter().any(|field| *field != set && !self.always.contains(field))
            };
            needed.iter().any(|field| self.sets(field) && alone(field))
        })
    }

    /// How often it writes the item's entry in the pattern's index.
    fn entries(&self, model: &Model, entity: &Entity, access: &Access) -> u32 {
        // With its deletion an item leaves every index, and comes back with its restoration; one whose key tells the
        // deletion it is therefore never in.
        let deleted = entity.soft_delete.as_ref().map(|deleted| deleted.field.as_str());
        if deleted.is_some_and(|deleted| keys(access).any(|key| key == deleted)) {
            return 0;
        }
        if deleted.is_some_and(|deleted| self.sets(deleted)) {
            return 1;
        }
        if keys(access).any(|key| self.sets(key)) {
            return MOVE;
        }
        let touches = match held(model, access) {
            // Every write leaves its mark in the item.
            IndexProjection::All => true,
            IndexProjection::Keys => false,
            IndexProjection::Include(attributes) => {
                let holds = |name: &str| attributes.iter().any(|attribute| attribute == name);
                (holds("_ttl") && self.expires(entity))
                    || entity
                        .fields
                        .iter()
                        .any(|field| self.sets(field.name.as_str()) && holds(&field.name.camel()))
            }
        };
        u32::from(touches)
    }
}

/// The fields that a pattern's keys are built of.
fn keys(access: &Access) -> impl Iterator<Item = &str> {
    access.partition.fields().chain(access.sort.fields())
}

fn indexed(entity: &Entity) -> impl Iterator<Item = &Access> {
    entity.accesses.iter().filter(|access| access.index.is_some())
}

fn read_first(cost: &mut Cost, entity: &Entity, why: &str) {
    cost.requests += 1;
    cost.read(strongly(entity.item_kb), format!("{why}, read first"));
}

fn item(cost: &mut Cost, entity: &Entity, transaction: bool) {
    match transaction {
        true => cost.write(TRANSACTION * entity.item_kb, "the item, in a transaction"),
        false => cost.write(entity.item_kb, "the item"),
    }
}

fn lock(cost: &mut Cost, count: u32, unique: &Unique) {
    let locks = if count == 1 { "the lock" } else { "the locks" };
    cost.write(TRANSACTION * count * LOCK_KB, format!("{locks} of the unique `{}`", unique.name));
}

/// DynamoDB charges an index's writes once, in a transaction, too.
fn entry(cost: &mut Cost, units: u32, access: &Access) {
    let index = access.index.as_deref().unwrap_or_default();
    cost.write(units, format!("`{index}` (`{}`)", access.name));
}
