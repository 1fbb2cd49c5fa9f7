//! What an update does at one path: the expression that has DynamoDB do it, and the same done at hand.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::path::{RawPath, Step};
use crate::repository::Expression;
use crate::{Item, Result, limit};

/// A change at a path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    Set(AttributeValue),
    /// Sets the value where there is none.
    SetIfAbsent(AttributeValue),
    Remove,
    /// Adds to a number, taken to be zero where it is absent, or elements to a set.
    Add(AttributeValue),
    /// Adds to a number, taken to be another than zero where it is absent.
    AddTo {
        start: AttributeValue,
        number: AttributeValue,
    },
    /// Takes elements out of a set.
    Take(AttributeValue),
    /// Puts elements at the end of a list, taken to be empty where it is absent.
    Append(AttributeValue),
    /// Puts elements at the beginning of a list, taken to be empty where it is absent.
    Prepend(AttributeValue),
}

/// The clauses of an update expression.
#[derive(Default)]
pub(crate) struct Clauses {
    set: Vec<String>,
    remove: Vec<String>,
    add: Vec<String>,
    take: Vec<String>,
}

impl Clauses {
    /// Adds what one change amounts to.
    pub(crate) fn push(&mut self, path: &RawPath, action: &Action, expression: &mut Expression) {
        let at = expression.path(path);
        let mut list = |first_stored: bool, elements: &AttributeValue| {
            let none = expression.value(AttributeValue::L(Vec::new()));
            let elements = expression.value(elements.clone());
            let stored = format!("if_not_exists({at}, {none})");
            match first_stored {
                true => format!("{at} = list_append({stored}, {elements})"),
                false => format!("{at} = list_append({elements}, {stored})"),
            }
        };
        match action {
            Action::Append(elements) => {
                let clause = list(true, elements);
                self.set.push(clause);
            }
            Action::Prepend(elements) => {
                let clause = list(false, elements);
                self.set.push(clause);
            }
            Action::Set(value) => {
                self.set.push(format!("{at} = {}", expression.value(value.clone())));
            }
            Action::SetIfAbsent(value) => {
                let value = expression.value(value.clone());
                self.set.push(format!("{at} = if_not_exists({at}, {value})"));
            }
            // `ADD` works on attributes alone, `SET` also within one.
            Action::Add(number @ AttributeValue::N(_)) if !path.steps.is_empty() => {
                let zero = expression.value(AttributeValue::N("0".to_owned()));
                let number = expression.value(number.clone());
                self.set.push(format!("{at} = if_not_exists({at}, {zero}) + {number}"));
            }
            Action::AddTo { start, number } => {
                let (start, number) =
                    (expression.value(start.clone()), expression.value(number.clone()));
                self.set.push(format!("{at} = if_not_exists({at}, {start}) + {number}"));
            }
            Action::Add(value) => {
                self.add.push(format!("{at} {}", expression.value(value.clone())));
            }
            Action::Take(value) => {
                self.take.push(format!("{at} {}", expression.value(value.clone())));
            }
            Action::Remove => self.remove.push(at),
        }
    }

    pub(crate) fn finish(self) -> String {
        let clauses =
            [("SET", self.set), ("REMOVE", self.remove), ("ADD", self.add), ("DELETE", self.take)];
        let written: Vec<String> = clauses
            .into_iter()
            .filter(|(_, parts)| !parts.is_empty())
            .map(|(word, parts)| format!("{word} {}", parts.join(", ")))
            .collect();
        written.join(" ")
    }
}

impl Action {
    /// The value that it brings.
    pub(crate) fn value(&self) -> Option<&AttributeValue> {
        match self {
            Self::Remove => None,
            Self::Set(value)
            | Self::SetIfAbsent(value)
            | Self::Add(value)
            | Self::AddTo { start: value, .. }
            | Self::Take(value)
            | Self::Append(value)
            | Self::Prepend(value) => Some(value),
        }
    }

