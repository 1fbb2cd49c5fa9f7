//! What is tested: a repository, and the table beneath it that other writers use as well.

use std::collections::HashMap;
use std::ops::Deref;

use anyhow::Context as _;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, WriteRequest};
use purlin::{
    Attribute as _, Caller, Context, Entity, Error, Grants, IndexProjection, Item, Repository,
    Shared, Timestamp,
};

use super::call::{Answer, Call, Meddling, Refusal};
use super::oracle::UNKNOWN;
use super::order;
use super::plan::{Plan, Reach};

/// What a stranger's sort keys end with, and its entity's name: nothing that an entity of a plan writes.
const STRANGER: &str = "#stranger";

/// Answers calls. One that answers some of them otherwise stands in for a faulty repository in the model's own tests.
pub(super) trait Subject<E> {
    async fn answer(&self, call: &Call<E>) -> anyhow::Result<Answer<E>>;
}

/// A plan's repository.
pub(super) struct Subjected<'p, E: Entity, R> {
    pub(super) plan: &'p Plan<E, R>,
    pub(super) shared: Shared,
    pub(super) repository: R,
    pub(super) table: Table,
}

impl<E, R> Subject<E> for Subjected<'_, E, R>
where
    E: Entity + Clone,
    R: Deref<Target = Repository<E>>,
{
    async fn answer(&self, call: &Call<E>) -> anyhow::Result<Answer<E>> {
        let answer = match call {
            Call::Meddle { of, with } => {
                self.table.meddle(of, with).await?;
                Ok(Answer::Done)
            }
            Call::Sweep => {
                self.table.sweep().await?;
                Ok(Answer::Done)
            }
            Call::Bounded { owner, call } => self.ask(&self.bounded(owner)?, call).await,
            _ => self.ask(&self.repository, call).await,
        };
        Ok(answer.unwrap_or_else(|error| Answer::Refused(Refusal::from(error))))
    }
}

impl<E, R> Subjected<'_, E, R>
where
    E: Entity + Clone,
    R: Deref<Target = Repository<E>>,
{
    /// The repository of a caller who reaches what it owns alone.
    fn bounded(&self, owner: &str) -> anyhow::Result<R> {
        let open = self.plan.for_caller.as_ref().context("the plan has no callers")?;
        let caller = Caller::new(owner, "owner", Grants::NONE.own(0));
        let ctx = Context::on_behalf_of(&self.shared, caller, "test");
        Ok(open(&ctx.authorize::<Reach>()?))
    }

    async fn ask(&self, opened: &R, call: &Call<E>) -> Result<Answer<E>, Error> {
        let repository: &Repository<E> = opened;
        match call {
            Call::Create(entity) => repository.create(entity).await.map(|()| Answer::Done),
            Call::Get(of) => repository.get_or_none(of.key()).await.map(Answer::Maybe),
            Call::BatchGet(of) => {
                let keys: Vec<_> = of.iter().map(E::key).collect();
                repository.batch_get(&keys).await.map(Answer::Many)
            }
            Call::Update { of, changes, expected } => {
                repository.update(of.key(), changes.patch(), *expected).await.map(Answer::One)
            }
            Call::Transition { of, step, changes, expected } => match changes.0.is_empty() {
                true => repository.transition(of.key(), *step, *expected).await,
                false => {
                    repository.transition_with(of.key(), *step, changes.patch(), *expected).await
                }
            }
            .map(Answer::One),
            Call::Delete { of, expected } => {
                repository.delete(of.key(), *expected).await.map(Answer::One)
            }
            Call::Restore { of, expected } | Call::Purge { of, expected } => {
                let Some(revival) = &self.plan.revival else { return Ok(Answer::Done) };
                let is_restore = matches!(call, Call::Restore { .. });
                let revive = if is_restore { revival.restore } else { revival.purge };
                revive(repository, of, *expected).await.map(Answer::One)
            }
            Call::Query(question) => {
                (self.plan.accesses[question.access].ask)(opened, question).await
            }
            Call::Bounded { .. } | Call::Sweep | Call::Meddle { .. } => Ok(Answer::Done),
        }
    }
}

