//! What a model test is told of an entity, besides what the entity says itself.

use std::ops::Deref;

use purlin::{Context, Entity, Order, Query, Repository, Transition};

/// One access pattern: `None` where an item has no value for its partition.
type Start<E, R> = Box<dyn Fn(&R, &E) -> Option<Query<E>>>;

/// How one entity's repository is used: how it is made, what is asked of it, which steps its state machine has.
///
/// ```text
/// let plan = Plan::new(TaskRepository::new)
///     .access("by_status", Order::Ascending, |tasks, task| Some(tasks.by_status(&task.status)))
///     .transition(Transition::new("start", "status", &["pending"], "running"));
/// purlin_local::model::check(&plan);
/// ```
pub struct Plan<E: Entity, R> {
    pub(super) open: Box<dyn Fn(&Context) -> R>,
    pub(super) accesses: Vec<Access<E, R>>,
    pub(super) transitions: Vec<Transition<E>>,
}

pub(super) struct Access<E: Entity, R> {
    pub(super) name: &'static str,
    pub(super) order: Order,
    pub(super) start: Start<E, R>,
}

impl<E: Entity, R: Deref<Target = Repository<E>>> Plan<E, R> {
    /// A plan for what `open` makes: a repository that reaches every item.
    #[must_use]
    pub fn new(open: impl Fn(&Context) -> R + 'static) -> Self {
        Self { open: Box::new(open), accesses: Vec::new(), transitions: Vec::new() }
    }

    /// Adds the access pattern `name`, which reads in this order unless asked otherwise.
    ///
    /// `start` queries the partition that an item lies in; `None` where the item lacks a part of its key.
    #[must_use]
    pub fn access<S: 'static>(
        mut self,
        name: &'static str,
        order: Order,
        start: impl Fn(&R, &E) -> Option<Query<E, S>> + 'static,
    ) -> Self {
        let start = move |all: &R, one: &E| start(all, one).map(Query::narrowed_no_further);
        self.accesses.push(Access { name, order, start: Box::new(start) });
        self
    }

    /// Adds a step of the state machine. The attribute that it changes is changed by steps alone.
    #[must_use]
    pub fn transition(mut self, transition: Transition<E>) -> Self {
        self.transitions.push(transition);
        self
    }
}
