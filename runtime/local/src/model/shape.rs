//! An entity as its model knows it: keys, attributes, states, access patterns.

use std::ops::Deref;

use purlin::{
    Entity, Index, IndexProjection, Order, Repository, SoftDelete, Template, Transition, Unique,
};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use super::plan::Plan;
use super::values;

/// What a model is made of. Values, so that a test of the model itself can say something wrong.
#[derive(Clone)]
pub(super) struct Shape<E> {
    pub(super) schema: Value,
    pub(super) partition: Template,
    pub(super) sort: Option<Template>,
    pub(super) indexes: Vec<Index>,
    pub(super) key_attributes: &'static [&'static str],
    pub(super) version: Option<&'static str>,
    pub(super) owner: Option<&'static str>,
    pub(super) ttl: Option<&'static str>,
    pub(super) soft_delete: Option<SoftDelete>,
    pub(super) unique: &'static [Unique],
    pub(super) set_on_write: &'static [&'static str],
    /// The attributes that an update may change.
    pub(super) changeable: Vec<&'static str>,
    pub(super) transitions: Vec<Transition<E>>,
    /// The access patterns, each with the order it reads in.
    pub(super) accesses: Vec<(&'static str, Order)>,
}

impl<E: Entity + JsonSchema> Shape<E> {
    pub(super) fn of<R: Deref<Target = Repository<E>>>(plan: &Plan<E, R>) -> Self {
        let schema = schema_for!(E).to_value();
        let fixed = |name: &str| {
            E::KEY_ATTRIBUTES.contains(&name)
                || E::SET_ON_WRITE.contains(&name)
                || [E::VERSION, E::OWNER].contains(&Some(name))
                || E::SOFT_DELETE.is_some_and(|soft| soft.attribute == name)
                || plan.transitions.iter().any(|step| step.attribute() == name)
        };
        let mut changeable = values::properties(&schema);
        changeable.retain(|name| !fixed(name));
        Self {
            schema,
            partition: E::PARTITION,
            sort: E::SORT,
            indexes: E::INDEXES.to_vec(),
            key_attributes: E::KEY_ATTRIBUTES,
            version: E::VERSION,
            // Without a way to act for a caller, nobody is bounded.
            owner: E::OWNER.filter(|_| plan.for_caller.is_some()),
            ttl: E::TTL,
            soft_delete: E::SOFT_DELETE,
            unique: E::UNIQUE,
            set_on_write: E::SET_ON_WRITE,
            // A few names for the rest of a test's process, which updates ask for.
            changeable: changeable.into_iter().map(|name| &*name.leak()).collect(),
            transitions: plan.transitions.clone(),
            accesses: plan.accesses.iter().map(|access| (access.name, access.order)).collect(),
        }
    }
}

impl<E> Shape<E> {
    /// The keys that an access pattern reads by: an index's, or else the table's.
    pub(super) fn keys(&self, access: usize) -> (Template, Option<Template>) {
        let (name, _) = self.accesses[access];
        match self.indexes.iter().find(|index| index.pattern == name) {
            Some(index) => (index.partition, Some(index.sort)),
            None => (self.partition, self.sort),
        }
    }

    /// Whether the rows that an access pattern reads can be filtered by the attribute: an index may lack it.
    pub(super) fn can_filter(&self, access: usize, attribute: &str) -> bool {
        let (name, _) = self.accesses[access];
        let index = self.indexes.iter().find(|index| index.pattern == name);
        index.is_none_or(|index| match index.projection {
            IndexProjection::All => true,
            IndexProjection::Keys => false,
            IndexProjection::Include(attributes) => attributes.contains(&attribute),
        })
    }

    /// Every template that an item's keys, and those of its claims, are made by.
    pub(super) fn templates(&self) -> impl Iterator<Item = Template> {
        let indexes = self.indexes.iter().flat_map(|index| [index.partition, index.sort]);
        let claims = self.unique.iter().map(|unique| unique.fields);
        [self.partition].into_iter().chain(self.sort).chain(indexes).chain(claims)
    }
}
