//! Creating an item once for a token, however often the creation is asked for.

use aws_lc_rs::digest::{Digest, SHA256, digest};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

use super::alive::{TTL, expiry_in, is_expired, seconds, vacant};
use super::claim::OWN_SORT;
use super::failure::is_conflict_of;
use super::send::Sent;
use super::store::{ENTITY, Store};
use super::write::{Kind, Subject, WRITE, Write, mark};
use super::{Expression, not_found};
use crate::entity::Shape;
use crate::error::ErrorKind;
use crate::key::{KeyPart as _, PrimaryKey, check_partition};
use crate::{Error, Item, Result};

/// How long a token is remembered: a day.
const LIFETIME_SECONDS: u64 = 24 * 60 * 60;

/// What has the place of an entity's name in a token's item.
const KIND: &str = "$token";

/// What the partition keys of all tokens begin with.
pub(super) const TOKENS: &str = "$TOKEN#";

/// The attributes of a token's item: the key of what was created with it, and what it was created from.
const PARTITION: &str = "_partition";
const SORT: &str = "_sort";
const DIGEST: &str = "_digest";

/// The place of a token among the writes of its creation: the first one, so that of several conditions that do not
/// hold it is the token's that is told of.
const PLACE: usize = 0;

/// What creations that are one and the same have in common.
pub(super) struct Token {
    key: PrimaryKey,
    /// Of what was asked for.
    digest: AttributeValue,
}

/// What became of a creation with a token.
pub(super) enum Once {
    /// It happened.
    Now,
    /// It had happened before, and left this item of the token.
    Before(Item),
    /// Another one is under way, for all that can be told; this is how it looks to one who knows nothing of tokens.
    UnderWay(Error),
}

impl Token {
    pub(super) fn new(partition: String, digest: &Digest) -> Result<Self> {
        check_partition(&partition)?;
        let key = PrimaryKey { partition, sort: OWN_SORT.to_owned() };
        Ok(Self { key, digest: AttributeValue::B(Blob::new(digest.as_ref())) })
    }

    /// Whether what came with the token before is what comes with it now.
    pub(super) fn is_of(&self, before: &Item) -> bool {
        before.get(DIGEST) == Some(&self.digest)
    }

    /// The token's own write, unless the token is known already. `kept` is what tells of the creation.
    fn write(&self, mut kept: Item, mark: &AttributeValue) -> Write {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        kept.extend([
            ("PK".to_owned(), text(&self.key.partition)),
            ("SK".to_owned(), text(&self.key.sort)),
            (ENTITY.to_owned(), text(KIND)),
            (DIGEST.to_owned(), self.digest.clone()),
            (TTL.to_owned(), expiry_in(LIFETIME_SECONDS)),
            (WRITE.to_owned(), mark.clone()),
        ]);
        let mut expression = Expression::default();
        let condition = vacant(true, &mut expression);
        Write { kind: Kind::Put(kept), condition, expression, subject: Subject::Bookkeeping }
    }
}

impl Store {
    /// Creates the item together with the token, whose item `kept` is left in, unless the token is known already.
    /// `parent` must exist and be within reach.
    pub(super) async fn create_with(
        &self,
        token: &Token,
        kept: Item,
        parent: Option<(&'static Shape, PrimaryKey)>,
        item: Item,
    ) -> Result<Once> {
        let mark = mark();
        let mut writes = vec![token.write(kept, &mark)];
        writes.extend(parent.map(|(shape, parent)| self.parent_check(shape, parent)));
        writes.extend(self.new_item(item, &mark)?);
        let refused = match self.send(writes, &mark).await {
            Ok(Sent::Done(_)) => return Ok(Once::Now),
            Ok(Sent::Refused(refused)) => refused,
            Err(error) if is_conflict_of(&error, PLACE) => return Ok(Once::UnderWay(error)),
            Err(error) => return Err(error),
        };
        if let (PLACE, Some(stored)) = (refused.index, &refused.stored) {
            return Ok(Once::Before(stored.clone()));
        }
        // Another creation with the token may have come first and be what the item's own condition met.
        if let Some(stored) = self.known(token).await? {
            return Ok(Once::Before(stored));
        }
        if refused.index == PLACE || refused.is_held(PLACE) {
            return Ok(Once::UnderWay(self.contended()));
        }
        refused.explain()?;
        Err(self.contended())
    }

    /// The token's item, where there was a creation with it that counts.
    pub(super) async fn known(&self, token: &Token) -> Result<Option<Item>> {
        let stored = self.read(token.key.clone(), true).await?;
        Ok(stored.filter(|stored| !is_expired(stored, seconds())))
    }

    /// Creates the item, or finds the one that was created with the token before. `payload` is what two creations with
    /// one token must share.
    pub(super) async fn create_once(
        &self,
        token: &str,
        payload: &[u8],
        parent: Option<(&'static Shape, PrimaryKey)>,
        item: Item,
    ) -> Result<Item> {
        let token = Token::new(self.partition_of(token), &digest(&SHA256, payload))?;
        let created = PrimaryKey::render(self.shape, &item)?;
        let kept = Item::from([
            (PARTITION.to_owned(), AttributeValue::S(created.partition)),
            (SORT.to_owned(), AttributeValue::S(created.sort)),
        ]);
        match self.create_with(&token, kept, parent, item.clone()).await? {
            Once::Now => Ok(item),
            Once::Before(before) if token.is_of(&before) => self.created_before(&before).await,
            Once::UnderWay(error) => Err(error),
            Once::Before(_) => Err(Error::new(
                ErrorKind::Unprocessable,
                "token-reused",
                format!("another {} was created with this token", self.shape.name),
            )),
        }
    }

    /// What was created with the token that left this item, as it is now.
    async fn created_before(&self, token: &Item) -> Result<Item> {
        match (token.get(PARTITION), token.get(SORT)) {
            (Some(AttributeValue::S(partition)), Some(AttributeValue::S(sort))) => {
                let key = PrimaryKey { partition: partition.clone(), sort: sort.clone() };
                let item = Self { consistent: true, ..self.clone() }.get(key).await?;
                item.ok_or_else(|| not_found(self.shape.name))
            }
            _ => Err(self.contended()),
        }
    }

    /// Tokens of one caller are none of another's.
    fn partition_of(&self, token: &str) -> String {
        let mut partition = format!("{TOKENS}{}#", self.shape.name);
        self.caller().unwrap_or_default().write(&mut partition);
        partition.push('#');
        token.write(&mut partition);
        partition
    }
}
