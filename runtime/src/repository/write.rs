//! One write of one item, with all that must be true of it, as a request of its own or as part of a transaction.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};
use uuid::Uuid;

use super::expression::Expression;
use super::guard::Guard;
use super::store::key_item;
use crate::entity::Shape;
use crate::error::ErrorKind;
use crate::key::PrimaryKey;
use crate::{Error, Item, Result, Unique};

/// The attribute that tells one write from another. The SDK sends a request again when its answer was lost;
/// finding its own mark there, a repeated write knows that it has happened already.
pub(super) const WRITE: &str = "_write";

/// A write.
pub(super) struct Write {
    pub(super) kind: Kind,
    pub(super) condition: String,
    pub(super) expression: Expression,
    /// Whose failure it is where the condition does not hold.
    pub(super) subject: Subject,
}

/// What a write does.
pub(super) enum Kind {
    Put(Item),
    Update(PrimaryKey, String),
    Delete(PrimaryKey),
    /// Nothing: only the condition counts.
    Check(PrimaryKey),
}

/// What a write's condition is about.
pub(super) enum Subject {
    /// An item that must not be there yet.
    New(&'static Shape),
    /// An item that must be there.
    Stored(Box<Guard>),
    /// The claim to a value that no two items share.
    Claim(&'static Shape, &'static Unique),
    /// A claim that is given up, or a token: contended only where somebody else writes the same item.
    Bookkeeping,
}

impl Subject {
    /// Why the condition did not hold of what is stored.
    ///
    /// # Errors
    /// The reason. None where nothing is wrong with the item but that somebody else changed it since it was read:
    /// then the write is worth trying again.
    pub(super) fn explain(&self, stored: Option<&Item>) -> Result<()> {
        match self {
            Self::New(shape) => Err(Error::conflict(format!("this {} exists already", shape.name))),
            Self::Stored(guard) => guard.check(stored),
            Self::Claim(shape, unique) => Err(taken(shape, unique)),
            Self::Bookkeeping => Ok(()),
        }
    }

    /// What a write that does this is.
    pub(super) fn describe(&self, verb: &str) -> String {
        match self {
            Self::New(shape) => format!("{verb} of {}", shape.name),
            Self::Stored(guard) => format!("{verb} of {}", guard.shape.name),
            Self::Claim(shape, unique) => format!("{verb} of {} `{}`", shape.name, unique.name),
            Self::Bookkeeping => format!("{verb} of bookkeeping"),
        }
    }
}

impl Write {
    /// A write of an item that must be what the guard says.
    pub(super) fn guarded(kind: Kind, guard: Guard) -> Self {
        let mut expression = Expression::default();
        let condition = guard.condition(&mut expression);
        Self { kind, condition, expression, subject: Subject::Stored(Box::new(guard)) }
    }

    /// A write of an item that fulfilled the guard when it was read, unless it has changed since.
    pub(super) fn unchanged(kind: Kind, guard: Guard, stored: &Item) -> Self {
        let mut expression = Expression::default();
        let condition = unchanged(stored, &mut expression);
        Self { kind, condition, expression, subject: Subject::Stored(Box::new(guard)) }
    }

    /// What it does.
    pub(super) fn verb(&self) -> &'static str {
        match (&self.kind, &self.subject) {
            (Kind::Put(_), Subject::New(_)) => "create",
            (Kind::Put(_), Subject::Claim(..)) => "claim",
            (Kind::Put(_) | Kind::Update(..), _) => "update",
            (Kind::Delete(_), _) => "delete",
            (Kind::Check(_), _) => "check",
        }
    }

    /// The texts that identify the item.
    pub(super) fn key(&self) -> Option<PrimaryKey> {
        match &self.kind {
            Kind::Put(item) => PrimaryKey::of(item),
            Kind::Update(key, _) | Kind::Delete(key) | Kind::Check(key) => Some(key.clone()),
        }
    }

    /// The write as a part of a transaction, and what its condition is about.
    pub(super) fn into_action(self, table: &str) -> Result<(TransactWriteItem, Subject)> {
        let Self { kind, condition, expression, subject } = self;
        let action = TransactWriteItem::builder();
        let all = ReturnValuesOnConditionCheckFailure::AllOld;
        let action = match kind {
            Kind::Put(item) => action.put(
                Put::builder()
                    .table_name(table)
                    .set_item(Some(item))
                    .condition_expression(condition)
                    .set_expression_attribute_names(expression.names())
                    .set_expression_attribute_values(expression.into_values())
                    .return_values_on_condition_check_failure(all)
                    .build()
                    .map_err(Error::internal)?,
            ),
            Kind::Update(key, update) => action.update(
                Update::builder()
                    .table_name(table)
                    .set_key(Some(key_item(key)))
                    .update_expression(update)
                    .condition_expression(condition)
                    .set_expression_attribute_names(expression.names())
                    .set_expression_attribute_values(expression.into_values())
                    .return_values_on_condition_check_failure(all)
                    .build()
                    .map_err(Error::internal)?,
            ),
            Kind::Delete(key) => action.delete(
                Delete::builder()
                    .table_name(table)
                    .set_key(Some(key_item(key)))
                    .condition_expression(condition)
                    .set_expression_attribute_names(expression.names())
                    .set_expression_attribute_values(expression.into_values())
                    .return_values_on_condition_check_failure(all)
                    .build()
                    .map_err(Error::internal)?,
            ),
            Kind::Check(key) => action.condition_check(
                ConditionCheck::builder()
                    .table_name(table)
                    .set_key(Some(key_item(key)))
                    .condition_expression(condition)
                    .set_expression_attribute_names(expression.names())
                    .set_expression_attribute_values(expression.into_values())
                    .return_values_on_condition_check_failure(all)
                    .build()
                    .map_err(Error::internal)?,
            ),
        };
        Ok((action.build(), subject))
    }
}

fn taken(shape: &Shape, unique: &Unique) -> Error {
    let fields: Vec<&str> = super::follow::attributes(unique.fields).collect();
    Error::new(
        ErrorKind::Conflict,
        "not-unique",
        format!("another {} has this `{}` already", shape.name, fields.join("`, `")),
    )
}

/// A mark for one write, or for all that one transaction writes.
pub(super) fn mark() -> AttributeValue {
    AttributeValue::B(Blob::new(Uuid::now_v7().into_bytes()))
}

pub(super) fn is_written(stored: &Item, mark: &AttributeValue) -> bool {
    stored.get(WRITE) == Some(mark)
}

/// The condition that an item is still as it was read: every write changes its mark.
fn unchanged(stored: &Item, expression: &mut Expression) -> String {
    let name = expression.name(WRITE);
    match stored.get(WRITE) {
        Some(mark) => format!("{name} = {}", expression.value(mark.clone())),
        None => format!("attribute_exists(PK) AND attribute_not_exists({name})"),
    }
}
