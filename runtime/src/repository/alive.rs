//! What counts as gone while DynamoDB still has it: expired items, and deleted ones that can be restored.

use aws_sdk_dynamodb::types::AttributeValue;

use super::Expression;
use crate::entity::Shape;
use crate::{Item, Timestamp};

/// The attribute by which DynamoDB expires items: a number, in seconds since 1970. One for the whole table.
pub(crate) const TTL: &str = "_ttl";

/// What an item must be to count as there, at this moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alive {
    /// Seconds since 1970, where items of the entity expire.
    now: Option<i64>,
    deleted: Option<&'static str>,
}

impl Alive {
    pub(crate) fn of(shape: &Shape) -> Self {
        // Asking for the time costs more than not asking, on a path that every read takes.
        let expires = shape.ttl.is_some();
        Self { now: expires.then(seconds), deleted: shape.soft_delete.map(|soft| soft.attribute) }
    }

    /// Whether the item counts as there.
    pub(crate) fn holds(self, item: &Item) -> bool {
        self.now.is_none_or(|now| !is_expired(item, now))
            && self.deleted.is_none_or(|deleted| !item.contains_key(deleted))
    }

    /// Whether the item was deleted and can be restored.
    pub(crate) fn was_deleted(self, item: &Item) -> bool {
        // A deleted item may expire, too, whether or not one that is there does.
        self.deleted.is_some_and(|deleted| item.contains_key(deleted))
            && !is_expired(item, self.now.unwrap_or_else(seconds))
    }

    /// What [`holds`](Self::holds) says, as an expression; none where all items count.
    pub(crate) fn condition(self, expression: &mut Expression) -> Option<String> {
        let mut terms = Vec::new();
        if let Some(now) = self.now {
            let (ttl, now) = (expression.name(TTL), expression.value(number(now)));
            terms.push(format!("(attribute_not_exists({ttl}) OR {ttl} > {now})"));
        }
        if let Some(deleted) = self.deleted {
            terms.push(format!("attribute_not_exists({})", expression.name(deleted)));
        }
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }

    /// The attributes that tell.
    pub(crate) fn attributes(self) -> impl Iterator<Item = &'static str> {
        self.now.map(|_| TTL).into_iter().chain(self.deleted)
    }
}

/// The condition of a write that makes an item where there is none, or one that has expired.
pub(super) fn vacant(expires: bool, expression: &mut Expression) -> String {
    if !expires {
        return "attribute_not_exists(PK)".to_owned();
    }
    let (ttl, now) = (expression.name(TTL), expression.value(number(seconds())));
    format!("attribute_not_exists(PK) OR {ttl} <= {now}")
}

/// When an item expires, as DynamoDB wants it told: rounded up, so that nothing goes early.
pub(super) fn expiry(moment: &AttributeValue) -> Option<AttributeValue> {
    let moment: Timestamp = moment.as_s().ok()?.parse().ok()?;
    Some(number(moment.as_millis().div_euclid(1000) + i64::from(moment.as_millis() % 1000 != 0)))
}

/// So many seconds from now.
pub(crate) fn expiry_in(lifetime: u64) -> AttributeValue {
    number(seconds().saturating_add_unsigned(lifetime))
}

/// Whether an item has expired, though DynamoDB has not removed it yet: that may take it days.
pub(crate) fn is_expired(item: &Item, now: i64) -> bool {
    match item.get(TTL) {
        Some(AttributeValue::N(digits)) => digits.parse().is_ok_and(|ttl: i64| ttl <= now),
        _ => false,
    }
}

/// This moment, in seconds since 1970.
pub(super) fn seconds() -> i64 {
    Timestamp::now().as_millis().div_euclid(1000)
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
