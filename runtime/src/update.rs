//! Updates: what to change in an item, and what must be true of it for that.

mod action;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::condition::Node;
use crate::entity::Shape;
use crate::path::RawPath;
use crate::{Attribute, Entity, Error, Item, Result};

pub(crate) use action::{Action, Clauses};

/// The input of an update: the fields to change. Derive it, or use [`Changes`](crate::Changes).
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

/// Changes to one item.
///
/// The repository adds the version, the time and the index keys that depend on what changes.
#[derive(Clone, Debug, Default)]
pub struct Update {
    // Few enough that a scan beats hashing.
    changes: Vec<(RawPath, Action)>,
    conditions: Vec<Node>,
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
        let action = value.map_or(Action::Remove, Action::Set);
        self.act(RawPath::attribute(attribute), action);
    }

    /// Of two changes at one path the later one counts.
    pub(crate) fn act(&mut self, path: RawPath, action: Action) {
        match self.changes.iter_mut().find(|(known, _)| *known == path) {
            Some((_, old)) => *old = action,
            None => self.changes.push((path, action)),
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        other.changes.into_iter().for_each(|(path, action)| self.act(path, action));
        self.conditions.extend(other.conditions);
    }

    pub(crate) fn demand(&mut self, condition: Node) {
        self.conditions.push(condition);
    }

    pub(crate) fn conditions(&self) -> &[Node] {
        &self.conditions
    }

    /// What the attribute becomes, whatever it was: `None` where it is not changed or only a part of it is,
    /// `Some(None)` where it is removed.
    pub(crate) fn get(&self, attribute: &str) -> Option<Option<&AttributeValue>> {
        let whole = |path: &RawPath| path.attribute == attribute && path.steps.is_empty();
        match self.changes.iter().find(|(path, _)| whole(path))? {
            (_, Action::Set(value)) => Some(Some(value)),
            (_, Action::Remove) => Some(None),
            _ => None,
        }
    }

    /// Whether anything of the attribute changes.
    pub(crate) fn touches(&self, attribute: &str) -> bool {
        self.changes.iter().any(|(path, _)| path.attribute == attribute)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&RawPath, &Action)> {
        self.changes.iter().map(|(path, action)| (path, action))
    }

    /// Makes the changes in an item at hand, as DynamoDB makes them in a stored one.
    pub(crate) fn make(&self, item: &mut Item) -> Result<()> {
        self.changes.iter().try_for_each(|(path, action)| action.make(path, item))
    }

    /// As [`make`](Self::make), for one attribute alone.
    pub(crate) fn make_of(&self, attribute: &str, item: &mut Item) -> Result<()> {
        let mut of = self.changes.iter().filter(|(path, _)| path.attribute == attribute);
        of.try_for_each(|(path, action)| action.make(path, item))
    }

    /// Refuses to change what identifies the item, who owns it or how often it was written: another item's key,
    /// another's resource or a lost update would be the harm. And what DynamoDB refuses: two changes of which one
    /// lies within the other.
    pub(crate) fn check(&self, shape: &Shape) -> Result<()> {
        let fixed = |name: &str| {
            shape.key_attributes.contains(&name)
                || shape.version == Some(name)
                || shape.owner == Some(name)
                || name.starts_with('_')
        };
        for (index, (path, _)) in self.changes.iter().enumerate() {
            if fixed(path.attribute) {
                return Err(Error::internal(format!(
                    "an update of `{}` may not change `{path}`",
                    shape.name
                )));
            }
            if let Some((other, _)) =
                self.changes[..index].iter().find(|(other, _)| other.overlaps(path))
            {
                return Err(Error::internal(format!(
                    "an update of `{}` changes both `{other}` and `{path}`, of which one lies within the other",
                    shape.name
                )));
            }
        }
        Ok(())
    }
}
