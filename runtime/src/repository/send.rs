//! Sending writes: one as a request of its own, several as a transaction.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::failure::{Canceled, Failure, canceled, failure};
use super::store::{Store, key_item};
use super::write::{Kind, Subject, Write, is_written};
use crate::usage::WANTED;
use crate::{Error, Item, Result, limit};

/// What became of writes.
pub(super) enum Sent {
    /// They happened; the item as it then is after an update, and as it was before a delete, where one request told.
    Done(Option<Item>),
    /// None happened, since the condition of this one did not hold of what is stored.
    Refused(Refused),
}

pub(super) struct Refused {
    /// Which of the writes, counted from zero.
    pub(super) index: usize,
    pub(super) stored: Option<Item>,
    /// What its condition was about.
    subject: Subject,
    /// What it does.
    verb: &'static str,
    /// The writes whose items another transaction was writing.
    held: Vec<usize>,
}

impl Refused {
    /// Why the condition did not hold of what is stored.
    ///
    /// # Errors
    /// The reason; see [`Subject::explain`].
    pub(super) fn explain(&self) -> Result<()> {
        self.subject.explain(self.stored.as_ref())
    }

    /// Whether another transaction was writing the item of this write.
    pub(super) fn is_held(&self, index: usize) -> bool {
        self.held.contains(&index)
    }

    /// What the write is, for telling which one of a transaction failed.
    pub(super) fn describe(&self) -> String {
        self.subject.describe(self.verb)
    }
}

impl Store {
    /// Sends writes that all happen or none. `mark` is what the items put or updated bear.
    pub(super) async fn send(&self, mut writes: Vec<Write>, mark: &AttributeValue) -> Result<Sent> {
        limit::check_expressions(writes.iter().map(|write| match &write.kind {
            Kind::Update(_, update) => (write.condition.as_str(), update.as_str()),
            _ => (write.condition.as_str(), ""),
        }))?;
        match writes.len() {
            0 => Ok(Sent::Done(None)),
            1 => match writes.pop() {
                Some(write) => self.send_one(write, mark).await,
                None => Ok(Sent::Done(None)),
            },
            _ => self.send_all(writes, mark).await,
        }
    }

    async fn send_one(&self, write: Write, mark: &AttributeValue) -> Result<Sent> {
        let verb = write.verb();
        let Write { kind, condition, expression, subject } = write;
        let all = ReturnValuesOnConditionCheckFailure::AllOld;
        let sent = match kind {
            Kind::Put(item) => {
                let request = self.client().put_item().table_name(self.table());
                let sent = request
                    .set_item(Some(item))
                    .condition_expression(condition)
                    .set_expression_attribute_names(expression.names())
                    .set_expression_attribute_values(expression.into_values())
                    .return_values_on_condition_check_failure(all)
                    .return_consumed_capacity(WANTED)
                    .send()
                    .await;
                sent.map(|output| (None, output.consumed_capacity))
                    .map_err(|error| failure(error.into()))
            }
            Kind::Update(key, update) => {
                let request = self.client().update_item().table_name(self.table());
                let sent = request
                    .set_key(Some(key_item(key)))
                    .update_expression(update)
                    .condition_expression(condition)
                    .set_expression_attribute_names(expression.names())
                    .set_expression_attribute_values(expression.into_values())
                    .return_values(ReturnValue::AllNew)
                    .return_values_on_condition_check_failure(all)
                    .return_consumed_capacity(WANTED)
                    .send()
                    .await;
                sent.map(|output| (output.attributes, output.consumed_capacity))
                    .map_err(|error| failure(error.into()))
            }
            Kind::Delete(key) => {
                let request = self.client().delete_item().table_name(self.table());
                let sent = request
                    .set_key(Some(key_item(key)))
                    .condition_expression(condition)
                    .set_expression_attribute_names(expression.names())
                    .set_expression_attribute_values(expression.into_values())
                    .return_values(ReturnValue::AllOld)
                    .return_values_on_condition_check_failure(all)
                    .return_consumed_capacity(WANTED)
                    .send()
                    .await;
                sent.map(|output| (output.attributes, output.consumed_capacity))
                    .map_err(|error| failure(error.into()))
            }
            // DynamoDB has no request that only checks; a transaction of one does.
            Kind::Check(key) => {
                let write = Write { kind: Kind::Check(key), condition, expression, subject };
                return self.send_all(vec![write], mark).await;
            }
        };
        match sent {
            Ok((attributes, consumed)) => {
                self.consumed_write(consumed.as_slice());
                Ok(Sent::Done(attributes))
            }
            // The first attempt happened, and its answer was lost.
            Err(Failure::Condition(Some(item))) if is_written(&item, mark) => {
                Ok(Sent::Done(Some(item)))
            }
            Err(Failure::Condition(stored)) => {
                let held = Vec::new();
                Ok(Sent::Refused(Refused { index: 0, stored, subject, verb, held }))
            }
            Err(Failure::Other(error)) => Err(error),
        }
    }

    async fn send_all(&self, writes: Vec<Write>, mark: &AttributeValue) -> Result<Sent> {
        limit::check_transaction(
            writes.len(),
            writes.iter().filter_map(|write| match &write.kind {
                Kind::Put(item) => Some(item),
                _ => None,
            }),
        )?;
        let mut actions = Vec::with_capacity(writes.len());
        let mut subjects = Vec::with_capacity(writes.len());
        for write in writes {
            let verb = write.verb();
            let (action, subject) = write.into_action(self.table())?;
            actions.push(action);
            subjects.push((subject, verb));
        }
        // The SDK gives the transaction a token, by which DynamoDB knows it for ten minutes when it is sent again.
        let sent = self
            .client()
            .transact_write_items()
            .set_transact_items(Some(actions))
            .return_consumed_capacity(WANTED)
            .send()
            .await;
        let canceled = match sent {
            Ok(output) => {
                self.consumed_write(output.consumed_capacity());
                return Ok(Sent::Done(None));
            }
            Err(error) => canceled(error.into())?,
        };
        let Canceled { index, items, held } = canceled;
        if items.iter().flatten().any(|item| is_written(item, mark)) {
            return Ok(Sent::Done(None));
        }
        let stored = items.into_iter().nth(index).flatten();
        match subjects.into_iter().nth(index) {
            Some((subject, verb)) => {
                Ok(Sent::Refused(Refused { index, stored, subject, verb, held }))
            }
            None => Err(Error::internal("DynamoDB refused an action that it was not sent")),
        }
    }
}
