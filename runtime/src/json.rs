//! Reads a JSON body strictly: what is unknown, given twice, too deep or over a limit is refused with a pointer to it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use garde::Validate;
use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};

use crate::error::{Error, ErrorKind, FieldError, Result};

mod canonical;
mod fault;
mod node;
mod pointer;
mod reader;

pub(crate) use canonical::canonical;
use fault::Faults;
pub(crate) use node::Node;
use pointer::Path;
use reader::Reader;

/// Levels of objects and arrays in a body. DynamoDB stores 32 at most.
pub const MAX_DEPTH: usize = 32;

/// Reads JSON text as a `T`.
///
/// # Errors
///
/// `invalid-body` (400), with JSON Pointers where the fault has a place: not UTF-8, not JSON, nested deeper than
/// [`MAX_DEPTH`], a key given twice in an object, fields that `T` does not have, or of another type than there.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    from_node(&parse(bytes)?)
}

/// Reads JSON text as a `T` that keeps within its limits.
///
/// # Errors
///
/// Those of [`from_slice`], and `invalid-body` (400) with a JSON Pointer for every field that breaks a limit.
pub fn read<T>(bytes: &[u8]) -> Result<T>
where
    T: DeserializeOwned + Validate,
    T::Context: Default,
{
    read_without(bytes, &[])
}

/// Reads JSON text as [`read`] does, without some fields: those that this caller may not give, each with the
/// permission that it takes.
///
/// # Errors
///
/// Those of [`read`], and `permission-denied` (403) with a JSON Pointer for each of these fields that is there, even
/// as `null`.
pub(crate) fn read_without<T>(bytes: &[u8], withheld: &[(&str, &str)]) -> Result<T>
where
    T: DeserializeOwned + Validate,
    T::Context: Default,
{
    let document = parse(bytes)?;
    let given = withheld.iter().filter(|(name, _)| document.get(name).is_some());
    let denied: Vec<FieldError> =
        given.map(|(name, permission)| denied(name, permission)).collect();
    if !denied.is_empty() {
        let detail = "the body has a field that the caller may not give";
        return Err(Error::new(ErrorKind::Denied, "permission-denied", detail).with_fields(denied));
    }
    let value: T = from_node(&document)?;
    let Err(report) = value.validate() else { return Ok(value) };
    let mut faults = Faults::default();
    for (path, error) in report.iter() {
        faults.push(|| pointer::of_validated(path, &document), error.message());
    }
    Err(faults.into_error())
}

fn denied(name: &str, permission: &str) -> FieldError {
    let mut pointer = String::new();
    pointer::push(&mut pointer, name);
    FieldError { pointer, detail: format!("the permission `{permission}` is required") }
}

fn parse(bytes: &[u8]) -> Result<Node<'_>> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        invalid_body(format!("the body is not UTF-8 at byte {}", error.valid_up_to()))
    })?;
    let mut faults = Faults::default();
    let node = node::parse(text, &mut faults);
    if !faults.is_empty() {
        return Err(faults.into_error());
    }
    node.map_err(|error| invalid_body(format!("the body is not JSON: {error}")))
}

/// Reads JSON text as a tree, if that is what it is: in UTF-8, not too deep, with no key given twice in an object.
pub(crate) fn tree(bytes: &[u8]) -> Option<Node<'_>> {
    let mut faults = Faults::default();
    let node = node::parse(std::str::from_utf8(bytes).ok()?, &mut faults).ok()?;
    faults.is_empty().then_some(node)
}

fn from_node<T: DeserializeOwned>(node: &Node<'_>) -> Result<T> {
    let faults = RefCell::new(Faults::default());
    let read = T::deserialize(Reader { node, path: &Path::Root, faults: &faults });
    let mut faults = faults.into_inner();
    match read {
        Ok(value) if faults.is_empty() => return Ok(value),
        Ok(_) => {}
        Err(error) => faults.push(|| error.pointer.unwrap_or_default(), &error.detail),
    }
    Err(faults.into_error())
}

/// An error of the body as a whole, `invalid-body` (400).
pub(crate) fn invalid_body(detail: impl Into<String>) -> Error {
    Error::invalid("invalid-body", detail)
}

/// For a patch's fields: what is present is `Some`, so that `null` is refused, or, where the field is itself an
/// option, means to remove it. To be used with `#[serde(default)]`, which makes an absent field `None`.
///
/// # Errors
///
/// Those of `T`.
pub fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// For a set, or one that may be absent: an array whose items are distinct. Plain `BTreeSet`s would drop a second
/// one in silence.
///
/// # Errors
///
/// Those of the items, and an item that is in the array already.
pub fn distinct<'de, D: Deserializer<'de>, S: Set<'de>>(deserializer: D) -> Result<S, D::Error> {
    S::read(deserializer)
}

/// [`some`] and [`distinct`] together: for a set in a patch.
///
/// # Errors
///
/// Those of [`distinct`].
pub fn some_distinct<'de, D: Deserializer<'de>, S: Set<'de>>(
    deserializer: D,
) -> Result<Option<S>, D::Error> {
    S::read(deserializer).map(Some)
}

/// What [`distinct`] reads: a set, or an option of one.
pub trait Set<'de>: Sized {
    /// Reads an array whose items are distinct.
    ///
    /// # Errors
    ///
    /// Those of the items, and an item that is in the array already.
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl<'de, T: Deserialize<'de> + Ord> Set<'de> for BTreeSet<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Distinct(PhantomData))
    }
}

impl<'de, T: Deserialize<'de> + Ord> Set<'de> for Option<BTreeSet<T>> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Maybe(PhantomData))
    }
}

struct Maybe<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Ord> Visitor<'de> for Maybe<T> {
    type Value = Option<BTreeSet<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or null")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        distinct(deserializer).map(Some)
    }
}

struct Distinct<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Ord> Visitor<'de> for Distinct<T> {
    type Value = BTreeSet<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut set = BTreeSet::new();
        while let Some(item) = items.next_element_seed(Another(&set))? {
            set.insert(item);
        }
        Ok(set)
    }
}

/// Refuses an item within its own place in the array, so that the pointer names it.
struct Another<'a, T>(&'a BTreeSet<T>);

impl<'de, T: Deserialize<'de> + Ord> DeserializeSeed<'de> for Another<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        let item = T::deserialize(deserializer)?;
        if self.0.contains(&item) {
            return Err(D::Error::custom("is in the array already"));
        }
        Ok(item)
    }
}

#[cfg(test)]
mod tests;
