//! API keys: credentials that are items of the table, found by their ids and known by their hashes.

use std::future::Future;
use std::pin::Pin;

use http::HeaderValue;
use uuid::Uuid;

use super::cache::{Cache, Fingerprint};
use super::caller::GrantsOf;
use super::clock::Clock;
use super::{Caller, Credential, refuse};
use crate::condition::{Comparison, Node};
use crate::context::Context;
use crate::error::{Error, ErrorKind, FieldError, Result};
use crate::id::base32;
use crate::log::chain;
use crate::path::RawPath;
use crate::permission::{PermissionType, Permissions, Permit};
use crate::{
    Attribute as _, Entity, Expected, Id, IdPrefix, Patch, Query, Repository, Timestamp, Update,
};

pub(super) mod text;

/// How long a key counts as verified, in seconds: one that is revoked may be used for so long by a process that has
/// seen it. So often, too, its last use is recorded at most.
const MAX_AGE: u64 = 60;

/// The hash that a key is compared with where there is none.
const NOBODYS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An entity whose items are API keys.
///
/// What is generated for an entity with `[api_key]` implements it. An item that has expired or is deleted is no
/// credential.
pub trait AccessKey: Entity + IdPrefix {
    /// What a key's text begins with behind the environment.
    const KEY_PREFIX: &'static str;

    /// The field, as JSON has it, of what a key is limited to.
    const LIMITS: &'static str;

    /// The attribute of the moment when a key was last used.
    const LAST_USED: &'static str;

    /// The key with this id, wherever it lies.
    fn find(all: &Repository<Self>, id: &Id<Self>) -> Query<Self>;

    /// What the item says of the key.
    fn stored(&self) -> StoredKey<'_, Self>;

    /// Takes what is stored of a new key.
    fn issue(&mut self, new: NewKey);
}

/// What an item says of the API key that it is.
#[derive(Debug)]
pub struct StoredKey<'k, E: IdPrefix> {
    /// The key's id.
    pub id: &'k Id<E>,
    /// Whom it speaks for.
    pub owner: String,
    /// The role of whoever made it.
    pub role: &'k str,
    /// Its hash.
    pub hash: &'k str,
    /// What it is limited to: permissions such as `agent:read`, or all of a resource, `task:*`.
    pub permissions: Vec<&'k str>,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

/// What is stored of a new API key.
#[derive(Debug)]
pub struct NewKey {
    /// Its hash.
    pub hash: String,
    /// The part of it that may be shown.
    pub shown: String,
    /// The role of whoever made it.
    pub role: String,
}

/// An API key as its owner is told it, once. Its `Debug` form does not show it.
pub struct IssuedKey(String);

impl IssuedKey {
    /// The key itself, for the one answer that tells it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for IssuedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<P: PermissionType> Permit<P> {
    /// Makes a new key of an item that says what it is limited to, and writes into the item what is stored of it.
    ///
    /// # Errors
    /// `invalid-body` (400) for a permission that there is not; denied (403) for one that the caller does not hold:
    /// a key may do no more than whoever makes it.
    pub fn issue<E: AccessKey>(&self, key: &mut E) -> Result<IssuedKey> {
        let caller = self.ctx().known()?;
        let stored = key.stored();
        for name in &stored.permissions {
            let Some(named) = named::<P::Catalogue>(name) else {
                let detail = format!("`{name}` is no permission");
                let field = FieldError { pointer: format!("/{}", E::LIMITS), detail };
                return Err(Error::invalid("invalid-body", "the body has an invalid field")
                    .with_fields(vec![field]));
            };
            if !caller.grants().covers(named) {
                let detail =
                    format!("the caller does not hold `{name}`, and can give it to no key");
                return Err(Error::new(ErrorKind::Denied, "permission-denied", detail));
            }
        }
        let environment = self.ctx().config().environment();
        let mut buffer = [0; base32::LENGTH];
        let id = base32::encode(stored.id.uuid().as_u128(), &mut buffer);
        let text = text::make(environment, E::KEY_PREFIX, id)?;
        key.issue(NewKey {
            hash: text::hash(&text),
            shown: text::shown(environment, E::KEY_PREFIX, id),
            role: caller.role().to_owned(),
        });
        Ok(IssuedKey(text))
    }
}

/// The bits of a permission, or of all permissions over a resource.
fn named<C: Permissions>(name: &str) -> Option<u128> {
    let is_named = |permission: &&C| match name.strip_suffix('*') {
        Some(resource) => resource.ends_with(':') && permission.name().starts_with(resource),
        None => permission.name() == name,
    };
    let bits = C::ALL.iter().filter(is_named).map(|permission| 1_u128 << permission.index());
    bits.reduce(|all, bit| all | bit)
}

/// How an application's keys are looked up.
pub(crate) struct ApiKeys {
    prefix: &'static str,
    look_up: fn(Context, Uuid) -> LookedUp,
}

type LookedUp = Pin<Box<dyn Future<Output = Result<Option<Known>>> + Send>>;

