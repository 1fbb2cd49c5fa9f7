//! DynamoDB's limits on items, expressions and transactions, checked before a request is sent.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::condition::Node;
use crate::{Error, Item, Result, Update};

/// DynamoDB: 400 KB an item, names and values together.
const ITEM_BYTES: usize = 400 * 1024;

/// DynamoDB: 4 KB an expression.
const EXPRESSION_BYTES: usize = 4 * 1024;

/// DynamoDB: 100 actions in a transaction, and 4 MB.
const TRANSACTION_ACTIONS: usize = 100;
const TRANSACTION_BYTES: usize = 4 * 1024 * 1024;

/// DynamoDB: 32 levels of lists and maps.
const LEVELS: usize = 32;

/// Refuses an item that DynamoDB would refuse for its size, its depth, its numbers or its names.
pub(crate) fn check_item(item: &Item) -> Result<()> {
    fits(bytes_of(item)?)
}

/// As [`check_item`], for what an update sets: alone it must fit an item.
pub(crate) fn check_update(update: &Update) -> Result<()> {
    update.conditions().iter().try_for_each(Node::check)?;
    let set = update.iter().filter_map(|(path, action)| Some((path.attribute, action.value()?)));
    fits(bytes(set)?)
}

fn fits(bytes: usize) -> Result<()> {
    if bytes > ITEM_BYTES {
        return Err(Error::invalid(
            "item-too-large",
            format!("the item has {bytes} bytes; at most {ITEM_BYTES} can be stored"),
        ));
    }
    Ok(())
}

/// The bytes of an item as DynamoDB counts them.
pub(crate) fn bytes_of(item: &Item) -> Result<usize> {
    bytes(item.iter().map(|(name, value)| (name.as_str(), value)))
}

/// Names and values together.
fn bytes<'a>(attributes: impl Iterator<Item = (&'a str, &'a AttributeValue)>) -> Result<usize> {
    let mut bytes = 0;
    for (name, value) in attributes {
        bytes += name.len() + size(value, name, 0)?;
    }
    Ok(bytes)
}

/// Refuses conditions and updates that DynamoDB would refuse for their length.
pub(crate) fn check_expressions<'a>(
    expressions: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<()> {
    for (condition, update) in expressions {
        let longest = condition.len().max(update.len());
        if longest > EXPRESSION_BYTES {
            return Err(Error::invalid(
                "expression-too-large",
                format!(
                    "an expression of the request has {longest} bytes; at most {EXPRESSION_BYTES} can be sent"
                ),
            ));
        }
    }
    Ok(())
}

/// Whether DynamoDB would refuse an expression for its length.
pub(crate) fn is_too_long(expression: &str) -> bool {
    expression.len() > EXPRESSION_BYTES
}

/// Refuses a filter that DynamoDB would refuse for its length.
pub(crate) fn check_filter(filter: Option<&str>) -> Result<()> {
    check_expressions(filter.into_iter().map(|filter| (filter, "")))
}

/// Refuses a transaction that DynamoDB would refuse for its size.
pub(crate) fn check_transaction<'a>(
    actions: usize,
    items: impl Iterator<Item = &'a Item>,
) -> Result<()> {
    check_actions(actions)?;
    let mut bytes = 0;
    for item in items {
        bytes += bytes_of(item)?;
    }
    if bytes > TRANSACTION_BYTES {
        return Err(Error::invalid(
            "transaction-too-large",
            format!("the transaction has {bytes} bytes; at most {TRANSACTION_BYTES} can be sent"),
        ));
    }
    Ok(())
}

/// Refuses more actions than a transaction can have, those that hold unique values included.
pub(crate) fn check_actions(actions: usize) -> Result<()> {
    if actions > TRANSACTION_ACTIONS {
        return Err(Error::invalid(
            "transaction-too-large",
            format!(
                "the transaction has {actions} actions; at most {TRANSACTION_ACTIONS} can be sent"
            ),
        ));
    }
    Ok(())
}

/// What [`check_update`] cannot see: an update fits, and what is stored already makes the item too large.
pub(crate) fn update_too_large() -> Error {
    Error::invalid("item-too-large", format!("the item would have more than {ITEM_BYTES} bytes"))
}

/// An update of something within an object or a list that the stored item does not have.
pub(crate) fn nothing_there() -> Error {
    Error::invalid("invalid-path", "the stored item lacks what the update changes a part of")
}

/// The bytes that DynamoDB counts, after its "DynamoDB item sizes and formats".
fn size(value: &AttributeValue, name: &str, level: usize) -> Result<usize> {
    if level > LEVELS {
        return Err(Error::invalid(
            "nested-too-deeply",
            format!("`{name}` is nested more than {LEVELS} levels deep"),
        ));
    }
    Ok(match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => number_size(digits, name)?,
        AttributeValue::B(blob) => blob.as_ref().len(),
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => {
            let mut bytes = 0;
            for digits in numbers {
                bytes += number_size(digits, name)?;
            }
            bytes
        }
        AttributeValue::Bs(blobs) => blobs.iter().map(|blob| blob.as_ref().len()).sum(),
        // Three bytes for the collection and one for each element.
        AttributeValue::L(values) => {
            let mut bytes = 3;
            for value in values {
                bytes += 1 + size(value, name, level + 1)?;
            }
            bytes
        }
        AttributeValue::M(map) => {
            let mut bytes = 3;
            for (key, value) in map {
                if key.is_empty() {
                    return Err(Error::invalid(
                        "empty-name",
                        format!("`{name}` holds an empty name"),
                    ));
                }
                bytes += 1 + key.len() + size(value, name, level + 1)?;
            }
            bytes
        }
        _ => 1,
    })
}

/// About one byte for two digits and one more. DynamoDB: magnitudes from 1e-130 to 9.99e125.
fn number_size(digits: &str, name: &str) -> Result<usize> {
    // Integers of 64 bits and everyday fractions, which need no second look.
    let plain =
        digits.len() <= 38 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.'));
    if !plain {
        let magnitude = digits.parse().map_or(f64::NAN, f64::abs);
        if !(magnitude == 0.0 || (1e-130..=9.99e125).contains(&magnitude)) {
            return Err(Error::invalid(
                "number-out-of-range",
                format!("`{name}` holds `{digits}`; numbers from 1e-130 to 9.99e125 can be stored"),
            ));
        }
    }
    Ok(digits.len().min(38) / 2 + 2)
}

#[cfg(test)]
mod tests;