    /// Makes the change in an item at hand.
    ///
    /// # Errors
    /// The path does not lead anywhere, or leads to a value of another type: DynamoDB would refuse it, too.
    pub(crate) fn make(&self, path: &RawPath, item: &mut Item) -> Result<()> {
        let stored = path.lookup(item);
        let value = match self {
            Self::Set(value) => Some(value.clone()),
            Self::SetIfAbsent(value) => Some(stored.unwrap_or(value).clone()),
            Self::Remove => None,
            Self::Add(value) => Some(added(stored, value).ok_or_else(limit::nothing_there)?),
            Self::AddTo { start, number } => {
                let from = Some(stored.unwrap_or(start));
                Some(added(from, number).ok_or_else(limit::nothing_there)?)
            }
            Self::Take(value) => match stored {
                Some(stored) => taken(stored, value).ok_or_else(limit::nothing_there)?,
                None => None,
            },
            Self::Append(elements) => {
                Some(joined(stored, Some(elements)).ok_or_else(limit::nothing_there)?)
            }
            Self::Prepend(elements) => {
                let first = joined(None, Some(elements));
                Some(joined(first.as_ref(), stored).ok_or_else(limit::nothing_there)?)
            }
        };
        put(path, value, item).ok_or_else(limit::nothing_there)
    }
}

fn put(path: &RawPath, value: Option<AttributeValue>, item: &mut Item) -> Option<()> {
    let Some((last, above)) = path.steps.split_last() else {
        match value {
            Some(value) => item.insert(path.attribute.to_owned(), value),
            None => item.remove(path.attribute),
        };
        return Some(());
    };
    let mut parent = item.get_mut(path.attribute)?;
    for step in above {
        parent = match (step, parent) {
            (Step::Name(name), AttributeValue::M(map)) => map.get_mut(name.as_ref())?,
            (Step::Index(index), AttributeValue::L(list)) => list.get_mut(*index)?,
            _ => return None,
        };
    }
    match (last, parent, value) {
        (Step::Name(name), AttributeValue::M(map), Some(value)) => {
            map.insert(name.as_ref().to_owned(), value);
        }
        (Step::Name(name), AttributeValue::M(map), None) => {
            map.remove(name.as_ref());
        }
        (Step::Index(index), AttributeValue::L(list), Some(value)) => match list.get_mut(*index) {
            Some(old) => *old = value,
            None => list.push(value),
        },
        (Step::Index(index), AttributeValue::L(list), None) => {
            if *index < list.len() {
                list.remove(*index);
            }
        }
        _ => return None,
    }
    Some(())
}

fn added(stored: Option<&AttributeValue>, value: &AttributeValue) -> Option<AttributeValue> {
    use AttributeValue::{N, Ns, Ss};
    Some(match (stored, value) {
        (None, value) => value.clone(),
        (Some(N(a)), N(b)) => N(sum(a, b)?),
        (Some(Ss(a)), Ss(b)) => Ss(union(a, b)),
        (Some(Ns(a)), Ns(b)) => Ns(union(a, b)),
        _ => return None,
    })
}

fn sum(a: &str, b: &str) -> Option<String> {
    match (a.parse::<i128>(), b.parse::<i128>()) {
        (Ok(a), Ok(b)) => Some((a + b).to_string()),
        _ => Some(crate::attribute::number(a.parse::<f64>().ok()? + b.parse::<f64>().ok()?)),
    }
}

fn union(a: &[String], b: &[String]) -> Vec<String> {
    let new = b.iter().filter(|element| !a.contains(element));
    a.iter().chain(new).cloned().collect()
}

/// What is left of a set: nothing, where it would be empty.
fn taken(stored: &AttributeValue, value: &AttributeValue) -> Option<Option<AttributeValue>> {
    use AttributeValue::{Ns, Ss};
    let without = |a: &[String], b: &[String]| -> Vec<String> {
        a.iter().filter(|element| !b.contains(element)).cloned().collect()
    };
    Some(match (stored, value) {
        (Ss(a), Ss(b)) => Some(without(a, b)).filter(|left| !left.is_empty()).map(Ss),
        (Ns(a), Ns(b)) => Some(without(a, b)).filter(|left| !left.is_empty()).map(Ns),
        _ => return None,
    })
}

fn joined(
    first: Option<&AttributeValue>,
    second: Option<&AttributeValue>,
) -> Option<AttributeValue> {
    let mut elements = Vec::new();
    for list in [first, second].into_iter().flatten() {
        let AttributeValue::L(list) = list else { return None };
        elements.extend(list.iter().cloned());
    }
    Some(AttributeValue::L(elements))
}