/// A key as it is stored, whatever entity it is of.
struct Known {
    subject: String,
    role: String,
    hash: String,
    /// The bits of the permissions that it is limited to.
    limit: u128,
    expires: Option<u64>,
    last_used: Option<u64>,
    used: Box<dyn FnOnce(Context) -> Used + Send>,
}

type Used = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

impl ApiKeys {
    pub(crate) fn of<E: AccessKey, C: Permissions>() -> Self {
        let look_up = |ctx, id| -> LookedUp { Box::pin(look_up::<E, C>(ctx, id)) };
        Self { prefix: E::KEY_PREFIX, look_up }
    }
}

async fn look_up<E: AccessKey, C: Permissions>(ctx: Context, id: Uuid) -> Result<Option<Known>> {
    let found = E::find(&Repository::new(&ctx), &Id::from_uuid(id)).first_or_none().await?;
    let Some(key) = found else {
        return Ok(None);
    };
    let stored = key.stored();
    let seconds = |moment: Timestamp| u64::try_from(moment.as_millis() / 1000).unwrap_or(0);
    Ok(Some(Known {
        subject: stored.owner,
        role: stored.role.to_owned(),
        hash: stored.hash.to_owned(),
        // What there is no longer is no permission.
        limit: stored.permissions.iter().filter_map(|name| named::<C>(name)).fold(0, |a, b| a | b),
        expires: stored.expires_at.map(seconds),
        last_used: stored.last_used_at.map(seconds),
        used: Box::new(move |ctx| Box::pin(record_use(ctx, key))),
    }))
}

async fn record_use<E: AccessKey>(ctx: Context, key: E) -> Result<()> {
    let used = Use { key: std::marker::PhantomData::<fn() -> E>, now: Timestamp::now() };
    Repository::<E>::new(&ctx).update(key.key(), used, Expected::Any).await.map(|_| ())
}

/// That a key is used now, unless that was said a moment ago.
struct Use<E> {
    key: std::marker::PhantomData<fn() -> E>,
    now: Timestamp,
}

impl<E: AccessKey> Patch for Use<E> {
    type Entity = E;

    fn apply(self, update: &mut Update) {
        let path = RawPath::attribute(E::LAST_USED);
        let earlier = i64::try_from(MAX_AGE * 1000).unwrap_or_default();
        let before = Timestamp::from_millis(self.now.as_millis() - earlier);
        update.set(E::LAST_USED, &self.now);
        if let Some(before) = before.ok().and_then(|before| before.to_attribute()) {
            let long_ago = Node::Compare(path.clone(), Comparison::AtMost, before);
            update.demand(Node::Any(vec![Node::Missing(path), long_ago]));
        }
    }
}

/// Checks keys, and remembers for a while those that were right.
pub(crate) struct Checker {
    cache: Cache<Caller>,
    clock: Clock,
}

impl Checker {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { cache: Cache::new(MAX_AGE), clock }
    }

    /// Says who presents the key.
    ///
    /// A key that does not exist, is revoked or has expired takes the same way as one with a wrong secret: one query
    /// and one comparison.
    pub(crate) async fn check(
        &self,
        value: &HeaderValue,
        keys: &ApiKeys,
        grants_of: GrantsOf,
        ctx: &Context,
    ) -> Credential {
        let Some((text, parsed)) =
            value.to_str().ok().and_then(|text| Some((text, text::parse(text)?)))
        else {
            return refuse(&"the `x-api-key` header is no API key");
        };
        if parsed.prefix != keys.prefix || parsed.environment != ctx.config().environment() {
            return refuse(&"the API key is of another platform or environment");
        }
        let fingerprint = Fingerprint::of(text);
        if let Some(caller) = self.cache.get(&fingerprint, self.clock.now()) {
            return Credential::Valid(caller);
        }
        let known = match (keys.look_up)(ctx.clone(), parsed.uuid).await {
            Ok(known) => known,
            Err(error) => {
                tracing::error!(error = chain(&error), "an API key cannot be looked up");
                return Credential::Unavailable;
            }
        };
        let is_right = text::is_hash_of(text, known.as_ref().map_or(NOBODYS, |it| &it.hash));
        let Some(known) = known.filter(|_| is_right) else {
            return refuse(&"no API key is this one");
        };
        let Some(grants) = grants_of(&known.role) else {
            return refuse(&"the API key's role does not exist");
        };
        let now = self.clock.now();
        let grants = grants.limited_to(known.limit);
        let caller = Caller::new(known.subject, known.role, grants).by_key(parsed.id);
        self.cache.insert(fingerprint, &caller, known.expires.unwrap_or(u64::MAX), now);
        if known.last_used.is_none_or(|last| last + MAX_AGE <= now)
            && let Err(error) = (known.used)(ctx.clone()).await
            && !error.is_conflict()
        {
            // It is for people to look at; the request does not fail for it.
            tracing::warn!(error = chain(&error), "the use of an API key is not recorded");
        }
        Credential::Valid(caller)
    }
}
