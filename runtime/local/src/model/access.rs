//! Access patterns under test: how each is queried, and what the rows it finds are compared by.

use std::fmt::Debug;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;

use purlin::{Entity, Error, Order, Projected, Projection, Query, Repository, Row};

use super::call::{Answer, Found, Question, Raw, Read, Refusal};
use super::{compare, report};

/// Pages after which a query is taken to have no end: far more than a sequence makes items.
const ENDLESS: usize = 100;

type Answering<'a, E> = Pin<Box<dyn Future<Output = Result<Answer<E>, Error>> + 'a>>;

type Ask<E, R> = Box<dyn for<'a> Fn(&'a R, &'a Question<E>) -> Answering<'a, E>>;

/// One access pattern of a plan.
pub(super) struct Access<E: Entity, R> {
    pub(super) name: &'static str,
    pub(super) order: Order,
    pub(super) ask: Ask<E, R>,
}

impl<E, R> Access<E, R>
where
    E: Entity,
    R: Deref<Target = Repository<E>>,
{
    /// A pattern that returns whole items.
    pub(super) fn whole<S: Send + 'static>(
        name: &'static str,
        order: Order,
        start: impl Fn((&R, &E)) -> Option<Query<E, S>> + 'static,
    ) -> Self {
        let start = Rc::new(start);
        let ask: Ask<E, R> = Box::new(move |all, question| {
            let start = Rc::clone(&start);
            Box::pin(async move {
                let start = || start((all, &question.of));
                read(start, question, async |rows| Ok(rows.into_iter().map(whole).collect())).await
            })
        });
        Self { name, order, ask }
    }

    /// A pattern that returns what its index holds. What it returns must be what the item has, and must lead to it.
    pub(super) fn part<S, P>(
        name: &'static str,
        order: Order,
        start: impl Fn((&R, &E)) -> Option<Query<E, S, Projected<P>>> + 'static,
    ) -> Self
    where
        S: Send + 'static,
        P: Projection<Entity = E> + PartialEq + Debug + 'static,
    {
        let start = Rc::new(start);
        let ask: Ask<E, R> = Box::new(move |all, question| {
            let start = Rc::clone(&start);
            Box::pin(async move {
                let start = || start((all, &question.of));
                let found = async |rows: Vec<Projected<P>>| {
                    let repository: &Repository<E> = all;
                    let items = repository.fetch(&rows).await?;
                    Ok(rows.into_iter().zip(items).map(|(row, item)| part(row, item)).collect())
                };
                read(start, question, found).await
            })
        });
        Self { name, order, ask }
    }
}

fn whole<E: Entity>(entity: E) -> Found {
    let text = report::item(&entity.to_item());
    Found::new(text, move |item| compare::is(&entity, item))
}

fn part<E, P>(row: Projected<P>, fetched: Option<E>) -> Found
where
    E: Entity,
    P: Projection<Entity = E> + PartialEq + Debug + 'static,
{
    let whole = fetched
        .as_ref()
        .map_or_else(|| "nothing".to_owned(), |entity| report::item(&entity.to_item()));
    let row = row.into_inner();
    Found::new(format!("{row:?}, of {whole}"), move |item| {
        P::from_item(item.clone()).is_ok_and(|wanted| wanted == row)
            && fetched.as_ref().is_some_and(|entity| compare::is(entity, item))
    })
}

/// Asks what the question asks, with queries that `start` begins.
async fn read<E, S, T>(
    start: impl Fn() -> Option<Query<E, S, T>>,
    question: &Question<E>,
    found: impl AsyncFn(Vec<T>) -> Result<Vec<Found>, Error>,
) -> Result<Answer<E>, Error>
where
    E: Entity,
    S: Send,
    T: Row<Entity = E>,
{
    let start = || start().map(|query| narrowed(query, question));
    let Some(mut query) = start() else { return Ok(Answer::Pages(Vec::new())) };
    let limit = match question.read {
        Read::First => {
            let row = query.first_or_none().await?;
            return Ok(Answer::First(found(row.into_iter().collect()).await?.pop()));
        }
        Read::Count => return query.count().await.map(Answer::Count),
        Read::Pages(limit) => limit,
    };
    let mut pages = Vec::new();
    loop {
        let page = query.limit(limit).page().await?;
        pages.push(found(page.items).await?);
        match (page.next_cursor, start()) {
            (Some(_), _) if pages.len() == ENDLESS => {
                return Ok(Answer::Refused(Refusal::Other("pages without an end".to_owned())));
            }
            (Some(cursor), Some(next)) => query = next.after(Some(cursor)),
            _ => return Ok(Answer::Pages(pages)),
        }
    }
}

fn narrowed<E: Entity, S, T>(query: Query<E, S, T>, question: &Question<E>) -> Query<E, S, T> {
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
