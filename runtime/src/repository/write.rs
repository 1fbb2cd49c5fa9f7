//! Writes, each one request whose condition holds all that must be true of the item.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Put, ReturnValue, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem,
};
use uuid::Uuid;

use super::failure::{Failure, failure};
use super::follow::{After, kept};
use super::guard::Guard;
use super::store::{ENTITY, Store, key_item};
use super::{Expression, not_found};
use crate::entity::Shape;
use crate::error::ErrorKind;
use crate::key::PrimaryKey;
use crate::transition::Step;
use crate::{Error, Expected, Index, Item, Result, Timestamp, Update, limit};

/// The attribute that tells one write from another. The SDK sends a request again when its answer was lost;
/// finding its own mark there, a repeated write knows that it has happened already.
const WRITE: &str = "_write";

/// Attempts of an update whose index keys are also built of attributes that others change meanwhile.
const UPDATE_ATTEMPTS: u32 = 8;

impl Store {
    pub(super) async fn create(&self, item: Item) -> Result<()> {
        let (item, write) = self.prepare(item)?;
        let sent = self
            .client()
            .put_item()
            .table_name(self.table())
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(PK)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match sent.map_err(|error| failure(error.into())) {
            Ok(_) => Ok(()),
            Err(Failure::Condition(Some(stored))) if is_written(&stored, &write) => Ok(()),
            Err(Failure::Condition(_)) => Err(self.exists()),
            Err(Failure::Other(error)) => Err(error),
        }
    }

    pub(super) async fn create_within(
        &self,
        parent: &'static Shape,
        key: PrimaryKey,
        item: Item,
    ) -> Result<()> {
        let (item, _) = self.prepare(item)?;
        let guard = Guard {
            shape: parent,
            owner: self.owner_of(parent),
            expected: Expected::Any,
            step: None,
        };
        let mut expression = Expression::default();
        let check = ConditionCheck::builder()
            .table_name(self.table())
            .set_key(Some(key_item(key)))
            .condition_expression(guard.condition(&mut expression)?)
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.into_values())
            .build()
            .map_err(Error::internal)?;
        let put = Put::builder()
            .table_name(self.table())
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(PK)")
            .build()
            .map_err(Error::internal)?;
        // The SDK gives the transaction a token, by which DynamoDB knows it when it is sent again.
        let sent = self
            .client()
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().condition_check(check).build())
            .transact_items(TransactWriteItem::builder().put(put).build())
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => Err(match super::failure::canceled_at(error.into()) {
                Ok(0) => not_found(parent.name),
                Ok(_) => self.exists(),
                Err(error) => error,
            }),
        }
    }

    pub(super) async fn delete(&self, key: PrimaryKey, expected: Expected) -> Result<Item> {
        let guard = Guard { shape: self.shape, owner: self.owner(), expected, step: None };
        let mut expression = Expression::default();
        let sent = self
            .client()
            .delete_item()
            .table_name(self.table())
            .set_key(Some(key_item(key)))
            .condition_expression(guard.condition(&mut expression)?)
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.into_values())
            .return_values(ReturnValue::AllOld)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match sent.map_err(|error| failure(error.into())) {
            Ok(output) => output.attributes.ok_or_else(|| not_found(self.shape.name)),
            Err(Failure::Condition(stored)) => {
                guard.check(stored.as_ref())?;
                Err(self.contended())
            }
            Err(Failure::Other(error)) => Err(error),
        }
    }

    pub(super) async fn update(
        &self,
        key_values: Vec<(&'static str, AttributeValue)>,
        mut update: Update,
        expected: Expected,
        step: Option<Step>,
    ) -> Result<Item> {
        let key = PrimaryKey::render(self.shape, key_values.as_slice())?;
        update.check(self.shape)?;
        self.stamp(&mut update, step);
        limit::check(update.iter().filter_map(|(name, value)| Some((name, value?))))?;
        let guard = Guard { shape: self.shape, owner: self.owner(), expected, step };
        let write = mark();

        let after =
            After { shape: self.shape, key_values: &key_values, update: &update, kept: &[] };
        let unknown = after.unknown();
        let mut stored = match unknown.is_empty() {
            true => None,
            false => self.read(key.clone(), true).await?,
        };
        for _ in 0..UPDATE_ATTEMPTS {
            if !unknown.is_empty() {
                guard.check(stored.as_ref())?;
            }
            let stored_item = stored.take().unwrap_or_default();
            let kept = kept(self.shape, &unknown, &stored_item);
            let after = After { kept: &kept, ..after };
            let change = Change { guard: &guard, after: &after, write: &write };
            let request = self
                .client()
                .update_item()
                .table_name(self.table())
                .set_key(Some(key_item(key.clone())));
            let sent = change.describe(request, &unknown, &stored_item)?.send().await;
            match sent.map_err(|error| failure(error.into())) {
                Ok(output) => return output.attributes.ok_or_else(|| not_found(self.shape.name)),
                Err(Failure::Condition(Some(item))) if is_written(&item, &write) => {
                    return Ok(item);
                }
                Err(Failure::Condition(item)) => {
                    guard.check(item.as_ref())?;
                    // What failed is that an attribute of an index key changed since it was read.
                    stored = item;
                }
                Err(Failure::Other(error)) => return Err(error),
            }
        }
        Err(self.contended())
    }

    /// Adds what the repository writes to every item, and checks the whole before it is sent.
    fn prepare(&self, mut item: Item) -> Result<(Item, AttributeValue)> {
        if !self.is_reached(&item) {
            return Err(Error::new(
                ErrorKind::Denied,
                "permission-denied",
                format!("this {} would not be the caller's own", self.shape.name),
            ));
        }
        let key = PrimaryKey::render(self.shape, &item)?;
        for index_key in self.shape.indexes.iter().flat_map(Index::keys) {
            if let Some(value) = index_key.render(&item)? {
                item.insert(index_key.attribute.to_owned(), value);
            }
        }
        let write = mark();
        item.insert("PK".to_owned(), AttributeValue::S(key.partition));
        item.insert("SK".to_owned(), AttributeValue::S(key.sort));
        item.insert(ENTITY.to_owned(), AttributeValue::S(self.shape.name.to_owned()));
        item.insert(WRITE.to_owned(), write.clone());
        limit::check_item(&item)?;
        Ok((item, write))
    }

    /// Adds the step's new state and the times that the write sets.
    fn stamp(&self, update: &mut Update, step: Option<Step>) {
        let now = Timestamp::now();
        if let Some(step) = step {
            update.change(step.attribute, Some(AttributeValue::S(step.to.to_owned())));
            for attribute in step.stamping {
                update.set(attribute, &now);
            }
        }
        for attribute in self.shape.set_on_write {
            update.set(attribute, &now);
        }
    }

    fn exists(&self) -> Error {
        Error::conflict(format!("this {} exists already", self.shape.name))
    }

    fn contended(&self) -> Error {
        Error::conflict(format!("this {} is being changed by others", self.shape.name))
    }
}

