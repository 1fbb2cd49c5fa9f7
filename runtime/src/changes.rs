//! Changes: typed update expressions, built from paths.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::path::{Addable, Computable, Settable};
use crate::update::Action;
use crate::{Attribute, Condition, Entity, Patch, Path, Update};

/// What to change in an item of `E`, and what must be true of it for that.
///
/// ```text
/// let fields = Task::fields();
/// let changes = Changes::new()
///     .set(fields.result(), json!("done"))
///     .append(fields.plan(), [step])
///     .when(fields.error().not_exists());
/// tasks.update((&agent_id, &task_id), changes, Expected::Any).await?;
/// ```
///
/// Index keys that depend on what changes change with it; where that cannot be known before the write, the change
/// does not compile. Attributes that the entity does not know stay as they are.
#[must_use = "changes do nothing until an update is given them"]
pub struct Changes<E> {
    update: Update,
    entity: PhantomData<fn() -> E>,
}

/// A number, to which one can add.
#[diagnostic::on_unimplemented(
    message = "nothing can be added to a `{Self}`",
    label = "not a number",
    note = "lists are appended to with `append`, sets with `union`"
)]
pub trait Number: Attribute {
    /// The number itself, where it may be absent.
    type Value: Attribute;
}

macro_rules! number {
    ($($type:ty)*) => { $( impl Number for $type { type Value = $type; } )* };
}

number!(f64 i8 i16 i32 i64 u8 u16 u32 u64);

impl<T: Number> Number for Option<T> {
    type Value = T::Value;
}

/// A list, at whose ends one can put elements.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not a list",
    label = "not a list",
    note = "elements of a set are added with `union`"
)]
pub trait List {
    /// What it holds.
    type Element: Attribute;
}

impl<T: Attribute> List for Vec<T> {
    type Element = T;
}

impl<T: List> List for Option<T> {
    type Element = T::Element;
}

/// A set, to which elements can be added and from which they can be taken.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not a set",
    label = "not a set",
    note = "elements of a list are added with `append`"
)]
pub trait Set {
    /// What it holds.
    type Element: Attribute + Ord;
}

impl<T: Attribute + Ord> Set for BTreeSet<T> {
    type Element = T;
}

impl<T: Set> Set for Option<T> {
    type Element = T::Element;
}

impl<E: Entity> Changes<E> {
    /// None yet.
    pub fn new() -> Self {
        Self { update: Update::default(), entity: PhantomData }
    }

    /// Sets the value; an absent one, such as `None`, is removed.
    pub fn set<T: Attribute, M: Settable>(self, path: Path<E, T, M>, value: impl Into<T>) -> Self {
        let action = value.into().to_attribute().map_or(Action::Remove, Action::Set);
        self.act(path, action)
    }

    /// Sets the value where there is none yet.
    pub fn set_if_absent<T: Attribute, M: Computable>(
        self,
        path: Path<E, T, M>,
        value: impl Into<T>,
    ) -> Self {
        match value.into().to_attribute() {
            Some(value) => self.act(path, Action::SetIfAbsent(value)),
            None => self,
        }
    }

    /// Removes a value that may be absent.
    pub fn remove<T, M: Settable>(self, path: Path<E, Option<T>, M>) -> Self {
        self.act(path, Action::Remove)
    }

    /// Adds to a number; an absent one counts as zero. Negative numbers subtract.
    pub fn add<T: Number, M: Addable>(
        self,
        path: Path<E, T, M>,
        number: impl Into<T::Value>,
    ) -> Self {
        match number.into().to_attribute() {
            Some(number) => self.act(path, Action::Add(number)),
            None => self,
        }
    }

    /// Adds to a number that counts as `start` where it is absent.
    pub fn add_to<T: Number, M: Computable>(
        self,
        path: Path<E, T, M>,
        start: impl Into<T::Value>,
        number: impl Into<T::Value>,
    ) -> Self {
        match (start.into().to_attribute(), number.into().to_attribute()) {
            (Some(start), Some(number)) => self.act(path, Action::AddTo { start, number }),
            _ => self,
        }
    }

    /// Subtracts from a number; an absent one counts as zero.
    pub fn subtract<T: Number, M: Addable>(
        self,
        path: Path<E, T, M>,
        number: impl Into<T::Value>,
    ) -> Self {
        match number.into().to_attribute() {
            Some(AttributeValue::N(digits)) => {
                let negated = match digits.strip_prefix('-') {
                    Some(positive) => positive.to_owned(),
                    None => format!("-{digits}"),
                };
                self.act(path, Action::Add(AttributeValue::N(negated)))
            }
            _ => self,
        }
    }

    /// Puts elements at the end of a list; an absent one counts as empty.
    pub fn append<T: List, M: Computable>(
        self,
        path: Path<E, T, M>,
        elements: impl IntoIterator<Item = T::Element>,
    ) -> Self {
        match list(elements) {
            Some(elements) => self.act(path, Action::Append(elements)),
            None => self,
        }
    }

    /// Puts elements at the beginning of a list; an absent one counts as empty.
    pub fn prepend<T: List, M: Computable>(
        self,
        path: Path<E, T, M>,
        elements: impl IntoIterator<Item = T::Element>,
    ) -> Self {
        match list(elements) {
            Some(elements) => self.act(path, Action::Prepend(elements)),
            None => self,
        }
    }

    /// Adds elements to a set, whether or not they are in it.
    pub fn union<T: Set, M: Computable>(
        self,
        path: Path<E, T, M>,
        elements: impl IntoIterator<Item = T::Element>,
    ) -> Self {
        match elements.into_iter().collect::<BTreeSet<_>>().to_attribute() {
            Some(elements) => self.act(path, Action::Add(elements)),
            None => self,
        }
    }

    /// Takes elements out of a set, whether or not they are in it.
    pub fn difference<T: Set, M: Computable>(
        self,
        path: Path<E, T, M>,
        elements: impl IntoIterator<Item = T::Element>,
    ) -> Self {
        match elements.into_iter().collect::<BTreeSet<_>>().to_attribute() {
            Some(elements) => self.act(path, Action::Take(elements)),
            None => self,
        }
    }

    /// Only if this is true of the item; otherwise the update is a conflict.
    pub fn when(mut self, condition: Condition<E>) -> Self {
        self.update.demand(condition.into_node());
        self
    }

    fn act<T, M>(mut self, path: Path<E, T, M>, action: Action) -> Self {
        self.update.act(path.into_raw(), action);
        self
    }
}

/// The elements as a list; nothing where there is none, since a list that nothing is put to stays as it is.
fn list<T: Attribute>(elements: impl IntoIterator<Item = T>) -> Option<AttributeValue> {
    let elements: Vec<T> = elements.into_iter().collect();
    elements.to_attribute().filter(|_| !elements.is_empty())
}

impl<E: Entity> Default for Changes<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Entity> Patch for Changes<E> {
    type Entity = E;

    fn apply(self, update: &mut Update) {
        update.merge(self.update);
    }
}

impl<E> Clone for Changes<E> {
    fn clone(&self) -> Self {
        Self { update: self.update.clone(), entity: PhantomData }
    }
}

impl<E> fmt::Debug for Changes<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.update.fmt(f)
    }
}
