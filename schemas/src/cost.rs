//! What operations cost in DynamoDB's units, on demand.
//!
//! Costs are computed for items of the size that an entity states. Where a call may touch more or
//! less, such as an update whose inputs may all be left out, the more is counted.

use std::fmt;

use crate::model::{Access, Collection, Entity, IndexProjection, Model, Operation, OperationKind};
use write::Change;

mod write;

/// Items of a page, where a caller asks for no other number.
pub const PAGE: u32 = 20;

/// DynamoDB: a read unit reads 4 KB strongly consistent, or twice as much eventually consistent.
const READ_KB: u32 = 4;

/// The size, in KB, of the item that counts a caller's calls of an operation; it is hardly more than its key.
const RATE_KB: u32 = 1;

/// What something costs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost {
    /// Read units; an eventually consistent read takes halves.
    pub read_units: f64,
    /// Write units.
    pub write_units: f64,
    /// Requests to DynamoDB.
    pub requests: u32,
    /// What the units go to, a line each, and then what else is to be known of them.
    pub notes: Vec<String>,
    pub(crate) reads: Vec<Part>,
    pub(crate) writes: Vec<Part>,
}

/// A part of a cost.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    units: f64,
    what: String,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {}", self.units, self.what)
    }
}

impl Cost {
    fn read(&mut self, units: f64, what: impl Into<String>) {
        self.read_units += units;
        self.reads.push(Part { units, what: what.into() });
    }

    fn write(&mut self, units: u32, what: impl Into<String>) {
        let units = f64::from(units);
        self.write_units += units;
        self.writes.push(Part { units, what: what.into() });
    }

    /// Tells of the parts before what else was noted.
    fn told(mut self) -> Self {
        let parts = [("read", &self.reads), ("write", &self.writes)];
        let told = parts.into_iter().flat_map(|(word, parts)| {
            parts.iter().map(move |Part { units, what }| {
                let plural = if *units > 1.0 { "s" } else { "" };
                format!("{units} {word} unit{plural} for {what}")
            })
        });
        self.notes = told.chain(self.notes.iter().cloned()).collect();
        self
    }
}

/// What a call of an operation costs that succeeds at once.
#[must_use]
pub fn of(model: &Model, entity: &Entity, operation: &Operation) -> Cost {
    let mut cost = Cost { requests: 1, ..Cost::default() };
    match operation.kind {
        OperationKind::Get => get(&mut cost, model, entity, operation),
        OperationKind::List => list(&mut cost, model, entity, operation),
        OperationKind::Create => write::create(&mut cost, model, entity, operation),
        OperationKind::Update => {
            let inputs = operation.input.iter().map(|input| input.as_str()).collect();
            write::change(
                &mut cost,
                model,
                entity,
                Change { perhaps: inputs, ..Change::default() },
            );
        }
        OperationKind::Transition => {
            let name = operation.transition.as_ref().map_or("", |name| name.as_str());
            let stamp = entity.transition(name).and_then(|step| step.stamps.as_ref());
            let state = entity.status.as_ref().map(|status| &status.field);
            let always = state.into_iter().chain(stamp).map(|field| field.as_str()).collect();
            write::change(&mut cost, model, entity, Change { always, ..Change::default() });
        }
        OperationKind::Delete | OperationKind::Restore => match &entity.soft_delete {
            Some(deleted) => {
                let always = vec![deleted.field.as_str()];
                let restores = operation.kind == OperationKind::Restore;
                let change = Change { perhaps: Vec::new(), always, restores };
                write::change(&mut cost, model, entity, change);
            }
            None => write::delete(&mut cost, model, entity, operation),
        },
    }
    if operation.rate.is_some() {
        cost.requests += 1;
        cost.write(RATE_KB, "the count of the caller's calls");
    }
    cost.told()
}

