//! Conditions: what must be true of an item for a write to happen, or for a query to return it.

mod evaluate;
mod node;

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Not;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Attribute, Id, Path, Timestamp};
pub(crate) use node::{Comparison, Node};

/// What must be true of an item of `E`.
///
/// Made of paths: `Agent::fields().name().begins_with("Ada")`. As the condition of a write it is checked by
/// DynamoDB with the write itself; as the filter of a query it costs the reads of what it passes over.
#[must_use = "a condition does nothing until a write or a query is given it"]
pub struct Condition<E> {
    node: Node,
    entity: PhantomData<fn() -> E>,
}

impl<E> Condition<E> {
    fn new(node: Node) -> Self {
        Self { node, entity: PhantomData }
    }

    pub(crate) fn into_node(self) -> Node {
        self.node
    }

    /// Both this and `other`.
    pub fn and(self, other: Self) -> Self {
        Self::new(self.node.and(other.node))
    }

    /// This or `other`, or both.
    pub fn or(self, other: Self) -> Self {
        Self::new(match self.node {
            Node::Any(mut nodes) => {
                nodes.push(other.node);
                Node::Any(nodes)
            }
            node => Node::Any(vec![node, other.node]),
        })
    }
}

impl<E> Not for Condition<E> {
    type Output = Self;

    /// The opposite.
    fn not(self) -> Self {
        Self::new(Node::Not(Box::new(self.node)))
    }
}

impl<E> Clone for Condition<E> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<E> fmt::Debug for Condition<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

/// A value with an order that DynamoDB shares: numbers, texts and moments.
#[diagnostic::on_unimplemented(
    message = "DynamoDB has no order of `{Self}`",
    label = "not ordered in the table",
    note = "numbers, texts, ids and moments are ordered"
)]
pub trait Ordered: Attribute {}

macro_rules! ordered {
    ($($type:ty)*) => { $( impl Ordered for $type {} )* };
}

ordered!(String Timestamp f64 i8 i16 i32 i64 u8 u16 u32 u64);

impl<T: crate::IdPrefix> Ordered for Id<T> {}

impl<T: Ordered> Ordered for Option<T> {}

impl<E, T: Attribute, M> Path<E, T, M> {
    /// The value is this one; an absent value, such as `None`, asks for its absence.
    pub fn eq(self, value: impl Into<T>) -> Condition<E> {
        Condition::new(match value.into().to_attribute() {
            Some(value) => Node::Compare(self.into_raw(), Comparison::Equal, value),
            None => Node::Missing(self.into_raw()),
        })
    }

    /// The value is another one; an absent value, such as `None`, asks for its presence.
    pub fn ne(self, value: impl Into<T>) -> Condition<E> {
        Condition::new(match value.into().to_attribute() {
            Some(value) => Node::Compare(self.into_raw(), Comparison::Other, value),
            None => Node::Exists(self.into_raw()),
        })
    }

    /// The value is one of these. DynamoDB: at most 100.
    pub fn one_of<V: Into<T>>(self, values: impl IntoIterator<Item = V>) -> Condition<E> {
        let values = values.into_iter().filter_map(|value| value.into().to_attribute());
        Condition::new(Node::OneOf(self.into_raw(), values.collect()))
    }

    /// There is a value.
    pub fn exists(self) -> Condition<E> {
        Condition::new(Node::Exists(self.into_raw()))
    }

    /// There is no value.
    pub fn not_exists(self) -> Condition<E> {
        Condition::new(Node::Missing(self.into_raw()))
    }

    /// The value is the one that stands at another path of the item.
    pub fn eq_path<N>(self, other: Path<E, T, N>) -> Condition<E> {
        self.against(Comparison::Equal, other)
    }

    /// The value is another one than stands at another path of the item.
    pub fn ne_path<N>(self, other: Path<E, T, N>) -> Condition<E> {
        self.against(Comparison::Other, other)
    }

    fn against<N>(self, comparison: Comparison, other: Path<E, T, N>) -> Condition<E> {
        Condition::new(Node::Paths(self.into_raw(), comparison, other.into_raw()))
    }

    /// How large the value is: the bytes of a text, the elements of a list, a set or a map.
    #[must_use]
    pub fn size(self) -> Size<E> {
        Size { of: Condition::new(Node::Exists(self.into_raw())) }
    }
}

