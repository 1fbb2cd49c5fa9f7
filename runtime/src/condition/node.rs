//! Conditions without their types: the tree, and the expression that DynamoDB reads.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::path::RawPath;
use crate::repository::Expression;
use crate::{Error, Result};

/// DynamoDB: 100 values of `IN`.
const OPERANDS: usize = 100;

/// A condition, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Compare(RawPath, Comparison, AttributeValue),
    /// One value of the item against another.
    Paths(RawPath, Comparison, RawPath),
    Size(RawPath, Comparison, u64),
    Between(RawPath, AttributeValue, AttributeValue),
    OneOf(RawPath, Vec<AttributeValue>),
    BeginsWith(RawPath, AttributeValue),
    Contains(RawPath, AttributeValue),
    Exists(RawPath),
    Missing(RawPath),
    /// All of these; true where there is none.
    All(Vec<Node>),
    /// One of these at least; false where there is none.
    Any(Vec<Node>),
    Not(Box<Node>),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Other,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparison {
    fn operator(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Other => "<>",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl Node {
    /// What no item fulfils.
    pub(crate) const NEVER: Self = Self::Any(Vec::new());

    pub(crate) fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut nodes) => {
                nodes.push(other);
                Self::All(nodes)
            }
            node => Self::All(vec![node, other]),
        }
    }

    /// The condition as an expression.
    pub(crate) fn render(&self, expression: &mut Expression) -> String {
        match self {
            Self::Compare(path, comparison, value) => {
                let (path, value) = (expression.path(path), expression.value(value.clone()));
                format!("{path} {} {value}", comparison.operator())
            }
            Self::Paths(path, comparison, other) => {
                let (path, other) = (expression.path(path), expression.path(other));
                format!("{path} {} {other}", comparison.operator())
            }
            Self::Size(path, comparison, size) => {
                let path = expression.path(path);
                let size = expression.value(AttributeValue::N(size.to_string()));
                format!("size({path}) {} {size}", comparison.operator())
            }
            Self::Between(path, low, high) => {
                let path = expression.path(path);
                let (low, high) = (expression.value(low.clone()), expression.value(high.clone()));
                format!("{path} BETWEEN {low} AND {high}")
            }
            Self::OneOf(_, values) if values.is_empty() => Self::never(expression),
            Self::OneOf(path, values) => {
                let path = expression.path(path);
                let values: Vec<_> =
                    values.iter().map(|value| expression.value(value.clone())).collect();
                format!("{path} IN ({})", values.join(", "))
            }
            Self::BeginsWith(path, start) => {
                let (path, start) = (expression.path(path), expression.value(start.clone()));
                format!("begins_with({path}, {start})")
            }
            Self::Contains(path, part) => {
                let (path, part) = (expression.path(path), expression.value(part.clone()));
                format!("contains({path}, {part})")
            }
            Self::Exists(path) => format!("attribute_exists({})", expression.path(path)),
            Self::Missing(path) => format!("attribute_not_exists({})", expression.path(path)),
            Self::All(nodes) => Self::join(nodes, " AND ", expression),
            Self::Any(nodes) if nodes.is_empty() => Self::never(expression),
            Self::Any(nodes) => Self::join(nodes, " OR ", expression),
            Self::Not(node) => format!("NOT ({})", node.render(expression)),
        }
    }

    /// The name of an item's entity is never null, and neither is one that an index does not hold.
    fn never(expression: &mut Expression) -> String {
        let name = expression.path(&RawPath::attribute(crate::repository::ENTITY));
        format!("{name} = {}", expression.value(AttributeValue::Null(true)))
    }

    fn join(nodes: &[Self], operator: &str, expression: &mut Expression) -> String {
        match nodes {
            [node] => node.render(expression),
            [] => format!("NOT {}", Self::never(expression)),
            _ => {
                let nodes: Vec<_> = nodes
                    .iter()
                    .map(|node| match node {
                        Self::All(_) | Self::Any(_) | Self::Between(..) => {
                            format!("({})", node.render(expression))
                        }
                        _ => node.render(expression),
                    })
                    .collect();
                nodes.join(operator)
            }
        }
    }

    /// Refuses what DynamoDB would refuse.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::OneOf(path, values) if values.len() > OPERANDS => Err(Error::invalid(
                "too-many-operands",
                format!(
                    "`{path}` is compared with {} values; at most {OPERANDS} can be",
                    values.len()
                ),
            )),
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().try_for_each(Self::check),
            Self::Not(node) => node.check(),
            _ => Ok(()),
        }
    }

    /// The conditions that must all be fulfilled.
    pub(crate) fn conjuncts(&self) -> &[Self] {
        match self {
            Self::All(nodes) => nodes,
            node => std::slice::from_ref(node),
        }
    }

    /// The paths that the condition speaks of, for telling which one failed. Values are nobody's business.
    pub(crate) fn paths(&self) -> Vec<String> {
        match self {
            Self::Compare(path, ..)
            | Self::Size(path, ..)
            | Self::Between(path, ..)
            | Self::OneOf(path, _)
            | Self::BeginsWith(path, _)
            | Self::Contains(path, _)
            | Self::Exists(path)
            | Self::Missing(path) => vec![path.to_string()],
            Self::Paths(path, _, other) => vec![path.to_string(), other.to_string()],
            Self::All(nodes) | Self::Any(nodes) => {
                let mut paths: Vec<String> = nodes.iter().flat_map(Self::paths).collect();
                paths.dedup();
                paths
            }
            Self::Not(node) => node.paths(),
        }
    }
}