/// One `UpdateItem` request.
struct Change<'a> {
    guard: &'a Guard<'a>,
    after: &'a After<'a>,
    write: &'a AttributeValue,
}

impl Change<'_> {
    /// Completes the request. `unknown` are the attributes that must still be as they are in `stored`.
    fn describe(
        &self,
        request: UpdateItemFluentBuilder,
        unknown: &[&'static str],
        stored: &Item,
    ) -> Result<UpdateItemFluentBuilder> {
        let mut expression = Expression::default();
        let mut condition = self.guard.condition(&mut expression)?;
        for attribute in unknown {
            let name = expression.name(attribute);
            condition.push_str(&match stored.get(*attribute) {
                Some(value) => format!(" AND {name} = {}", expression.value(value.clone())),
                None => format!(" AND attribute_not_exists({name})"),
            });
        }
        let mark = expression.name(WRITE);
        let write = expression.value(self.write.clone());
        // Sent again after its answer was lost, an update without a version must not happen twice.
        condition.push_str(&format!(" AND {mark} <> {write}"));

        let mut set = format!("SET {mark} = {write}");
        let mut remove = String::new();
        let changes = self.after.update.iter().map(|(name, value)| (name, value.cloned()));
        for (attribute, value) in changes.chain(self.after.index_keys()?) {
            let name = expression.name(attribute);
            match value {
                Some(value) => set.push_str(&format!(", {name} = {}", expression.value(value))),
                None => {
                    remove.push_str(if remove.is_empty() { " REMOVE " } else { ", " });
                    remove.push_str(&name);
                }
            }
        }
        let mut update = set + &remove;
        if let Some(version) = self.guard.shape.version {
            // Adding counts an item that an older release wrote without a version as zero.
            let (name, one) =
                (expression.name(version), expression.value(AttributeValue::N("1".to_owned())));
            update.push_str(&format!(" ADD {name} {one}"));
        }
        Ok(request
            .update_expression(update)
            .condition_expression(condition)
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.into_values())
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld))
    }
}

fn mark() -> AttributeValue {
    AttributeValue::B(Blob::new(Uuid::now_v7().into_bytes()))
}

fn is_written(stored: &HashMap<String, AttributeValue>, write: &AttributeValue) -> bool {
    stored.get(WRITE) == Some(write)
}
