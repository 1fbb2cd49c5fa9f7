//! Creations that are answered: once for each `Idempotency-Key`, and from then on as the first time.

use std::time::Duration;

use super::Repository;
use super::once::{Once, TOKENS, Token};
use crate::entity::Shape;
use crate::error::ErrorKind;
use crate::key::PrimaryKey;
use crate::{Entity, Error, Item, Request, Response, Result, guarded};

/// The attribute of a token's item that holds the first answer.
const ANSWER: &str = "_answer";

/// How long a request with the same key may take, before asking again is worth while.
const UNDER_WAY: Duration = Duration::from_secs(1);

/// Creations of a repository, each with its answer. [`Repository::answering`] makes it.
#[must_use = "nothing is created until it is told what"]
pub struct Answering<'r, E> {
    repository: Repository<E>,
    request: &'r Request,
    answer: Response,
}

impl<E: Entity> Repository<E> {
    /// Creates with `answer` for what the operation says of it, once for each `Idempotency-Key`.
    ///
    /// ```
    /// # use purlin::{Context, Entity, Repository, Request, Response, Result};
    /// #[derive(serde::Serialize, Entity)]
    /// #[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
    /// struct Parcel {
    ///     parcel_id: String,
    /// }
    ///
    /// async fn create(ctx: Context, request: Request) -> Result<Response> {
    ///     let parcel = Parcel { parcel_id: "7".to_owned() };
    ///     let answer = Response::created("/parcels/7", &parcel)?;
    ///     Repository::new(&ctx).answering(&request, answer).create(&parcel).await
    /// }
    /// # fn main() { let _ = create; }
    /// ```
    ///
    /// Without the header it is the creation, and then the answer. With it, the answer is kept in the same transaction
    /// as the item, for a day: whoever repeats the request gets that answer, whatever has become of the item, and
    /// nothing is created. A request that fails leaves nothing behind. Keys belong to the caller and to the operation.
    ///
    /// An answer that tells a secret ([`Response::issued`]) is not kept; there the header is refused.
    pub fn answering<'r>(&self, request: &'r Request, answer: Response) -> Answering<'r, E> {
        Answering { repository: self.clone(), request, answer }
    }

    /// The answer that an earlier request with the same `Idempotency-Key` got from [`answering`](Self::answering).
    ///
    /// For an operation that reads before it creates: what it read the first time may be gone.
    ///
    /// # Errors
    /// `invalid-idempotency-key` (400); `idempotency-key-reused` (422) where the earlier request was another one.
    pub async fn answered(&self, request: &Request) -> Result<Option<Response>> {
        let Some(token) = self.token(request)? else { return Ok(None) };
        let known = self.store.known(&token).await?;
        known.map(|before| again(&token, &before)).transpose()
    }

    /// What the request's key is known by, where it has one.
    fn token(&self, request: &Request) -> Result<Option<Token>> {
        let Some(recurring) = request.recurring()? else { return Ok(None) };
        let ctx = &self.store.ctx;
        let mut partition = TOKENS.to_owned();
        recurring.write(ctx.caller(), &mut partition);
        // Whoever sees less than the first answer shows must not get it, though it be the same subject.
        let digest = recurring.digest(&guarded::seen::<E>(ctx))?;
        Token::new(partition, &digest).map(Some)
    }
}

impl<E: Entity> Answering<'_, E> {
    /// [`Repository::create`], and the answer.
    ///
    /// # Errors
    /// As [`Repository::create`]. With an `Idempotency-Key`: `invalid-idempotency-key` (400) and
    /// `idempotency-key-reused` (422) as [`Repository::answered`]; `idempotency-key-in-progress` (409) where a request
    /// with the same key is under way; `idempotency-key-unsupported` and `answer-too-large` (400) where the answer
    /// cannot be kept.
    pub async fn create(self, entity: &E) -> Result<Response> {
        match self.repository.token(self.request)? {
            Some(token) => self.once(token, None, entity).await,
            None => {
                self.repository.create(entity).await?;
                Ok(self.answer)
            }
        }
    }

    /// [`Repository::create_within`], and the answer.
    ///
    /// # Errors
    /// As [`create`](Self::create) and [`Repository::create_within`].
    pub async fn create_within<P: Entity>(
        self,
        parent: P::Key<'_>,
        entity: &E,
    ) -> Result<Response> {
        match self.repository.token(self.request)? {
            Some(token) => {
                let shape = Shape::of::<P>();
                let parent = PrimaryKey::render(shape, P::key_values(parent).as_slice())?;
                self.once(token, Some((shape, parent)), entity).await
            }
            None => {
                self.repository.create_within::<P>(parent, entity).await?;
                Ok(self.answer)
            }
        }
    }

    async fn once(
        self,
        token: Token,
        parent: Option<(&'static Shape, PrimaryKey)>,
        entity: &E,
    ) -> Result<Response> {
        let kept = Item::from([(ANSWER.to_owned(), self.answer.keep()?)]);
        let store = &self.repository.store;
        match store.create_with(&token, kept, parent, entity.to_item()).await? {
            Once::Now => Ok(self.answer),
            Once::Before(before) => again(&token, &before),
            Once::UnderWay(error) => Err(under_way(error)),
        }
    }
}

/// The answer that the token's item holds, if it is that of the same request.
fn again(token: &Token, before: &Item) -> Result<Response> {
    if !token.is_of(before) {
        let detail = "the `idempotency-key` was used for another request";
        return Err(Error::new(ErrorKind::Unprocessable, "idempotency-key-reused", detail));
    }
    Response::again(before.get(ANSWER))
}

fn under_way(source: Error) -> Error {
    let detail = "a request with the same `idempotency-key` is under way; try again";
    Error::new(ErrorKind::Conflict, "idempotency-key-in-progress", detail)
        .with_retry_after(UNDER_WAY)
        .with_source(source)
}
