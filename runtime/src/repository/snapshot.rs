//! Snapshots: items of any entities, all as they were at one moment.

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use aws_sdk_dynamodb::types::{Get, TransactGetItem};

use super::store::{Store, key_item};
use super::{Alive, Repository, failed, read};
use crate::key::PrimaryKey;
use crate::usage::WANTED;
use crate::{Entity, Error, Item, Result, limit};

/// Reads of several items, of any entities, that see them as they were at one moment.
///
/// ```text
/// let mut snapshot = Snapshot::new();
/// let agent = snapshot.get(&agents, &agent_id);
/// let task = snapshot.get(&tasks, (&agent_id, &task_id));
/// let mut seen = snapshot.read().await?;
/// let (agent, task) = (seen.take(agent)?, seen.take(task)?);
/// ```
///
/// DynamoDB: at most 100 items, no item twice, at twice the read units of strongly consistent reads.
#[derive(Default)]
#[must_use = "a snapshot reads nothing until `read` is awaited"]
pub struct Snapshot {
    gets: Vec<(Store, PrimaryKey)>,
    mistake: Option<Error>,
}

/// The place of an item in a snapshot.
pub struct Slot<E> {
    place: usize,
    entity: PhantomData<fn() -> E>,
}

/// The items of a snapshot that was read.
#[derive(Debug)]
pub struct Seen {
    items: Vec<Option<Item>>,
}

impl Snapshot {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an item, within the repository's reach.
    pub fn get<E: Entity>(&mut self, repository: &Repository<E>, key: E::Key<'_>) -> Slot<E> {
        let place = self.gets.len();
        match repository.key(key) {
            Ok(key) => self.gets.push((repository.store().clone(), key)),
            Err(error) => {
                self.mistake.get_or_insert(error);
            }
        }
        Slot { place, entity: PhantomData }
    }

    /// Reads all the items.
    ///
    /// # Errors
    /// `transaction-too-large`, `item-twice` and `invalid-key`, all without a request; [`Error::is_throttled`] where others wrote
    /// the items at the same time, and bounded retries did not help.
    pub async fn read(self) -> Result<Seen> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        let Some((store, _)) = self.gets.first() else { return Ok(Seen { items: Vec::new() }) };
        limit::check_actions(self.gets.len())?;
        distinct(&self.gets)?;
        let mut actions = Vec::with_capacity(self.gets.len());
        for (store, key) in &self.gets {
            let get = Get::builder().table_name(store.table()).set_key(Some(key_item(key.clone())));
            let get = get.build().map_err(Error::internal)?;
            actions.push(TransactGetItem::builder().get(get).build());
        }
        let request = store.client().transact_get_items().set_transact_items(Some(actions));
        let sent = request.return_consumed_capacity(WANTED).send().await;
        let output = sent.map_err(|error| failed(error.into()))?;
        store.consumed_reads(output.consumed_capacity());
        let found = output.responses.unwrap_or_default().into_iter().map(|found| found.item);
        let items = found.zip(&self.gets).map(|(item, (store, _))| {
            let alive = Alive::of(store.shape);
            item.filter(|item| store.admits(item, alive))
        });
        Ok(Seen { items: items.collect() })
    }
}

/// DynamoDB refuses a snapshot that names one item twice.
fn distinct(gets: &[(Store, PrimaryKey)]) -> Result<()> {
    let mut seen = HashSet::with_capacity(gets.len());
    match gets.iter().find(|(_, key)| !seen.insert(key)) {
        Some((store, _)) => Err(Error::invalid(
            "item-twice",
            format!("the snapshot reads one {} twice", store.shape.name),
        )),
        None => Ok(()),
    }
}

impl Seen {
    /// Takes an item out; `None` where there is none, or none within reach, or it was taken before.
    ///
    /// # Errors
    /// The item cannot be read.
    pub fn take<E: Entity>(&mut self, slot: Slot<E>) -> Result<Option<E>> {
        self.items.get_mut(slot.place).and_then(Option::take).map(read).transpose()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("items", &self.gets.len()).finish_non_exhaustive()
    }
}

impl<E> fmt::Debug for Slot<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Slot").field(&self.place).finish()
    }
}
