//! Projections: reading some fields of an entity, as an index holds them or as a reader wants them.

use std::fmt;
use std::ops::Deref;

use serde::{Serialize, Serializer};

use crate::entity::Shape;
use crate::key::{PrimaryKey, decode};
use crate::{AttributeError, Entity, Error, Index, Item, Result};

/// Some fields of an entity; derive it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection",
    label = "not a projection",
    note = "derive `purlin::Projection` and say the entity with `#[projection(entity = …)]`"
)]
pub trait Projection: Sized + Send {
    /// Whose fields they are.
    type Entity: Entity;

    /// The attributes that hold them.
    const ATTRIBUTES: &'static [&'static str];

    /// Reads the fields; other attributes are ignored.
    ///
    /// # Errors
    /// An attribute is missing or is not what its field's type says.
    fn from_item(item: Item) -> Result<Self, AttributeError>;
}

/// What a query returns for each item: the entity itself, or a [`Projected`] part of it.
pub trait Row: Sized + Send + sealed::Sealed {
    /// The entity that is read.
    type Entity: Entity;

    #[doc(hidden)]
    fn read(item: Item, index: Option<&'static Index>) -> Result<Self>;
}

mod sealed {
    pub trait Sealed {}

    impl<E: crate::Entity> Sealed for E {}

    impl<P: crate::Projection> Sealed for super::Projected<P> {}
}

impl<E: Entity> Row for E {
    type Entity = E;

    fn read(item: Item, _: Option<&'static Index>) -> Result<Self> {
        E::from_item(item).map_err(Error::internal)
    }
}

/// A projection as it was read, with the key that its item has: [`Repository::fetch`](crate::Repository::fetch)
/// reads the rest.
#[derive(Clone, PartialEq, Eq)]
pub struct Projected<P> {
    value: P,
    key: PrimaryKey,
}

impl<P> Projected<P> {
    /// The projection alone.
    #[must_use]
    pub fn into_inner(self) -> P {
        self.value
    }

    pub(crate) fn key(&self) -> &PrimaryKey {
        &self.key
    }
}

impl<P: Projection> Row for Projected<P> {
    type Entity = P::Entity;

    fn read(mut item: Item, index: Option<&'static Index>) -> Result<Self> {
        let shape = Shape::of::<P::Entity>();
        let key = PrimaryKey::of(&item)
            .ok_or_else(|| Error::internal(format!("an item of `{}` has no key", shape.name)))?;
        // What an index holds of the keys' fields stands in the keys alone.
        decode(shape.partition, &key.partition, &mut item);
        if let Some(sort) = shape.sort {
            decode(sort, &key.sort, &mut item);
        }
        for key in index.iter().flat_map(|index| index.keys()) {
            if let Some(text) = item.get(key.attribute).and_then(|key| key.as_s().ok()).cloned() {
                decode(key.template, &text, &mut item);
            }
        }
        Ok(Self { value: P::from_item(item).map_err(Error::internal)?, key })
    }
}

impl<P> Deref for Projected<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.value
    }
}

impl<P: fmt::Debug> fmt::Debug for Projected<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<P: Serialize> Serialize for Projected<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}
