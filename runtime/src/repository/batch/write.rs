//! Writing many items at once, each whatever was there before.

use std::collections::HashSet;

use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use futures_util::stream::{self, StreamExt as _};

use super::{CONCURRENCY, FRUITLESS, wait};
use crate::error::ErrorKind;
use crate::key::PrimaryKey;
use crate::repository::create::finish;
use crate::repository::failed;
use crate::repository::store::{Store, key_item};
use crate::repository::write::mark;
use crate::usage::WANTED;
use crate::{Error, Item, Result};

/// DynamoDB: 25 writes in one `BatchWriteItem`.
const BATCH: usize = 25;

/// One write of a batch.
enum Request {
    Put(Item),
    Delete(PrimaryKey),
}

impl Store {
    /// Puts and deletes items, whatever was there before.
    pub(in crate::repository) async fn batch_write(
        &self,
        items: Vec<Item>,
        keys: Vec<PrimaryKey>,
    ) -> Result<()> {
        self.refuse_bounds()?;
        let mark = mark();
        let mut seen = HashSet::with_capacity(items.len() + keys.len());
        let mut requests = Vec::with_capacity(items.len() + keys.len());
        for mut item in items {
            finish(self.shape, &mut item, &mark)?;
            self.ride(&mut item, None)?;
            // Of two writes of one item the later one counts; DynamoDB refuses a batch that holds both.
            self.once(PrimaryKey::of(&item), &mut seen)?;
            requests.push(Request::Put(item));
        }
        if !keys.is_empty() && !self.emissions.is_empty() {
            return Err(Error::invalid(
                "event-without-item",
                format!("a batch that deletes a {} cannot emit events", self.shape.name),
            ));
        }
        for key in keys {
            self.once(Some(key.clone()), &mut seen)?;
            requests.push(Request::Delete(key));
        }
        let mut batches = Vec::with_capacity(requests.len().div_ceil(BATCH));
        while !requests.is_empty() {
            let rest = requests.split_off(requests.len().min(BATCH));
            batches.push(self.drain_writes(std::mem::replace(&mut requests, rest)));
        }
        let results: Vec<Result<()>> =
            stream::iter(batches).buffer_unordered(CONCURRENCY).collect().await;
        // All batches have come to their end: what is left undone is told once, and whole.
        results.into_iter().collect()
    }

    fn once(&self, key: Option<PrimaryKey>, seen: &mut HashSet<PrimaryKey>) -> Result<()> {
        match key.is_none_or(|key| seen.insert(key)) {
            true => Ok(()),
            false => Err(Error::invalid(
                "item-twice",
                format!("the batch writes one {} twice", self.shape.name),
            )),
        }
    }

    /// A batch has no conditions: it would overwrite or remove what is somebody else's.
    fn refuse_bounds(&self) -> Result<()> {
        if self.owner().is_some() {
            return Err(Error::new(
                ErrorKind::Denied,
                "permission-denied",
                format!("a batch of {} writes cannot keep to the caller's own", self.shape.name),
            ));
        }
        Ok(())
    }

    /// Sends the unprocessed writes again until there are none.
    async fn drain_writes(&self, requests: Vec<Request>) -> Result<()> {
        let mut requests = requests.into_iter().map(build).collect::<Result<Vec<_>>>()?;
        let mut fruitless = 0;
        while !requests.is_empty() {
            let asked = requests.len();
            let output = self
                .client()
                .batch_write_item()
                .request_items(self.table(), requests)
                .return_consumed_capacity(WANTED)
                .send()
                .await
                .map_err(|error| failed(error.into()))?;
            self.consumed_write(output.consumed_capacity());
            requests =
                output.unprocessed_items.unwrap_or_default().into_values().flatten().collect();
            fruitless = if requests.len() < asked { 0 } else { fruitless + 1 };
            if fruitless == FRUITLESS {
                return Err(self.unwritten(&requests));
            }
            if !requests.is_empty() {
                wait(fruitless).await;
            }
        }
        Ok(())
    }

    fn unwritten(&self, requests: &[WriteRequest]) -> Error {
        let key = |request: &WriteRequest| {
            let put = request.put_request().map(|put| PrimaryKey::of(put.item()));
            put.or_else(|| request.delete_request().map(|delete| PrimaryKey::of(delete.key())))
        };
        let names: Vec<_> =
            requests.iter().filter_map(key).flatten().map(|key| format!("{key:?}")).collect();
        let detail = format!(
            "{} of the {} items were not written; try again",
            requests.len(),
            self.shape.name
        );
        Error::new(ErrorKind::Throttled, "throttled", detail).with_source(names.join(", "))
    }
}

fn build(request: Request) -> Result<WriteRequest> {
    let builder = WriteRequest::builder();
    Ok(match request {
        Request::Put(item) => {
            let put = PutRequest::builder().set_item(Some(item)).build();
            builder.put_request(put.map_err(Error::internal)?)
        }
        Request::Delete(key) => {
            let delete = DeleteRequest::builder().set_key(Some(key_item(key))).build();
            builder.delete_request(delete.map_err(Error::internal)?)
        }
    }
    .build())
}
