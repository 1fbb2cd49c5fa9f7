//! What a model test is told of an entity, besides what the entity says itself.

use std::fmt::Debug;
use std::ops::Deref;
use std::pin::Pin;

use purlin::{
    App, Context, Entity, Error, Expected, Grants, Order, PermissionType, Permissions, Permit,
    Projected, Projection, Query, Repository, Restorable, Transition,
};

use super::access::Access;

/// Makes the repository of a caller who reaches what it owns alone.
type ForCaller<R> = Box<dyn Fn(&Permit<Reach>) -> R>;

type Changing<'a, E> = Pin<Box<dyn Future<Output = Result<E, Error>> + 'a>>;

/// One way to change an item that was deleted.
pub(super) type Revive<E> = for<'a> fn(&'a Repository<E>, &'a E, Expected) -> Changing<'a, E>;

/// What can be done with items that were deleted.
pub(super) struct Revival<E> {
    pub(super) restore: Revive<E>,
    pub(super) purge: Revive<E>,
}

/// The one permission there is in a model test.
#[derive(Clone, Copy, Debug)]
pub struct Reach;

impl Permissions for Reach {
    const ALL: &'static [Self] = &[Self];
    const ROLES: &'static [&'static str] = &[];

    fn name(self) -> &'static str {
        "model:reach"
    }

    fn index(self) -> u32 {
        0
    }

    fn grants(_: &str) -> Option<Grants> {
        None
    }
}

impl PermissionType for Reach {
    type Catalogue = Self;
    const PERMISSION: Self = Self;
}

/// How one entity's repository is used: how it is made, what is asked of it, which steps its state machine has.
///
/// ```text
/// Plan::new(TaskRepository::new)
///     .bounded(TaskRepository::for_caller)
///     .access("by_status", Order::Ascending, |(tasks, task)| Some(tasks.by_status(&task.status)))
///     .transition(Task::START)
///     .check();
/// ```
pub struct Plan<E: Entity, R> {
    pub(super) open: Box<dyn Fn(&Context) -> R>,
    pub(super) for_caller: Option<ForCaller<R>>,
    pub(super) app: Option<fn() -> App>,
    pub(super) accesses: Vec<Access<E, R>>,
    pub(super) transitions: Vec<Transition<E>>,
    pub(super) revival: Option<Revival<E>>,
}

impl<E: Entity, R: Deref<Target = Repository<E>>> Plan<E, R> {
    /// A plan for what `open` makes: a repository that reaches every item.
    #[must_use]
    pub fn new(open: impl Fn(&Context) -> R + 'static) -> Self {
        Self {
            open: Box::new(open),
            for_caller: None,
            app: None,
            accesses: Vec::new(),
            transitions: Vec::new(),
            revival: None,
        }
    }

    /// Takes the table's indexes from this application. Without one they are the entity's own, each of whole items.
    #[must_use]
    pub fn within(mut self, app: fn() -> App) -> Self {
        self.app = Some(app);
        self
    }

    /// Has some calls made by callers who reach what they own alone, through what `open` makes for each.
    #[must_use]
    pub fn bounded(mut self, open: impl Fn(&Permit<Reach>) -> R + 'static) -> Self {
        self.for_caller = Some(Box::new(open));
        self
    }

    /// Adds the access pattern `name`, which reads in this order unless asked otherwise.
    ///
    /// `start` queries the partition that an item lies in; `None` where the item lacks a part of its key.
    #[must_use]
    pub fn access<S: Send + 'static>(
        mut self,
        name: &'static str,
        order: Order,
        start: impl Fn((&R, &E)) -> Option<Query<E, S>> + 'static,
    ) -> Self {
        self.accesses.push(Access::whole(name, order, start));
        self
    }

    /// Adds an access pattern whose rows are what its index holds; otherwise as [`access`](Self::access).
    #[must_use]
    pub fn projected<S, P>(
        mut self,
        name: &'static str,
        order: Order,
        start: impl Fn((&R, &E)) -> Option<Query<E, S, Projected<P>>> + 'static,
    ) -> Self
    where
        S: Send + 'static,
        P: Projection<Entity = E> + PartialEq + Debug + 'static,
    {
        self.accesses.push(Access::part(name, order, start));
        self
    }

    /// Adds a step of the state machine. The attribute that it changes is changed by steps alone.
    #[must_use]
    pub fn transition(mut self, transition: Transition<E>) -> Self {
        self.transitions.push(transition);
        self
    }

    /// Has what was deleted restored and removed for good.
    #[must_use]
    pub fn restorable(mut self) -> Self
    where
        E: Restorable,
    {
        self.revival = Some(Revival {
            restore: |all, of, expected| Box::pin(all.restore(of.key(), expected)),
            purge: |all, of, expected| Box::pin(all.purge(of.key(), expected)),
        });
        self
    }
}
