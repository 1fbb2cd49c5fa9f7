//! Transitions: the steps of a state machine over one attribute.

use std::fmt;
use std::marker::PhantomData;

use crate::{Emitted, Entity};

/// A step of a state machine: from some states of an attribute to another one.
///
/// It fails as a conflict where the item is in none of the states it starts from.
pub struct Transition<E> {
    pub(crate) step: Step,
    entity: PhantomData<fn() -> E>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) attribute: &'static str,
    pub(crate) from: &'static [&'static str],
    pub(crate) to: &'static str,
    pub(crate) stamping: &'static [&'static str],
    pub(crate) emits: &'static [Emitted],
}

impl<E: Entity> Transition<E> {
    /// The step `name` of `attribute`: from one of `from`, or from any state where `from` is empty, to `to`.
    #[must_use]
    pub const fn new(
        name: &'static str,
        attribute: &'static str,
        from: &'static [&'static str],
        to: &'static str,
    ) -> Self {
        Self {
            step: Step { name, attribute, from, to, stamping: &[], emits: &[] },
            entity: PhantomData,
        }
    }

    /// Sets these attributes to the time of the step.
    #[must_use]
    pub const fn stamping(mut self, attributes: &'static [&'static str]) -> Self {
        self.step.stamping = attributes;
        self
    }

    /// Emits these events with the step, whoever takes it: see [`Repository::emitting`](crate::Repository::emitting).
    #[must_use]
    pub const fn emitting(mut self, events: &'static [Emitted]) -> Self {
        self.step.emits = events;
        self
    }

    /// The step's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.step.name
    }

    /// The attribute that holds the state.
    #[must_use]
    pub const fn attribute(&self) -> &'static str {
        self.step.attribute
    }

    /// The states it starts from; none: any.
    #[must_use]
    pub const fn from(&self) -> &'static [&'static str] {
        self.step.from
    }

    /// The state it leads to.
    #[must_use]
    pub const fn to(&self) -> &'static str {
        self.step.to
    }

    /// The attributes it sets to its time.
    #[must_use]
    pub const fn stamped(&self) -> &'static [&'static str] {
        self.step.stamping
    }
}

impl<E> Clone for Transition<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Transition<E> {}

impl<E> fmt::Debug for Transition<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Transition").field(&self.step).finish()
    }
}
