//! Creating items: within reach, with their keys, and with their claims to values that no two items share.

use aws_sdk_dynamodb::types::AttributeValue;

use super::alive::{TTL, expiry, expiry_in, vacant};
use super::send::Sent;
use super::store::{ENTITY, Store};
use super::write::{Kind, Subject, WRITE, Write, mark};
use super::{Expression, claim};
use crate::entity::Shape;
use crate::error::ErrorKind;
use crate::key::PrimaryKey;
use crate::{Error, Expected, Index, Item, Result, limit};

impl Store {
    pub(super) async fn create(&self, item: Item) -> Result<()> {
        let mark = mark();
        let writes = self.new_item(item, &mark)?;
        self.send_new(writes, &mark).await
    }

    pub(super) async fn create_within(
        &self,
        parent: &'static Shape,
        key: PrimaryKey,
        item: Item,
    ) -> Result<()> {
        let mark = mark();
        let mut writes = vec![self.parent_check(parent, key)];
        writes.extend(self.new_item(item, &mark)?);
        self.send_new(writes, &mark).await
    }

    /// Sends writes whose conditions depend on nothing that was read before.
    pub(super) async fn send_new(&self, writes: Vec<Write>, mark: &AttributeValue) -> Result<()> {
        match self.send(writes, mark).await? {
            Sent::Done(_) => Ok(()),
            Sent::Refused(refused) => {
                refused.explain()?;
                Err(self.contended())
            }
        }
    }

    /// The condition that a parent exists and is within reach.
    pub(super) fn parent_check(&self, parent: &'static Shape, key: PrimaryKey) -> Write {
        Write::guarded(Kind::Check(key), self.guard_of(parent, Expected::Any))
    }

    /// The writes that make a new item.
    pub(super) fn new_item(&self, mut item: Item, mark: &AttributeValue) -> Result<Vec<Write>> {
        self.reach(&item)?;
        finish(self.shape, &mut item, mark)?;
        self.ride(&mut item, None)?;
        let claims = claim::claims(self.shape, &item)?;
        let holder = claim::holder(&item);
        let ttl = item.get(TTL).cloned();
        let mut expression = Expression::default();
        let condition = vacant(self.shape.may_expire(), &mut expression);
        let subject = Subject::New(self.shape);
        let mut writes = Vec::with_capacity(1 + claims.len());
        writes.push(Write { kind: Kind::Put(item), condition, expression, subject });
        let claimed =
            claims.into_iter().map(|claim| claim.stake(self.shape, &holder, ttl.as_ref()));
        writes.extend(claimed);
        Ok(writes)
    }

    /// Refuses an item that would not be the caller's own.
    pub(super) fn reach(&self, item: &Item) -> Result<()> {
        if self.is_reached(item) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Denied,
            "permission-denied",
            format!("this {} would not be the caller's own", self.shape.name),
        ))
    }

    pub(super) fn contended(&self) -> Error {
        Error::conflict(format!("this {} is being changed by others", self.shape.name))
    }
}

/// Adds to a whole item what the repository writes to every one, and checks the limits before anything is sent.
pub(super) fn finish(shape: &Shape, item: &mut Item, mark: &AttributeValue) -> Result<()> {
    let key = PrimaryKey::render(shape, &*item)?;
    let deleted = shape.soft_delete.filter(|soft| item.contains_key(soft.attribute));
    for index_key in shape.indexes.iter().flat_map(Index::keys) {
        // A deleted item is in no index.
        let value = if deleted.is_some() { None } else { index_key.render(&*item)? };
        put(item, index_key.attribute, value);
    }
    let ttl = match deleted.and_then(|soft| soft.retain_seconds) {
        Some(retained) => Some(expiry_in(retained)),
        None => shape.ttl.and_then(|attribute| expiry(item.get(attribute)?)),
    };
    if shape.may_expire() {
        put(item, TTL, ttl);
    }
    item.insert("PK".to_owned(), AttributeValue::S(key.partition));
    item.insert("SK".to_owned(), AttributeValue::S(key.sort));
    item.insert(ENTITY.to_owned(), AttributeValue::S(shape.name.to_owned()));
    item.insert(WRITE.to_owned(), mark.clone());
    limit::check_item(item)
}

fn put(item: &mut Item, attribute: &'static str, value: Option<AttributeValue>) {
    match value {
        Some(value) => item.insert(attribute.to_owned(), value),
        None => item.remove(attribute),
    };
}
