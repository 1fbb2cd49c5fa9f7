//! Placeholders of expressions: every name and value goes through one, so that no reserved word and no
//! caller's text ever becomes part of an expression.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

#[derive(Default)]
pub(crate) struct Expression {
    names: Vec<&'static str>,
    values: Vec<AttributeValue>,
}

impl Expression {
    /// The placeholder of an attribute's name.
    pub(crate) fn name(&mut self, attribute: &'static str) -> String {
        let index = self.names.iter().position(|name| *name == attribute).unwrap_or_else(|| {
            self.names.push(attribute);
            self.names.len() - 1
        });
        format!("#{index}")
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
            .then(|| names.map(|(index, name)| (format!("#{index}"), (*name).to_owned())).collect())
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
}
