//! Paths: typed names of what stands where in an item, from which conditions and updates are built.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// The way to a value of type `T` in the items of `E`: an attribute, or something within one.
///
/// `derive(Entity)` writes a function that returns one for each field, `Agent::fields().name()`, and
/// [`fields`](Self::fields) leads on into an object. `M` tells what an update may do there: [`Free`],
/// [`Indexed`], [`Counter`] or [`Fixed`].
pub struct Path<E, T, M = Free> {
    raw: RawPath,
    kind: PhantomData<Of<E, T, M>>,
}

/// A path owns none of its types.
type Of<E, T, M> = fn() -> (E, T, M);

/// Of a path: an update may do anything there.
pub enum Free {}

/// Of a path: an index key or a unique value is built of the value, which the writer must therefore know. It may be
/// set and removed, and not added to.
pub enum Indexed {}

/// Of a path: a number that is only added to, so that no addition is lost.
pub enum Counter {}

/// Of a path: updates leave it alone. It identifies the item, or the repository sets it itself.
pub enum Fixed {}

/// A path at which an update may set a value.
#[diagnostic::on_unimplemented(
    message = "no update sets this field",
    label = "nothing can be set here",
    note = "a primary key and an owner never change; versions, times and states are set by the writes themselves",
    note = "a counter is changed with `add` alone"
)]
pub trait Settable {}

impl Settable for Free {}
impl Settable for Indexed {}

/// A path at which an update may let DynamoDB compute the value.
#[diagnostic::on_unimplemented(
    message = "no update computes this field's value in the table",
    label = "set it to a value that is known instead",
    note = "an index key or a unique value is built of it, or the repository sets it itself"
)]
pub trait Computable: Settable {}

impl Computable for Free {}

/// A path at which an update may let DynamoDB add to a number.
#[diagnostic::on_unimplemented(
    message = "no update adds to this field in the table",
    label = "set it to a value that is known instead",
    note = "an index key or a unique value is built of it, or the repository sets it itself"
)]
pub trait Addable {}

impl Addable for Free {}
impl Addable for Counter {}

/// A path without its types: the attribute, and the steps below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawPath {
    pub(crate) attribute: &'static str,
    pub(crate) steps: Vec<Step>,
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Name(Cow<'static, str>),
    Index(usize),
}

/// An object whose fields are known, as `derive(Attribute)` makes it.
#[diagnostic::on_unimplemented(
    message = "the fields of `{Self}` are not known",
    label = "not an object with fields",
    note = "derive `purlin::Attribute` on the object"
)]
pub trait Object {
    /// The paths to the object's fields.
    type Fields<E, M>;

    /// The paths to the fields of the object at `path`.
    fn fields<E, M>(path: RawPath) -> Self::Fields<E, M>;
}

impl<T: Object> Object for Option<T> {
    type Fields<E, M> = T::Fields<E, M>;

    fn fields<E, M>(path: RawPath) -> Self::Fields<E, M> {
        T::fields(path)
    }
}

impl<T: Object> Object for Box<T> {
    type Fields<E, M> = T::Fields<E, M>;

    fn fields<E, M>(path: RawPath) -> Self::Fields<E, M> {
        T::fields(path)
    }
}

impl RawPath {
    /// The path to an attribute of an item.
    #[must_use]
    pub const fn attribute(attribute: &'static str) -> Self {
        Self { attribute, steps: Vec::new() }
    }

    /// The path to what the object here calls `name`.
    #[must_use]
    pub fn name(&self, name: &'static str) -> Self {
        self.step(Step::Name(Cow::Borrowed(name)))
    }

    /// Whether one of the two leads to the other, or to within it.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.attribute == other.attribute
            && self.steps.iter().zip(&other.steps).all(|(mine, theirs)| mine == theirs)
    }

    fn step(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.steps.len() + 1);
        steps.extend_from_slice(&self.steps);
        steps.push(step);
        Self { attribute: self.attribute, steps }
    }
}

impl fmt::Display for RawPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.attribute)?;
        self.steps.iter().try_for_each(|step| match step {
            Step::Name(name) => write!(f, ".{name}"),
            Step::Index(index) => write!(f, "[{index}]"),
        })
    }
}

impl<E, T, M> Path<E, T, M> {
    /// The typed form of a path; for derives, which know the type.
    #[doc(hidden)]
    #[must_use]
    pub const fn typed(raw: RawPath) -> Self {
        Self { raw, kind: PhantomData }
    }

    /// The path to an attribute; for derives, which know the type.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub const fn at(attribute: &'static str) -> Self {
        Self::typed(RawPath::attribute(attribute))
    }

    /// The path to what the object here calls `name`; for derives, which know the type.
    #[doc(hidden)]
    #[must_use]
    pub fn within<F>(&self, name: &'static str) -> Path<E, F, M> {
        Path::typed(self.raw.name(name))
    }

    pub(crate) fn into_raw(self) -> RawPath {
        self.raw
    }

    /// The paths to the fields of the object here.
    pub fn fields(self) -> T::Fields<E, M>
    where
        T: Object,
    {
        T::fields(self.raw)
    }
}

impl<E, T, M> Path<E, Vec<T>, M> {
    /// The element at `index`, counted from zero, if the list has so many.
    ///
    /// Setting an element beyond the end appends it, as DynamoDB does; removing one moves those after it up.
    #[must_use]
    pub fn index(self, index: usize) -> Path<E, Option<T>, M> {
        Path::typed(self.raw.step(Step::Index(index)))
    }
}

impl<E, T, M> Path<E, BTreeMap<String, T>, M> {
    /// The value under `key`, if there is one.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Path<E, Option<T>, M> {
        Path::typed(self.raw.step(Step::Name(Cow::Owned(key.into()))))
    }
}

impl<E, M> Path<E, serde_json::Value, M> {
    /// What the JSON object here holds under `key`, if it does.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Path<E, Option<serde_json::Value>, M> {
        Path::typed(self.raw.step(Step::Name(Cow::Owned(key.into()))))
    }

    /// The element of the JSON array here at `index`, counted from zero, if it has so many.
    #[must_use]
    pub fn index(self, index: usize) -> Path<E, Option<serde_json::Value>, M> {
        Path::typed(self.raw.step(Step::Index(index)))
    }
}

impl<E, T, M> Path<E, Option<T>, M> {
    /// The value, taken to be present.
    #[must_use]
    pub fn some(self) -> Path<E, T, M> {
        Path::typed(self.raw)
    }
}

impl<E, T, M> Clone for Path<E, T, M> {
    fn clone(&self) -> Self {
        Self { raw: self.raw.clone(), kind: PhantomData }
    }
}

impl<E, T, M> fmt::Debug for Path<E, T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({})", self.raw)
    }
}
