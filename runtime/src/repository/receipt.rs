//! Receipts: small items that say that a subscriber has acted on an event. One is written with what the subscriber
//! does, in one transaction, and so nothing is done twice, however often the event comes.

use aws_sdk_dynamodb::types::AttributeValue;

use super::Expression;
use super::alive::{TTL, expiry_in, is_expired, seconds, vacant};
use super::claim::OWN_SORT;
use super::store::{ENTITY, Store};
use super::write::{Kind, Subject, WRITE, Write};
use crate::key::{KeyPart as _, PrimaryKey, check_partition};
use crate::{Context, Item, Result};

/// What keys of receipts begin with. No template writes it: in a value two hexadecimal digits follow the `$`.
const PREFIX: &str = "$RECEIPT#";

/// What has the place of an entity's name.
const KIND: &str = "$receipt";

/// How long a receipt is kept: 15 days. SQS keeps a message, and so a dead letter, for 14 days at most.
const LIFETIME_SECONDS: u64 = 15 * 24 * 60 * 60;

/// That a subscriber has acted on an event.
#[derive(Debug)]
pub(crate) struct Receipt {
    key: PrimaryKey,
}

impl Receipt {
    /// The receipt of one event for one subscriber.
    ///
    /// # Errors
    /// The event's id is too long for a key: it is none of ours.
    pub(crate) fn of(subscriber: &str, event_id: &str) -> Result<Self> {
        let mut partition = format!("{PREFIX}{subscriber}#");
        event_id.write(&mut partition);
        check_partition(&partition)?;
        Ok(Self { key: PrimaryKey { partition, sort: OWN_SORT.to_owned() } })
    }

    /// Whether it has been given.
    pub(crate) async fn is_given(&self, ctx: &Context) -> Result<bool> {
        let found = Store::of_bookkeeping(ctx).read(self.key.clone(), true).await?;
        Ok(found.is_some_and(|item| !is_expired(&item, seconds())))
    }

    /// The write that gives it, if it has not been given.
    pub(super) fn write(&self, mark: &AttributeValue) -> Write {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let mut expression = Expression::default();
        let condition = vacant(true, &mut expression);
        let item = Item::from([
            ("PK".to_owned(), text(&self.key.partition)),
            ("SK".to_owned(), text(&self.key.sort)),
            (ENTITY.to_owned(), text(KIND)),
            (TTL.to_owned(), expiry_in(LIFETIME_SECONDS)),
            (WRITE.to_owned(), mark.clone()),
        ]);
        Write { kind: Kind::Put(item), condition, expression, subject: Subject::Bookkeeping }
    }
}