impl<E, T: Ordered, M> Path<E, T, M> {
    /// The value is less than this one.
    pub fn lt(self, value: impl Into<T>) -> Condition<E> {
        self.compare(Comparison::Less, value.into())
    }

    /// The value is this one, or less.
    pub fn le(self, value: impl Into<T>) -> Condition<E> {
        self.compare(Comparison::AtMost, value.into())
    }

    /// The value is greater than this one.
    pub fn gt(self, value: impl Into<T>) -> Condition<E> {
        self.compare(Comparison::Greater, value.into())
    }

    /// The value is this one, or greater.
    pub fn ge(self, value: impl Into<T>) -> Condition<E> {
        self.compare(Comparison::AtLeast, value.into())
    }

    /// The value lies between these two, or is one of them.
    pub fn between(self, low: impl Into<T>, high: impl Into<T>) -> Condition<E> {
        Condition::new(match (low.into().to_attribute(), high.into().to_attribute()) {
            (Some(low), Some(high)) => Node::Between(self.into_raw(), low, high),
            _ => Node::NEVER,
        })
    }

    /// The value is less than the one that stands at another path of the item.
    pub fn lt_path<N>(self, other: Path<E, T, N>) -> Condition<E> {
        self.against(Comparison::Less, other)
    }

    /// The value is the one that stands at another path of the item, or less.
    pub fn le_path<N>(self, other: Path<E, T, N>) -> Condition<E> {
        self.against(Comparison::AtMost, other)
    }

    fn compare(self, comparison: Comparison, value: T) -> Condition<E> {
        // Nothing is less or greater than an absent value.
        Condition::new(match value.to_attribute() {
            Some(value) => Node::Compare(self.into_raw(), comparison, value),
            None => Node::NEVER,
        })
    }
}

/// A text, in whose beginning and inside one can look.
pub trait Text {}

impl Text for String {}
impl Text for Timestamp {}
impl<T> Text for Id<T> {}
impl<T: Text> Text for Option<T> {}

impl<E, T: Text, M> Path<E, T, M> {
    /// The text begins with this one.
    pub fn begins_with(self, start: impl Into<String>) -> Condition<E> {
        Condition::new(Node::BeginsWith(self.into_raw(), AttributeValue::S(start.into())))
    }

    /// The text contains this one.
    pub fn contains_text(self, part: impl Into<String>) -> Condition<E> {
        Condition::new(Node::Contains(self.into_raw(), AttributeValue::S(part.into())))
    }
}

/// A collection of elements of one type.
pub trait Elements {
    /// What it holds.
    type Element: Attribute;
}

impl<T: Attribute> Elements for Vec<T> {
    type Element = T;
}

impl<T: Attribute + Ord> Elements for BTreeSet<T> {
    type Element = T;
}

impl<T: Elements> Elements for Option<T> {
    type Element = T::Element;
}

impl<E, T: Elements, M> Path<E, T, M> {
    /// The list or set contains this element.
    pub fn contains(self, element: impl Into<T::Element>) -> Condition<E> {
        Condition::new(match element.into().to_attribute() {
            Some(element) => Node::Contains(self.into_raw(), element),
            None => Node::NEVER,
        })
    }
}

/// The size of a value, to be compared with a number.
pub struct Size<E> {
    of: Condition<E>,
}

impl<E> Size<E> {
    /// It is this size.
    pub fn eq(self, size: u64) -> Condition<E> {
        self.compare(Comparison::Equal, size)
    }

    /// It is smaller.
    pub fn lt(self, size: u64) -> Condition<E> {
        self.compare(Comparison::Less, size)
    }

    /// It is this size, or smaller.
    pub fn le(self, size: u64) -> Condition<E> {
        self.compare(Comparison::AtMost, size)
    }

    /// It is larger.
    pub fn gt(self, size: u64) -> Condition<E> {
        self.compare(Comparison::Greater, size)
    }

    /// It is this size, or larger.
    pub fn ge(self, size: u64) -> Condition<E> {
        self.compare(Comparison::AtLeast, size)
    }

    fn compare(self, comparison: Comparison, size: u64) -> Condition<E> {
        Condition::new(match self.of.node {
            Node::Exists(path) => Node::Size(path, comparison, size),
            node => node,
        })
    }
}

impl<E> fmt::Debug for Size<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Size").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
