//! Reading many items at once.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use aws_sdk_dynamodb::types::builders::KeysAndAttributesBuilder;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::{CONCURRENCY, FRUITLESS, wait};
use crate::error::ErrorKind;
use crate::key::PrimaryKey;
use crate::repository::store::{Store, key_item};
use crate::repository::{Alive, Expression, failed};
use crate::usage::WANTED;
use crate::{Error, Item, Result};

/// DynamoDB: 100 keys in one `BatchGetItem`.
const BATCH: usize = 100;

impl Store {
    /// The items within reach, in the keys' order.
    pub(in crate::repository) async fn batch_get(
        &self,
        keys: Vec<PrimaryKey>,
    ) -> Result<Vec<Option<Item>>> {
        let mut items: Vec<Option<Item>> = keys.iter().map(|_| None).collect();
        // DynamoDB refuses a batch that names one key twice.
        let mut places: HashMap<PrimaryKey, Vec<usize>> = HashMap::with_capacity(keys.len());
        let mut distinct = Vec::with_capacity(keys.len());
        for (place, key) in keys.into_iter().enumerate() {
            let same = places.entry(key.clone()).or_default();
            if same.is_empty() {
                distinct.push(key_item(key));
            }
            same.push(place);
        }
        let alive = Alive::of(self.shape);
        let asked = self.asked(alive);
        let mut batches = Vec::with_capacity(distinct.len().div_ceil(BATCH));
        while !distinct.is_empty() {
            let rest = distinct.split_off(distinct.len().min(BATCH));
            batches.push(self.drain_reads(std::mem::replace(&mut distinct, rest), &asked));
        }
        let mut read = stream::iter(batches).buffer_unordered(CONCURRENCY);
        while let Some(batch) = read.try_next().await? {
            for item in batch {
                let key = PrimaryKey::of_read(self.shape, &item)?;
                let same = places.remove(&key).ok_or_else(|| self.misplaced(&key))?;
                if !self.admits(&item, alive) {
                    continue;
                }
                let (last, others) = match same.split_last() {
                    Some(parts) => parts,
                    None => continue,
                };
                for place in others {
                    items[*place] = Some(item.clone());
                }
                items[*last] = Some(item);
            }
        }
        Ok(items)
    }

    /// What every request of a batch says: that the attributes of the entity are wanted, and what tells whether an item
    /// counts. Whose it is, and under which key it lies, its fields tell.
    fn asked(&self, alive: Alive) -> KeysAndAttributesBuilder {
        let mut expression = Expression::default();
        let mut projection = None;
        if !self.shape.attributes.is_empty() {
            let names = alive.attributes().chain(self.shape.attributes.iter().copied());
            projection = expression.projection(names.collect());
        }
        KeysAndAttributes::builder()
            .set_projection_expression(projection)
            .set_expression_attribute_names(expression.names())
            .set_consistent_read(self.consistent.then_some(true))
    }

    /// Sends the unprocessed keys again until there are none. What DynamoDB leaves out for a page's limit of 16 MB is
    /// among them.
    async fn drain_reads(
        &self,
        mut keys: Vec<Item>,
        batch: &KeysAndAttributesBuilder,
    ) -> Result<Vec<Item>> {
        let mut items = Vec::with_capacity(keys.len());
        let mut fruitless = 0;
        while !keys.is_empty() {
            let asked = keys.len();
            let request = batch.clone().set_keys(Some(keys)).build().map_err(Error::internal)?;
            let output = self
                .client()
                .batch_get_item()
                .request_items(self.table(), request)
                .return_consumed_capacity(WANTED)
                .send()
                .await
                .map_err(|error| failed(error.into()))?;
            self.consumed_reads(output.consumed_capacity());
            items.extend(output.responses.into_iter().flatten().flat_map(|(_, items)| items));
            let unprocessed = output.unprocessed_keys.unwrap_or_default();
            keys = unprocessed.into_values().flat_map(|unprocessed| unprocessed.keys).collect();
            fruitless = if keys.len() < asked { 0 } else { fruitless + 1 };
            if fruitless == FRUITLESS {
                return Err(self.unread(&keys));
            }
            if !keys.is_empty() {
                wait(fruitless).await;
            }
        }
        Ok(items)
    }

    fn misplaced(&self, key: &PrimaryKey) -> Error {
        let name = self.shape.name;
        Error::internal(format!("an item of `{name}` has the fields of {key:?}, and another key"))
    }

    fn unread(&self, keys: &[Item]) -> Error {
        let names: Vec<_> =
            keys.iter().filter_map(PrimaryKey::of).map(|key| format!("{key:?}")).collect();
        let detail =
            format!("{} of the {} items were not read; try again", keys.len(), self.shape.name);
        Error::new(ErrorKind::Throttled, "throttled", detail).with_source(names.join(", "))
    }
}
