//! Reading many items at once, until none is left unread.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

use super::failed;
use super::store::{Store, key_item};
use crate::error::ErrorKind;
use crate::key::PrimaryKey;
use crate::{Error, Item, Result};

/// DynamoDB: 100 keys in one `BatchGetItem`.
const BATCH: usize = 100;

/// Answers in a row that read nothing at all, before giving up.
const FRUITLESS: u32 = 6;

/// The longest wait after the first such answer; it doubles with each.
const BASE_DELAY: Duration = Duration::from_millis(50);

impl Store {
    /// The items within reach, in the keys' order.
    pub(super) async fn batch_get(&self, keys: Vec<PrimaryKey>) -> Result<Vec<Option<Item>>> {
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
        for batch in distinct.chunks(BATCH) {
            for item in self.drain(batch.to_vec()).await? {
                let Some(same) = key_of(&item).and_then(|key| places.remove(&key)) else {
                    continue;
                };
                if self.is_reached(&item) {
                    for place in same {
                        items[place] = Some(item.clone());
                    }
                }
            }
        }
        Ok(items)
    }

    /// Sends the unprocessed keys again until there are none.
    async fn drain(&self, mut keys: Vec<Item>) -> Result<Vec<Item>> {
        let mut items = Vec::with_capacity(keys.len());
        let mut fruitless = 0;
        while !keys.is_empty() {
            let asked = keys.len();
            let request = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .consistent_read(self.consistent)
                .build()
                .map_err(Error::internal)?;
            let output = self
                .client()
                .batch_get_item()
                .request_items(self.table(), request)
                .send()
                .await
                .map_err(|error| failed(error.into()))?;
            items.extend(output.responses.into_iter().flatten().flat_map(|(_, items)| items));
            let unprocessed = output.unprocessed_keys.unwrap_or_default();
            keys = unprocessed.into_values().flat_map(|unprocessed| unprocessed.keys).collect();
            fruitless = if keys.len() < asked { 0 } else { fruitless + 1 };
            if fruitless == FRUITLESS {
                return Err(self.unread(&keys));
            }
            if !keys.is_empty() {
                // A random part of the delay, so that those who were refused together do not come back together.
                let delay = BASE_DELAY * 2_u32.pow(fruitless);
                tokio::time::sleep(delay.mul_f64(fastrand::f64())).await;
            }
        }
        Ok(items)
    }

    fn unread(&self, keys: &[Item]) -> Error {
        let names: Vec<_> = keys.iter().filter_map(key_of).map(|key| format!("{key:?}")).collect();
        let detail =
            format!("{} of the {} items were not read; try again", keys.len(), self.shape.name);
        Error::new(ErrorKind::Throttled, "throttled", detail).with_source(names.join(", "))
    }
}

fn key_of(item: &Item) -> Option<PrimaryKey> {
    match (item.get("PK")?, item.get("SK")?) {
        (AttributeValue::S(partition), AttributeValue::S(sort)) => {
            Some(PrimaryKey { partition: partition.clone(), sort: sort.clone() })
        }
        _ => None,
    }
}
