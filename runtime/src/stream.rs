//! Records of DynamoDB Streams as changes of the entities they are of.
//!
//! A record's form is the same in the event that Lambda hands to a function and in what `GetRecords` answers.

mod image;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;

use crate::{Entity, Error, Item, Result};
use image::Image;

/// A record of a table's stream: one write of one item.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    #[serde(rename = "eventID", default)]
    event_id: String,
    event_name: EventName,
    #[serde(rename = "dynamodb")]
    images: Images,
    #[serde(default)]
    user_identity: Option<Identity>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum EventName {
    Insert,
    Modify,
    Remove,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Images {
    new_image: Option<Image>,
    old_image: Option<Image>,
    sequence_number: String,
}

/// Who wrote, where it was not a caller.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    #[serde(alias = "PrincipalId", default)]
    principal_id: String,
}

/// How DynamoDB itself signs the removal of what has expired.
const EXPIRER: &str = "dynamodb.amazonaws.com";

/// What happened to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change<T> {
    /// It was made.
    Created {
        /// As it is.
        new: T,
    },
    /// It was changed, or deleted so that it can be restored, or restored.
    Updated {
        /// As it was.
        old: T,
        /// As it is.
        new: T,
    },
    /// It was removed.
    Removed {
        /// As it was.
        old: T,
        /// Whether it had expired, and DynamoDB removed it.
        expired: bool,
    },
}

/// What a stored item can be read as: an entity, or one of several.
///
/// The generated crate has an enum of all its entities.
pub trait FromStored: Sized {
    /// The item as the entity of this name; `None` where it is of another.
    ///
    /// # Errors
    /// The item cannot be read.
    fn from_stored(entity: &str, item: Item) -> Result<Option<Self>>;
}

impl<E: Entity> FromStored for E {
    fn from_stored(entity: &str, item: Item) -> Result<Option<Self>> {
        if entity != E::NAME {
            return Ok(None);
        }
        E::from_item(item).map(Some).map_err(Error::internal)
    }
}

impl Record {
    /// A record of two images at hand: the item before the write, and after it.
    #[must_use]
    pub fn of_images(
        old: Option<HashMap<String, AttributeValue>>,
        new: Option<HashMap<String, AttributeValue>>,
    ) -> Self {
        let event_name = match (&old, &new) {
            (None, _) => EventName::Insert,
            (Some(_), Some(_)) => EventName::Modify,
            (Some(_), None) => EventName::Remove,
        };
        let images = Images {
            new_image: new.map(Image),
            old_image: old.map(Image),
            sequence_number: String::new(),
        };
        Self { event_id: String::new(), event_name, images, user_identity: None }
    }

    /// Identifies the record among those of the stream.
    #[must_use]
    pub fn event_id(&self) -> &str {
        &self.event_id
    }

    /// The record's place in its shard, by which a partial batch answer names it.
    #[must_use]
    pub fn sequence_number(&self) -> &str {
        &self.images.sequence_number
    }

    /// The same record, at this place in its shard.
    #[must_use]
    pub fn at(mut self, sequence_number: impl Into<String>) -> Self {
        self.images.sequence_number = sequence_number.into();
        self
    }

    /// The item as it is after the write.
    pub(crate) fn new_image(&self) -> Option<&Item> {
        self.images.new_image.as_ref().map(|image| &image.0)
    }

    /// The item as it was before the write.
    pub(crate) fn old_image(&self) -> Option<&Item> {
        self.images.old_image.as_ref().map(|image| &image.0)
    }

    /// The name of the entity, as the item bears it; items of the repository's own have names that begin with `$`.
    #[must_use]
    pub fn entity(&self) -> Option<&str> {
        let image = self.images.new_image.as_ref().or(self.images.old_image.as_ref())?;
        image.0.get(crate::repository::ENTITY)?.as_s().ok().map(String::as_str)
    }

    /// What happened, where it happened to a `T`.
    ///
    /// # Errors
    /// An image cannot be read, or is missing: the stream must hold new and old images.
    pub fn change<T: FromStored>(&self) -> Result<Option<Change<T>>> {
        let Some(entity) = self.entity() else {
            return Err(Error::internal("the record has no image that names its entity"));
        };
        let read = |image: &Option<Image>| match image {
            Some(image) => T::from_stored(entity, image.0.clone()),
            None => Err(Error::internal("the record lacks an image: the stream must hold both")),
        };
        let Images { new_image: new, old_image: old, .. } = &self.images;
        Ok(match self.event_name {
            EventName::Insert => read(new)?.map(|new| Change::Created { new }),
            EventName::Modify => {
                read(old)?.zip(read(new)?).map(|(old, new)| Change::Updated { old, new })
            }
            EventName::Remove => {
                let expired =
                    self.user_identity.as_ref().is_some_and(|who| who.principal_id == EXPIRER);
                read(old)?.map(|old| Change::Removed { old, expired })
            }
        })
    }
}

#[cfg(test)]
mod tests;
