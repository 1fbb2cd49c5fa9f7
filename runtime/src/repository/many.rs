//! What a repository does with many items at once, or once for many requests.

use serde::Serialize;

use super::{Repository, read};
use crate::entity::Shape;
use crate::key::PrimaryKey;
use crate::{BatchWritable, Entity, Error, Projected, Projection, Result};

impl<E: Entity> Repository<E> {
    /// The items with these keys, in the keys' order; `None` for each that is missing. Any number, read a
    /// hundred at a time.
    ///
    /// # Errors
    /// Those of every method. All are read, or none is returned.
    pub async fn batch_get(&self, keys: &[E::Key<'_>]) -> Result<Vec<Option<E>>> {
        let keys = keys.iter().map(|key| self.key(*key)).collect::<Result<_>>()?;
        self.read_all(keys).await
    }

    /// The whole items of which a query returned a part, in the same order; `None` for each that is gone since.
    ///
    /// # Errors
    /// As [`batch_get`](Self::batch_get).
    pub async fn fetch<P>(&self, rows: &[Projected<P>]) -> Result<Vec<Option<E>>>
    where
        P: Projection<Entity = E>,
    {
        self.read_all(rows.iter().map(|row| row.key().clone()).collect()).await
    }

    /// Writes items, each over whatever has its key. Any number, written twenty-five at a time; not as one: where some
    /// cannot be written, others are.
    ///
    /// A batch knows no conditions. It is therefore for code that acts for no caller, and for entities without unique
    /// values, whose claims it could not keep.
    ///
    /// # Errors
    /// [`Error::is_denied`] for a caller bounded to its own, and `item-twice`, both before anything is sent;
    /// [`Error::is_throttled`] where some are left unwritten after bounded retries, with their number, and their keys
    /// in its source.
    pub async fn batch_put(&self, entities: &[E]) -> Result<()>
    where
        E: BatchWritable,
    {
        self.batch_write(entities, &[]).await
    }

    /// Removes the items with these keys, those that there are, for good: also where the entity is deleted softly.
    /// Otherwise as [`batch_put`](Self::batch_put).
    ///
    /// # Errors
    /// As [`batch_put`](Self::batch_put).
    pub async fn batch_delete(&self, keys: &[E::Key<'_>]) -> Result<()>
    where
        E: BatchWritable,
    {
        self.batch_write(&[], keys).await
    }

    /// [`batch_put`](Self::batch_put) and [`batch_delete`](Self::batch_delete) in the same requests.
    ///
    /// # Errors
    /// As [`batch_put`](Self::batch_put).
    pub async fn batch_write(&self, entities: &[E], keys: &[E::Key<'_>]) -> Result<()>
    where
        E: BatchWritable,
    {
        const {
            assert!(E::UNIQUE.is_empty(), "a batch cannot keep values unique; use a transaction");
        }
        let items = entities.iter().map(E::to_item).collect();
        let keys = keys.iter().map(|key| self.key(*key)).collect::<Result<_>>()?;
        self.store.batch_write(items, keys).await
    }

    /// Writes a new item once for a token, however often it is asked for: the first time it is written, and from then
    /// on, for a day, the item of the first time is returned as it is now.
    ///
    /// `payload` is what the creation was asked for, such as a request's body: the same token with another one is a
    /// mistake. Tokens belong to the caller, and to the entity.
    ///
    /// # Errors
    /// As [`create`](Self::create); `token-reused` where the token came with another payload;
    /// [`Error::is_not_found`] where what it created is gone.
    pub async fn create_once(
        &self,
        token: &str,
        payload: &(impl Serialize + Sync),
        entity: &E,
    ) -> Result<E> {
        let payload = serde_json::to_vec(payload).map_err(Error::internal)?;
        read(self.store.create_once(token, &payload, None, entity.to_item()).await?)
    }

    /// As [`create_once`](Self::create_once), if the parent exists and is within the caller's reach.
    ///
    /// # Errors
    /// As [`create_once`](Self::create_once); [`Error::is_not_found`] without such a parent.
    pub async fn create_once_within<P: Entity>(
        &self,
        token: &str,
        payload: &(impl Serialize + Sync),
        parent: P::Key<'_>,
        entity: &E,
    ) -> Result<E> {
        let payload = serde_json::to_vec(payload).map_err(Error::internal)?;
        let shape = Shape::of::<P>();
        let parent = PrimaryKey::render(shape, P::key_values(parent).as_slice())?;
        let parent = Some((shape, parent));
        read(self.store.create_once(token, &payload, parent, entity.to_item()).await?)
    }

    async fn read_all(&self, keys: Vec<PrimaryKey>) -> Result<Vec<Option<E>>> {
        let items = self.store.batch_get(keys).await?;
        items.into_iter().map(|item| item.map(read).transpose()).collect()
    }
}
