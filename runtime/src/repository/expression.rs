//! Placeholders of expressions: every name and value goes through one, so that no reserved word and no
//! caller's text ever becomes part of an expression.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::limit;
use crate::path::{RawPath, Step};

#[derive(Default)]
pub(crate) struct Expression {
    names: Vec<Cow<'static, str>>,
    values: Vec<AttributeValue>,
}

impl Expression {
    /// The placeholder of an attribute's name.
    pub(crate) fn name(&mut self, attribute: &'static str) -> String {
        format!("#{}", self.index(Cow::Borrowed(attribute)))
    }

    /// A path, each of whose names is a placeholder.
    pub(crate) fn path(&mut self, path: &RawPath) -> String {
        let mut text = self.name(path.attribute);
        for step in &path.steps {
            // Writing to a `String` cannot fail.
            let _ = match step {
                Step::Name(name) => write!(text, ".#{}", self.index(name.clone())),
                Step::Index(index) => write!(text, "[{index}]"),
            };
        }
        text
    }

    /// The attributes that are to be read, each once; nothing where they are more than DynamoDB takes, so that all are.
    pub(crate) fn projection(&mut self, mut attributes: Vec<&'static str>) -> Option<String> {
        attributes.sort_unstable();
        attributes.dedup();
        let others = self.names.len();
        let mut text = String::with_capacity(attributes.len() * "#00, ".len());
        for name in attributes {
            // Among themselves they differ, so that each is looked for among those of other expressions alone.
            let known = self.names[..others].iter().position(|known| known == name);
            let index = known.unwrap_or_else(|| {
                self.names.push(Cow::Borrowed(name));
                self.names.len() - 1
            });
            let separator = if text.is_empty() { "" } else { ", " };
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{separator}#{index}");
        }
        if limit::is_too_long(&text) {
            // DynamoDB refuses names that no expression has.
            self.names.truncate(others);
            return None;
        }
        Some(text)
    }

    fn index(&mut self, name: Cow<'static, str>) -> usize {
        self.names.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }

    /// The placeholder of a value.
    pub(crate) fn value(&mut self, value: AttributeValue) -> String {
        self.values.push(value);
        format!(":{}", self.values.len() - 1)
    }

    /// What the request says of the names; DynamoDB refuses an empty map.
    pub(crate) fn names(&self) -> Option<HashMap<String, String>> {
        let names = self.names.iter().enumerate();
        (!self.names.is_empty())
            .then(|| names.map(|(index, name)| (format!("#{index}"), name.to_string())).collect())
    }

    /// What the request says of the values.
    pub(crate) fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        let values = self.values.iter().enumerate();
        (!self.values.is_empty())
            .then(|| values.map(|(index, value)| (format!(":{index}"), value.clone())).collect())
    }

    /// As [`values`](Self::values), without keeping them.
    pub(crate) fn into_values(self) -> Option<HashMap<String, AttributeValue>> {
        let values = self.values.into_iter().enumerate();
        Some(values.map(|(index, value)| (format!(":{index}"), value)).collect::<HashMap<_, _>>())
            .filter(|values| !values.is_empty())
    }

    /// Names and values as a text that is the same for the same ones.
    pub(crate) fn canonical(&self) -> String {
        let mut text = format!("{:?}", self.names);
        self.values.iter().for_each(|value| canonical(value, &mut text));
        text
    }
}

/// Maps have no order of their own; in the text they have the one of their names.
pub(crate) fn canonical(value: &AttributeValue, out: &mut String) {
    match value {
        AttributeValue::M(map) => {
            out.push('{');
            for (name, value) in map.iter().collect::<BTreeMap<_, _>>() {
                // Writing to a `String` cannot fail.
                let _ = write!(out, "{name:?}:");
                canonical(value, out);
            }
            out.push('}');
        }
        AttributeValue::L(list) => {
            out.push('[');
            list.iter().for_each(|value| canonical(value, out));
            out.push(']');
        }
        scalar => {
            let _ = write!(out, "{scalar:?};");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DynamoDB refuses an expression above its limit, and names that no expression has.
    #[test]
    fn more_attributes_than_an_expression_holds_are_not_asked_for_one_by_one() {
        let attributes = |count: usize| {
            (0..count).map(|number| &*format!("a{number}").leak()).collect::<Vec<&'static str>>()
        };
        let mut expression = Expression::default();
        expression.name("filtered");
        let text = expression.projection(attributes(600)).expect("it is short enough");
        assert_eq!(text.matches('#').count(), 600);
        assert_eq!(expression.names().expect("there are names").len(), 601);

        let mut expression = Expression::default();
        expression.name("filtered");
        assert_eq!(expression.projection(attributes(900)), None);
        assert_eq!(expression.names().expect("there is one").len(), 1);
    }
}
