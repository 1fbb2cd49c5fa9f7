//! What is tested: a repository, and the table beneath it that other writers use as well.

use std::collections::HashMap;
use std::ops::Deref;

use anyhow::Context as _;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, WriteRequest};
use purlin::{Entity, Error, Item, Order, Query, Repository};

use super::call::{Answer, Call, Meddling, Question, Raw, Read, Refusal};
use super::oracle::UNKNOWN;
use super::order;
use super::plan::Plan;

/// Pages after which a query is taken to have no end: far more than a sequence makes items.
const ENDLESS: usize = 100;

/// What a stranger's sort keys end with, and its entity's name: nothing that an entity of a plan writes.
const STRANGER: &str = "#stranger";

/// Answers calls. One that answers some of them otherwise stands in for a faulty repository in the model's own tests.
pub(super) trait Subject<E> {
    async fn answer(&self, call: &Call<E>) -> anyhow::Result<Answer<E>>;
}

/// A plan's repository.
pub(super) struct Subjected<'p, E: Entity, R> {
    pub(super) plan: &'p Plan<E, R>,
    pub(super) repository: R,
    pub(super) table: Table,
}

impl<E, R> Subject<E> for Subjected<'_, E, R>
where
    E: Entity + Clone,
    R: Deref<Target = Repository<E>>,
{
    async fn answer(&self, call: &Call<E>) -> anyhow::Result<Answer<E>> {
        if let Call::Meddle { of, with } = call {
            self.table.meddle(of, with).await?;
            return Ok(Answer::Done);
        }
        Ok(self.ask(call).await.unwrap_or_else(|error| Answer::Refused(Refusal::from(error))))
    }
}

impl<E, R> Subjected<'_, E, R>
where
    E: Entity + Clone,
    R: Deref<Target = Repository<E>>,
{
    async fn ask(&self, call: &Call<E>) -> Result<Answer<E>, Error> {
        let repository: &Repository<E> = &self.repository;
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
            Call::Query(question) => self.read(question).await,
            Call::Meddle { .. } => Ok(Answer::Done),
        }
    }

    async fn read(&self, question: &Question<E>) -> Result<Answer<E>, Error> {
        let access = &self.plan.accesses[question.access];
        let start = || {
            (access.start)(&self.repository, &question.of).map(|query| narrowed(query, question))
        };
        let Some(mut query) = start() else { return Ok(Answer::Pages(Vec::new())) };
        let Read::Pages(limit) = question.read else {
            return query.first_or_none().await.map(Answer::Maybe);
        };
        let mut pages = Vec::new();
        loop {
            let page = query.limit(limit).page().await?;
            pages.push(page.items);
            match (page.next_cursor, start()) {
                (Some(_), _) if pages.len() == ENDLESS => {
                    return Ok(Answer::Refused(Refusal::Other("pages without an end".to_owned())));
                }
                (Some(cursor), Some(next)) => query = next.after(Some(cursor)),
                _ => return Ok(Answer::Pages(pages)),
            }
        }
    }
}

fn narrowed<E: Entity>(query: Query<E>, question: &Question<E>) -> Query<E> {
    let query = match question.order {
        None => query,
        Some(Order::Ascending) => query.ascending(),
        Some(Order::Descending) => query.descending(),
    };
    match question.filter {
        None => query,
        Some(name) => query.filter_eq(name, &Raw(question.of.to_item().remove(name))),
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
        let mut keys = items.clone();
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
        items.retain(|item| !is_stranger(item));
        Ok(items)
    }

    async fn scan(&self) -> anyhow::Result<Vec<Item>> {
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

fn is_stranger(item: &Item) -> bool {
    matches!(item.get("_entity"), Some(AttributeValue::S(name)) if name == STRANGER)
}