/// The table, past the repository.
pub(super) struct Table {
    pub(super) client: Client,
    pub(super) name: String,
}

impl Table {
    /// Every item, with everything that is stored of it, but those of strangers.
    pub(super) async fn items(&self) -> anyhow::Result<Vec<Item>> {
        let mut items = self.scan().await?;
        items.retain(|item| !is_stranger(item));
        Ok(items)
    }

    /// Writes an item as it is.
    pub(super) async fn put(&self, item: Item) -> anyhow::Result<()> {
        let put = self.client.put_item().table_name(&self.name).set_item(Some(item));
        put.send().await.context("the table cannot be written")?;
        Ok(())
    }

    /// Removes everything, and returns what [`items`](Self::items) would have.
    pub(super) async fn empty(&self) -> anyhow::Result<Vec<Item>> {
        let mut items = self.scan().await?;
        self.remove(items.clone()).await?;
        items.retain(|item| !is_stranger(item));
        Ok(items)
    }

    /// Removes what has expired, as DynamoDB does in its own time.
    async fn sweep(&self) -> anyhow::Result<()> {
        let mut expired = self.scan().await?;
        expired.retain(has_expired);
        self.remove(expired).await
    }

    async fn remove(&self, mut keys: Vec<Item>) -> anyhow::Result<()> {
        for item in &mut keys {
            item.retain(|name, _| name == "PK" || name == "SK");
        }
        // DynamoDB: 25 items a request.
        for keys in keys.chunks(25) {
            let delete = |key: &Item| {
                let delete = DeleteRequest::builder().set_key(Some(key.clone())).build()?;
                anyhow::Ok(WriteRequest::builder().delete_request(delete).build())
            };
            let mut requests: Vec<_> = keys.iter().map(delete).collect::<Result<_, _>>()?;
            while !requests.is_empty() {
                let answer = self
                    .client
                    .batch_write_item()
                    .request_items(&self.name, requests)
                    .send()
                    .await
                    .context("the table cannot be cleared")?;
                requests = answer
                    .unprocessed_items
                    .unwrap_or_default()
                    .remove(&self.name)
                    .unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Every item, whoever's it is.
    pub(super) async fn scan(&self) -> anyhow::Result<Vec<Item>> {
        let (mut items, mut start) = (Vec::new(), None::<HashMap<_, _>>);
        loop {
            let answer = self
                .client
                .scan()
                .table_name(&self.name)
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .context("the table cannot be read")?;
            items.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(items);
            }
        }
    }

    async fn meddle<E: Entity>(&self, of: &E, with: &Meddling) -> anyhow::Result<()> {
        let wanted = order::identity(E::KEY_ATTRIBUTES, &of.to_item());
        let mut items = self.items().await?;
        items.retain(|item| order::identity(E::KEY_ATTRIBUTES, item) == wanted);
        let Some(mut item) = items.pop() else { return Ok(()) };
        match with {
            Meddling::Unknown(value) => {
                item.insert(UNKNOWN.to_owned(), value.clone());
            }
            Meddling::Stranger => {
                item.insert("_entity".to_owned(), AttributeValue::S(STRANGER.to_owned()));
                // An index that does not hold the entity's name holds one entity alone where a pattern reads.
                for index in E::INDEXES.iter().filter(|it| it.projection != IndexProjection::All) {
                    item.remove(index.partition_attribute);
                    item.remove(index.sort_attribute);
                }
                for (name, value) in &mut item {
                    if let AttributeValue::S(key) = value
                        && name.ends_with("SK")
                    {
                        key.push_str(STRANGER);
                    }
                }
            }
        }
        self.put(item).await
    }
}

/// Whether DynamoDB may have removed the item by now.
pub(super) fn has_expired(item: &Item) -> bool {
    let now = Timestamp::now().as_millis() / 1000;
    let ttl = item.get("_ttl").and_then(|ttl| i64::from_attribute(ttl.clone()).ok());
    ttl.is_some_and(|ttl| ttl <= now)
}

fn is_stranger(item: &Item) -> bool {
    matches!(item.get("_entity"), Some(AttributeValue::S(name)) if name == STRANGER)
}
