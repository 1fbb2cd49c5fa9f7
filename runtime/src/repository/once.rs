//! Creating an item once for a token, however often the creation is asked for.

use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

use super::alive::{TTL, expiry_in, is_expired, seconds, vacant};
use super::claim::OWN_SORT;
use super::send::Sent;
use super::store::{ENTITY, Store};
use super::write::{Kind, Subject, WRITE, Write, mark};
use super::{Expression, not_found};
use crate::error::ErrorKind;
use crate::key::{KeyPart as _, PrimaryKey, check_partition};
use crate::{Error, Item, Result};

/// How long a token is remembered: a day.
const LIFETIME_SECONDS: u64 = 24 * 60 * 60;

/// What has the place of an entity's name in a token's item.
const KIND: &str = "$token";

/// The attributes of a token's item: the key of what was created with it, and what it was created from.
const PARTITION: &str = "_partition";
const SORT: &str = "_sort";
const DIGEST: &str = "_digest";

impl Store {
    /// Creates the item, or finds the one that was created with the token before. `parent` must exist and be within
    /// reach; `payload` is what two creations with one token must share.
    pub(super) async fn create_once(
        &self,
        token: &str,
        payload: &[u8],
        parent: Option<(&'static crate::entity::Shape, PrimaryKey)>,
        item: Item,
    ) -> Result<Item> {
        let mark = mark();
        let of = AttributeValue::B(Blob::new(digest(&SHA256, payload).as_ref()));
        let key = self.token_key(token)?;
        let mut writes = vec![];
        if let Some((shape, parent)) = parent {
            writes.push(self.parent_check(shape, parent));
        }
        let mut new = self.new_item(item.clone(), &mark)?;
        let Some(created) = new.first().and_then(Write::key) else {
            return Err(not_found(self.shape.name));
        };
        writes.push(token_item(&key, &created, of.clone(), &mark));
        let place = writes.len() - 1;
        writes.append(&mut new);
        match self.send(writes, &mark).await? {
            Sent::Done(_) => Ok(item),
            Sent::Refused(refused) if refused.index == place => {
                self.created_before(&key, refused.stored, &of).await
            }
            Sent::Refused(refused) => {
                // Another creation with the token may have come first and be what the item's own condition met.
                let token = self.read(key.clone(), true).await?;
                if token.as_ref().is_some_and(|token| !is_expired(token, seconds())) {
                    return self.created_before(&key, token, &of).await;
                }
                refused.explain()?;
                Err(self.contended())
            }
        }
    }

    /// What was created with the token.
    async fn created_before(
        &self,
        key: &PrimaryKey,
        token: Option<Item>,
        of: &AttributeValue,
    ) -> Result<Item> {
        let token = match token {
            Some(token) => token,
            None => self.read(key.clone(), true).await?.unwrap_or_default(),
        };
        if token.get(DIGEST) != Some(of) {
            return Err(Error::new(
                ErrorKind::Unprocessable,
                "token-reused",
                format!("another {} was created with this token", self.shape.name),
            ));
        }
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
    fn token_key(&self, token: &str) -> Result<PrimaryKey> {
        let mut partition = format!("$TOKEN#{}#", self.shape.name);
        self.caller().unwrap_or_default().write(&mut partition);
        partition.push('#');
        token.write(&mut partition);
        check_partition(&partition)?;
        Ok(PrimaryKey { partition, sort: OWN_SORT.to_owned() })
    }
}

fn token_item(
    key: &PrimaryKey,
    created: &PrimaryKey,
    of: AttributeValue,
    mark: &AttributeValue,
) -> Write {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let mut expression = Expression::default();
    let condition = vacant(true, &mut expression);
    let item = Item::from([
        ("PK".to_owned(), text(&key.partition)),
        ("SK".to_owned(), text(&key.sort)),
        (ENTITY.to_owned(), text(KIND)),
        (PARTITION.to_owned(), text(&created.partition)),
        (SORT.to_owned(), text(&created.sort)),
        (DIGEST.to_owned(), of),
        (TTL.to_owned(), expiry_in(LIFETIME_SECONDS)),
        (WRITE.to_owned(), mark.clone()),
    ]);
    Write { kind: Kind::Put(item), condition, expression, subject: Subject::Bookkeeping }
}
