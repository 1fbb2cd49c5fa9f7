//! Index keys that follow an update: those built of an attribute that changes are written anew with it.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::entity::Shape;
use crate::key::{IndexKey, Part, Template, Values};
use crate::path::RawPath;
use crate::update::Action;
use crate::{Index, Item, Result, Update};

/// What an item's attributes will be after an update, as far as is known without reading the item.
#[derive(Clone, Copy)]
pub(super) struct After<'a> {
    pub(super) shape: &'static Shape,
    pub(super) key_values: &'a [(&'static str, AttributeValue)],
    pub(super) update: &'a Update,
    /// Attributes that the update leaves alone and the indexes need, as they are stored.
    pub(super) kept: &'a [(&'static str, Option<AttributeValue>)],
}

impl Values for After<'_> {
    fn value(&self, attribute: &str) -> Option<&AttributeValue> {
        if let Some(changed) = self.update.get(attribute) {
            return changed;
        }
        if let Some((_, kept)) = self.kept.iter().find(|(name, _)| *name == attribute) {
            return kept.as_ref();
        }
        self.key_values.value(attribute)
    }
}

impl After<'_> {
    /// The index keys that change, each with its new value; `None` where the item leaves the index.
    pub(super) fn index_keys(&self) -> Result<Vec<(&'static str, Option<AttributeValue>)>> {
        self.touched().map(|key| Ok((key.attribute, key.render(self)?))).collect()
    }

    /// The attributes that only the stored item knows: those a changing index key is also built of, and those of
    /// which a part changes in a way that must be computed here.
    pub(super) fn unknown(&self) -> Vec<&'static str> {
        let of_keys = self.touched().flat_map(|key| attributes(key.template)).filter(|name| {
            self.update.get(name).is_none() && self.key_values.value(name).is_none()
        });
        let computed = self
            .update
            .iter()
            .filter(|(path, action)| is_computed(path, action))
            .map(|(path, _)| path.attribute);
        let mut unknown: Vec<&'static str> = of_keys.chain(computed).collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }

    fn touched(&self) -> impl Iterator<Item = IndexKey> {
        let changes = |name: &str| self.update.touches(name) || self.shape.version == Some(name);
        self.shape
            .indexes
            .iter()
            .flat_map(Index::keys)
            .filter(move |key| attributes(key.template).any(changes))
    }
}

/// Whether a change is one that DynamoDB makes to whole attributes only.
pub(super) fn is_computed(path: &RawPath, action: &Action) -> bool {
    let set = |value: &AttributeValue| value.is_ss() || value.is_ns();
    match action {
        Action::Add(value) | Action::Take(value) => !path.steps.is_empty() && set(value),
        _ => false,
    }
}

/// The attributes of a stored item that an update keeps, with the changes that it makes within them; of the
/// version, the one that the update makes.
pub(super) fn kept(
    shape: &Shape,
    names: &[&'static str],
    stored: &Item,
    update: &Update,
) -> Result<Vec<(&'static str, Option<AttributeValue>)>> {
    let mut kept = Vec::with_capacity(names.len());
    for &name in names {
        let value = match stored.get(name) {
            Some(AttributeValue::N(version)) if shape.version == Some(name) => {
                let next = version.parse().unwrap_or(0_u64).saturating_add(1);
                Some(AttributeValue::N(next.to_string()))
            }
            value => {
                let mut item: Item =
                    value.map(|value| (name.to_owned(), value.clone())).into_iter().collect();
                update.make_of(name, &mut item)?;
                item.remove(name)
            }
        };
        kept.push((name, value));
    }
    Ok(kept)
}

/// The attributes that a template is built of.
pub(super) fn attributes(template: Template) -> impl Iterator<Item = &'static str> {
    template.iter().filter_map(|part| match part {
        Part::Literal(_) => None,
        Part::Field { path, .. } => path.first().copied(),
    })
}
