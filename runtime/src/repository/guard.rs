//! Conditions of a write, and which of them failed.

use aws_sdk_dynamodb::types::AttributeValue;

use super::expression::Expression;
use super::store::is_owned;
use super::{Alive, not_found};
use crate::condition::Node;
use crate::entity::Shape;
use crate::error::ErrorKind;
use crate::transition::Step;
use crate::{Context, Error, Expected, Item, Result};

/// What an item must be for a write to happen: there, within reach, of the version and in a state expected.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    /// Whose write it is; told of what is kept from the caller.
    pub(super) ctx: Context,
    pub(super) shape: &'static Shape,
    pub(super) owner: Option<(&'static str, String)>,
    pub(super) expected: Expected,
    pub(super) step: Option<Step>,
    /// What else must be true.
    pub(super) conditions: Vec<Node>,
    /// Whether it must have been deleted, rather than be there.
    pub(super) deleted: bool,
}

impl Guard {
    /// The condition as an expression. A deleted item is read before it is written, so none is asked for.
    pub(super) fn condition(&self, expression: &mut Expression) -> String {
        let mut condition = String::from("attribute_exists(PK)");
        if self.is_uncounted() {
            // Nothing is of that version. Whether there is anything at all is told as ever.
            condition.push_str(" AND attribute_not_exists(PK)");
        }
        let mut equals = |attribute, value| {
            let (name, value) = (expression.name(attribute), expression.value(value));
            condition.push_str(&format!(" AND {name} = {value}"));
        };
        if let Some((attribute, owner)) = &self.owner {
            equals(attribute, AttributeValue::S(owner.clone()));
        }
        if let (Expected::Version(version), Some(attribute)) = (self.expected, self.shape.version) {
            equals(attribute, AttributeValue::N(version.to_string()));
        }
        if let Some(Step { attribute, from, .. }) = self.step
            && !from.is_empty()
        {
            let name = expression.name(attribute);
            let states: Vec<_> = from
                .iter()
                .map(|state| expression.value(AttributeValue::S((*state).to_owned())))
                .collect();
            condition.push_str(&format!(" AND {name} IN ({})", states.join(", ")));
        }
        if let Some(alive) = Alive::of(self.shape).condition(expression) {
            condition.push_str(&format!(" AND {alive}"));
        }
        for node in &self.conditions {
            condition.push_str(&format!(" AND ({})", node.render(expression)));
        }
        condition
    }

    /// Checks the item that a write met, in the order of what a caller may know: first whether there is
    /// anything for it at all.
    pub(super) fn check(&self, stored: Option<&Item>) -> Result<()> {
        let name = self.shape.name;
        let stored = self.reached(stored).ok_or_else(|| not_found(name))?;
        if self.is_uncounted() {
            return Err(self.stale());
        }
        if let (Expected::Version(expected), Some(attribute)) = (self.expected, self.shape.version)
        {
            let is_expected = matches!(
                stored.get(attribute),
                Some(AttributeValue::N(version)) if version.parse() == Ok(expected)
            );
            if !is_expected {
                return Err(self.stale());
            }
        }
        if let Some(Step { name: step, attribute, from, .. }) = self.step {
            let state = stored
                .get(attribute)
                .and_then(|value| value.as_s().ok())
                .map_or("", String::as_str);
            if !from.is_empty() && !from.contains(&state) {
                let from = from.join("`, `");
                return Err(Error::conflict(format!(
                    "`{step}` starts from `{from}`; this {name} is `{state}`"
                )));
            }
        }
        let mut conjuncts = self.conditions.iter().flat_map(Node::conjuncts);
        if let Some(failed) = conjuncts.find(|node| !node.holds(stored)) {
            let paths = failed.paths().join("`, `");
            return Err(Error::new(
                ErrorKind::Conflict,
                "condition-failed",
                format!("`{paths}` of this {name} is not what the write needs"),
            ));
        }
        Ok(())
    }

    /// The item, if it is there for whoever writes. One that is there for its owner alone is noted.
    fn reached<'i>(&self, stored: Option<&'i Item>) -> Option<&'i Item> {
        let alive = Alive::of(self.shape);
        let stored = stored.filter(|stored| match self.deleted {
            true => alive.was_deleted(stored),
            false => alive.holds(stored),
        })?;
        let is_owned =
            self.owner.as_ref().is_none_or(|(name, owner)| is_owned(stored, (name, owner)));
        if !is_owned {
            self.ctx.note_withheld(self.shape.name);
        }
        is_owned.then_some(stored)
    }

    /// Whether a version is expected of what has none.
    fn is_uncounted(&self) -> bool {
        self.expected != Expected::Any && self.shape.version.is_none()
    }

    fn stale(&self) -> Error {
        Error::new(
            ErrorKind::Stale,
            "stale-version",
            format!("this {} has been changed since the version expected", self.shape.name),
        )
    }
}
