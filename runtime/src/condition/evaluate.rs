//! Evaluating a condition on an item at hand, as DynamoDB does: to tell which part of one has failed.

use std::cmp::Ordering;

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Comparison, Node};
use crate::Item;
use crate::path::{RawPath, Step};

impl Node {
    /// Whether the item fulfils the condition.
    pub(crate) fn holds(&self, item: &Item) -> bool {
        match self {
            Self::Compare(path, comparison, value) => {
                // DynamoDB: a missing value equals nothing and is other than everything.
                match path.lookup(item) {
                    Some(found) => compares(found, *comparison, value),
                    None => *comparison == Comparison::Other,
                }
            }
            // DynamoDB: against a missing value every comparison is false, but that it is other than a present one.
            Self::Paths(path, comparison, other) => match (path.lookup(item), other.lookup(item)) {
                (Some(found), Some(value)) => compares(found, *comparison, value),
                (None, None) => false,
                _ => *comparison == Comparison::Other,
            },
            Self::Size(path, comparison, size) => path
                .lookup(item)
                .and_then(length)
                .is_some_and(|found| fits(found.cmp(size), *comparison)),
            Self::Between(path, low, high) => path.lookup(item).is_some_and(|found| {
                compares(found, Comparison::AtLeast, low)
                    && compares(found, Comparison::AtMost, high)
            }),
            Self::OneOf(path, values) => path.lookup(item).is_some_and(|found| {
                values.iter().any(|value| compares(found, Comparison::Equal, value))
            }),
            Self::BeginsWith(path, start) => match (path.lookup(item), start) {
                (Some(AttributeValue::S(found)), AttributeValue::S(start)) => {
                    found.starts_with(start)
                }
                _ => false,
            },
            Self::Contains(path, part) => {
                path.lookup(item).is_some_and(|found| contains(found, part))
            }
            Self::Exists(path) => path.lookup(item).is_some(),
            Self::Missing(path) => path.lookup(item).is_none(),
            Self::All(nodes) => nodes.iter().all(|node| node.holds(item)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(item)),
            Self::Not(node) => !node.holds(item),
        }
    }
}

impl RawPath {
    /// What stands at the path.
    pub(crate) fn lookup<'i>(&self, item: &'i Item) -> Option<&'i AttributeValue> {
        self.steps.iter().try_fold(item.get(self.attribute)?, |value, step| match (step, value) {
            (Step::Name(name), AttributeValue::M(map)) => map.get(name.as_ref()),
            (Step::Index(index), AttributeValue::L(list)) => list.get(*index),
            _ => None,
        })
    }
}

fn compares(found: &AttributeValue, comparison: Comparison, value: &AttributeValue) -> bool {
    match comparison {
        Comparison::Equal => same(found, value),
        Comparison::Other => !same(found, value),
        _ => order(found, value).is_some_and(|order| fits(order, comparison)),
    }
}

fn fits(order: Ordering, comparison: Comparison) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::Other => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
    }
}

/// Numbers are equal by value, sets whatever their order.
fn same(a: &AttributeValue, b: &AttributeValue) -> bool {
    use AttributeValue::{L, M, N, Ns, Ss};
    let all = |a: &[String], b: &[String], same: fn(&str, &str) -> bool| {
        a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| same(a, b)))
    };
    match (a, b) {
        (N(_), N(_)) => order(a, b) == Some(Ordering::Equal),
        (Ss(a), Ss(b)) => all(a, b, |a, b| a == b),
        (Ns(a), Ns(b)) => all(a, b, |a, b| numbers(a, b) == Some(Ordering::Equal)),
        (L(a), L(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (M(a), M(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

fn order(a: &AttributeValue, b: &AttributeValue) -> Option<Ordering> {
    match (a, b) {
        (AttributeValue::S(a), AttributeValue::S(b)) => Some(a.cmp(b)),
        (AttributeValue::N(a), AttributeValue::N(b)) => numbers(a, b),
        _ => None,
    }
}

fn numbers(a: &str, b: &str) -> Option<Ordering> {
    match (a.parse::<i128>(), b.parse::<i128>()) {
        (Ok(a), Ok(b)) => Some(a.cmp(&b)),
        _ => a.parse::<f64>().ok()?.partial_cmp(&b.parse::<f64>().ok()?),
    }
}

fn length(value: &AttributeValue) -> Option<u64> {
    Some(match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::Ss(texts) | AttributeValue::Ns(texts) => texts.len(),
        AttributeValue::L(list) => list.len(),
        AttributeValue::M(map) => map.len(),
        _ => return None,
    } as u64)
}

fn contains(found: &AttributeValue, part: &AttributeValue) -> bool {
    match (found, part) {
        (AttributeValue::S(found), AttributeValue::S(part)) => found.contains(part.as_str()),
        (AttributeValue::Ss(texts), AttributeValue::S(text)) => texts.contains(text),
        (AttributeValue::Ns(numbers_), AttributeValue::N(number)) => {
            numbers_.iter().any(|found| numbers(found, number) == Some(Ordering::Equal))
        }
        (AttributeValue::L(list), part) => list.iter().any(|found| same(found, part)),
        _ => false,
    }
}