/// What a page of an access pattern costs: [`PAGE`] items, read eventually consistent.
#[must_use]
pub fn pattern(model: &Model, entity: &Entity, access: &Access) -> Cost {
    let mut cost = Cost { requests: 1, ..Cost::default() };
    page(&mut cost, model, entity, access);
    cost.told()
}

/// What a collection costs: the item itself, [`PAGE`] items of each entity of which all are read,
/// and one of the entity of which the first is, read eventually consistent.
#[must_use]
pub fn collection(model: &Model, entity: &Entity, collection: &Collection) -> Cost {
    let mut cost = Cost { requests: 1, ..Cost::default() };
    let size = |name: &crate::Name| model.entity(name.as_str()).map_or(1, |member| member.item_kb);
    let many = collection.many.iter().map(|name| PAGE * size(name));
    let first = collection.first.iter().map(size);
    let kb = entity.item_kb + many.chain(first).sum::<u32>();
    let what = match collection.many.is_empty() {
        true => "the items".to_owned(),
        false => format!("the items, of each kind {PAGE}"),
    };
    cost.read(eventually(kb), what);
    cost.told()
}

fn get(cost: &mut Cost, model: &Model, entity: &Entity, operation: &Operation) {
    match operation.access.as_ref().and_then(|name| entity.access(name.as_str())) {
        Some(access) => {
            let what = format!("the first item of `{}`", access.name);
            cost.read(eventually(entry_kb(model, entity, access)), what);
        }
        None => cost.read(eventually(entity.item_kb), "the item"),
    }
}

fn list(cost: &mut Cost, model: &Model, entity: &Entity, operation: &Operation) {
    let parent = entity
        .parent
        .as_ref()
        .filter(|parent| operation.path_fields().any(|field| field == parent.field.as_str()));
    if let Some(parent) = parent.and_then(|parent| model.entity(parent.entity.as_str())) {
        read_parent(cost, parent);
    }
    if let Some(access) = operation.access.as_ref().and_then(|name| entity.access(name.as_str())) {
        page(cost, model, entity, access);
    }
    if !operation.filter.is_empty() {
        cost.notes.push("an item that a filter passes over costs its read".to_owned());
    }
}

fn page(cost: &mut Cost, model: &Model, entity: &Entity, access: &Access) {
    // Whether one more comes tells whether there is a next page.
    let kb = (PAGE + 1) * entry_kb(model, entity, access);
    cost.read(eventually(kb), format!("a page of {PAGE} items, and the one after it"));
}

fn read_parent(cost: &mut Cost, parent: &Entity) {
    cost.requests += 1;
    cost.read(eventually(parent.item_kb), format!("the `{}` it belongs to", parent.name));
}

/// The units of a strongly consistent read.
fn strongly(kb: u32) -> f64 {
    f64::from(kb.div_ceil(READ_KB))
}

/// The units of an eventually consistent read.
fn eventually(kb: u32) -> f64 {
    strongly(kb) / 2.0
}

/// What an index holds.
fn held<'m>(model: &'m Model, access: &Access) -> &'m IndexProjection {
    let index = model.indexes().iter().find(|index| Some(&index.name) == access.index.as_ref());
    index.map_or(&IndexProjection::All, |index| &index.projection)
}

/// The size of what a pattern reads of an item, in whole KB: of a part, what it is by the number of
/// its fields, since nothing says how large each of them is.
fn entry_kb(model: &Model, entity: &Entity, access: &Access) -> u32 {
    match held(model, access) {
        IndexProjection::All => entity.item_kb,
        IndexProjection::Keys => 1,
        IndexProjection::Include(attributes) => {
            let holds = |name: String| attributes.binary_search(&name).is_ok();
            let fields = entity.fields.iter().filter(|field| holds(field.name.camel())).count();
            let part = entity.item_kb as usize * fields;
            part.div_ceil(entity.fields.len().max(1)).clamp(1, entity.item_kb as usize) as u32
        }
    }
}
