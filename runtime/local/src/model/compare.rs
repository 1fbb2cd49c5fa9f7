//! Whether a repository answered as its model foresaw.

use aws_sdk_dynamodb::types::AttributeValue;
use purlin::{Attribute as _, AttributeError, Entity, Index, Item, Timestamp};

use super::call::{Answer, Found, Read};
use super::foresee::{Prediction, Rows};
use super::oracle::CLAIM;
use super::shape::Shape;

/// Whether `answer`, to a call made since `start`, is the one predicted.
pub(super) fn is_as_predicted<E: Entity>(
    prediction: &Prediction,
    answer: &Answer<E>,
    start: Timestamp,
) -> bool {
    match (prediction, answer) {
        (Prediction::Done, Answer::Done) => true,
        (Prediction::One { item, stamped }, Answer::One(entity)) => {
            is_written(entity, item, stamped, start)
        }
        (Prediction::Maybe(item), Answer::Maybe(entity)) => {
            is_maybe(entity.as_ref(), item.as_ref())
        }
        (Prediction::Many(items), Answer::Many(entities)) => {
            items.len() == entities.len()
                && entities
                    .iter()
                    .zip(items)
                    .all(|(entity, item)| is_maybe(entity.as_ref(), item.as_ref()))
        }
        (Prediction::Rows(Rows { groups, read: Read::First }), Answer::First(found)) => match found
        {
            None => groups.is_empty(),
            Some(found) => groups.first().is_some_and(|group| contains(group, found)),
        },
        (Prediction::Rows(Rows { groups, read: Read::Count }), Answer::Count(count)) => {
            u64::try_from(groups.iter().map(Vec::len).sum::<usize>()) == Ok(*count)
        }
        (Prediction::Rows(Rows { groups, read: Read::Pages(limit) }), Answer::Pages(pages)) => {
            are_full(pages, *limit as usize) && are_in_order(groups, pages.iter().flatten())
        }
        (Prediction::Refused(refusals), Answer::Refused(refusal)) => refusals.contains(refusal),
        _ => false,
    }
}

/// What the entity's attributes read as, where that is not the entity itself.
pub(super) fn read_back<E: Entity + PartialEq>(entity: &E) -> Option<Result<E, AttributeError>> {
    let read = E::from_item(entity.to_item());
    (!read.as_ref().is_ok_and(|read| read == entity)).then_some(read)
}

/// Whether the entity has these attributes.
pub(super) fn is<E: Entity>(entity: &E, item: &Item) -> bool {
    entity.to_item() == *item
}

fn is_maybe<E: Entity>(entity: Option<&E>, item: Option<&Item>) -> bool {
    match (entity, item) {
        (None, None) => true,
        (Some(entity), Some(item)) => is(entity, item),
        _ => false,
    }
}

/// As [`is`], where the platform has set `stamped` to the time of the call.
fn is_written<E: Entity>(entity: &E, item: &Item, stamped: &[&str], start: Timestamp) -> bool {
    let mut written = entity.to_item();
    let now = Timestamp::now();
    for name in stamped {
        let time = written.get(*name).cloned().map(Timestamp::from_attribute);
        if !matches!(time, Some(Ok(time)) if (start..=now).contains(&time)) {
            return false;
        }
        // What it is now is known; what it was does not matter.
        written.extend(item.get(*name).map(|value| ((*name).to_owned(), value.clone())));
        if !item.contains_key(*name) {
            written.remove(*name);
        }
    }
    written == *item
}

/// Every page is as long as asked, but for the last, which is empty only if it is the one page.
fn are_full(pages: &[Vec<Found>], limit: usize) -> bool {
    let Some((last, others)) = pages.split_last() else { return false };
    let least = usize::from(!others.is_empty());
    others.iter().all(|page| page.len() == limit) && (least..=limit).contains(&last.len())
}

fn are_in_order<'f>(groups: &[Vec<Item>], found: impl Iterator<Item = &'f Found>) -> bool {
    let mut found: Vec<&Found> = found.collect();
    for group in groups {
        if found.len() < group.len() {
            return false;
        }
        let rest = found.split_off(group.len());
        // Rows that hold a part of their items may be alike: each is one item's.
        for item in group {
            let Some(place) = found.iter().position(|row| row.is(item)) else { return false };
            found.swap_remove(place);
        }
        found = rest;
    }
    found.is_empty()
}

fn contains(group: &[Item], found: &Found) -> bool {
    group.iter().any(|item| found.is(item))
}

/// Whether the table holds these items and no others, each as [`own`] leaves it. Those that may be gone already are
/// there or not.
pub(super) fn are_stored(expected: &[(Item, bool)], stored: &[Item]) -> bool {
    let mut left: Vec<&Item> = stored.iter().collect();
    let mut take = |item: &Item| {
        // Claims of one rule are alike, so each is counted.
        let item = canonical(item);
        let place = left.iter().position(|stored| **stored == item);
        place.map(|place| left.swap_remove(place)).is_some()
    };
    let (may_be_gone, there): (Vec<_>, Vec<_>) = expected.iter().partition(|(_, gone)| *gone);
    let all = there.iter().all(|(item, _)| take(item));
    may_be_gone.iter().for_each(|(item, _)| {
        take(item);
    });
    all && left.is_empty()
}

/// An item without what the repository adds to it: keys, of the table and of indexes, and bookkeeping.
///
/// A claim's values are in its key, which a model knows nothing of; its rule's name is left.
pub(super) fn own<E>(shape: &Shape<E>, item: &Item) -> Item {
    if let Some(AttributeValue::S(key)) = item.get("PK")
        && let Some(claim) = key.strip_prefix("$UNIQUE#")
    {
        let rule = claim.split('#').nth(1).unwrap_or_default();
        return Item::from([(CLAIM.to_owned(), AttributeValue::S(rule.to_owned()))]);
    }
    let mut own = canonical(item);
    own.retain(|name, _| {
        let of_index =
            |index: &Index| name == index.partition_attribute || name == index.sort_attribute;
        name != "PK"
            && name != "SK"
            && !name.starts_with('_')
            && !shape.indexes.iter().any(of_index)
    });
    own
}

fn canonical(item: &Item) -> Item {
    item.iter().map(|(name, value)| (name.clone(), value_of(value))).collect()
}

/// One text for each number, and one order for each set: DynamoDB keeps neither as it was written.
fn value_of(value: &AttributeValue) -> AttributeValue {
    match value {
        AttributeValue::N(digits) => AttributeValue::N(number(digits)),
        AttributeValue::L(values) => AttributeValue::L(values.iter().map(value_of).collect()),
        AttributeValue::M(map) => AttributeValue::M(canonical(map)),
        AttributeValue::Ss(texts) => {
            let mut texts = texts.clone();
            texts.sort();
            AttributeValue::Ss(texts)
        }
        AttributeValue::Ns(numbers) => {
            let mut numbers: Vec<_> = numbers.iter().map(|digits| number(digits)).collect();
            numbers.sort();
            AttributeValue::Ns(numbers)
        }
        other => other.clone(),
    }
}

/// Integers of 64 bits exactly, anything else as the `f64` it is.
fn number(digits: &str) -> String {
    let integers = i128::from(i64::MIN)..=i128::from(u64::MAX);
    if let Some(integer) = digits.parse().ok().filter(|integer| integers.contains(integer)) {
        return integer.to_string();
    }
    match digits.parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && integers.contains(&(number as i128)) => {
            (number as i128).to_string()
        }
        Ok(number) => format!("{number:e}"),
        Err(_) => digits.to_owned(),
    }
}
