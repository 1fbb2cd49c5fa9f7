//! Conditions of a write, and which of them failed.

use aws_sdk_dynamodb::types::AttributeValue;

use super::expression::Expression;
use super::not_found;
use super::store::is_owned;
use crate::entity::Shape;
use crate::error::ErrorKind;
use crate::transition::Step;
use crate::{Error, Expected, Item, Result};

/// What an item must be for a write to happen: there, within reach, of the version and in a state expected.
pub(super) struct Guard<'a> {
    pub(super) shape: &'static Shape,
    pub(super) owner: Option<(&'static str, &'a str)>,
    pub(super) expected: Expected,
    pub(super) step: Option<Step>,
}

impl Guard<'_> {
    /// The condition as an expression.
    pub(super) fn condition(&self, expression: &mut Expression) -> Result<String> {
        let mut condition = String::from("attribute_exists(PK)");
        let mut equals = |attribute, value| {
            let (name, value) = (expression.name(attribute), expression.value(value));
            condition.push_str(&format!(" AND {name} = {value}"));
        };
        if let Some((attribute, owner)) = self.owner {
            equals(attribute, AttributeValue::S(owner.to_owned()));
        }
        if let Expected::Version(version) = self.expected {
            let attribute = self.shape.version.ok_or_else(|| self.stale())?;
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
        Ok(condition)
    }

    /// Checks the item that a failed write met, in the order of what a caller may know: first whether there is
    /// anything for it at all.
    pub(super) fn check(&self, stored: Option<&Item>) -> Result<()> {
        let name = self.shape.name;
        let stored = stored
            .filter(|item| self.owner.is_none_or(|owner| is_owned(item, owner)))
            .ok_or_else(|| not_found(name))?;
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
        Ok(())
    }

    fn stale(&self) -> Error {
        Error::new(
            ErrorKind::Stale,
            "stale-version",
            format!("this {} has been changed since the version expected", self.shape.name),
        )
    }
}
