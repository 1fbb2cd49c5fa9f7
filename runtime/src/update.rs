//! Updates: which attributes of an item to set and which to remove.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::entity::Shape;
use crate::{Attribute, Entity, Error, Result};

/// The input of an update: the fields to change. Derive it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a patch",
    label = "not a patch",
    note = "derive `purlin::Patch` and say the entity with `#[patch(entity = …)]`"
)]
pub trait Patch {
    /// What is changed.
    type Entity: Entity;

    /// Writes the changes down.
    fn apply(self, update: &mut Update);
}

/// Changes to the attributes of one item.
///
/// The repository adds the version, the time and the index keys that depend on what changes.
#[derive(Clone, Debug, Default)]
pub struct Update {
    // `None` removes. Few enough that a scan beats hashing.
    changes: Vec<(&'static str, Option<AttributeValue>)>,
}

impl Update {
    /// Sets an attribute, or removes it where the value is an absent one, such as `None` or an empty set.
    pub fn set<T: Attribute>(&mut self, attribute: &'static str, value: &T) {
        self.change(attribute, value.to_attribute());
    }

    /// Removes an attribute.
    pub fn remove(&mut self, attribute: &'static str) {
        self.change(attribute, None);
    }

    pub(crate) fn change(&mut self, attribute: &'static str, value: Option<AttributeValue>) {
        match self.changes.iter_mut().find(|(name, _)| *name == attribute) {
            Some((_, old)) => *old = value,
            None => self.changes.push((attribute, value)),
        }
    }

    /// What the attribute becomes: `None` where it is not changed, `Some(None)` where it is removed.
    pub(crate) fn get(&self, attribute: &str) -> Option<Option<&AttributeValue>> {
        self.changes.iter().find(|(name, _)| *name == attribute).map(|(_, value)| value.as_ref())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, Option<&AttributeValue>)> {
        self.changes.iter().map(|(name, value)| (*name, value.as_ref()))
    }

    /// Refuses to change what identifies the item, who owns it or how often it was written: another item's key,
    /// another's resource or a lost update would be the harm.
    pub(crate) fn check(&self, shape: &Shape) -> Result<()> {
        let fixed = |name: &str| {
            shape.key_attributes.contains(&name)
                || shape.version == Some(name)
                || shape.owner == Some(name)
                || name.starts_with('_')
        };
        match self.changes.iter().find(|(name, _)| fixed(name)) {
            Some((name, _)) => Err(Error::internal(format!(
                "an update of `{}` may not change `{name}`",
                shape.name
            ))),
            None => Ok(()),
        }
    }
}
