//! JSON written as TOML, with the place of each of its parts.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::DeValue;

use super::Scalar;
use crate::place::{Located, Place};
use crate::read::{Read, Reader, TABLE};

/// A JSON value, and where it was written.
#[derive(Clone, Debug)]
pub struct JsonDraft {
    /// Where it was written: a table at its name, anything else as a whole.
    pub place: Place,
    node: Node,
}

#[derive(Clone, Debug)]
enum Node {
    Scalar(Scalar),
    List(Vec<JsonDraft>),
    Object(Vec<(Located<String>, JsonDraft)>),
}

impl JsonDraft {
    /// The value alone. A number that JSON cannot hold is read by nobody, and so never here.
    #[must_use]
    pub fn json(&self) -> Value {
        match &self.node {
            Node::Scalar(Scalar::String(text)) => text.as_str().into(),
            Node::Scalar(Scalar::Integer(value)) => (*value).into(),
            Node::Scalar(Scalar::Float(value)) => (*value).into(),
            Node::Scalar(Scalar::Boolean(value)) => (*value).into(),
            Node::List(items) => items.iter().map(Self::json).collect(),
            Node::Object(entries) => Value::Object(
                entries
                    .iter()
                    .map(|(name, value)| (name.value.clone(), value.json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// The names of an object's entries; none of anything else.
    pub fn names(&self) -> impl Iterator<Item = &Located<String>> {
        let entries = match &self.node {
            Node::Object(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(name, _)| name)
    }

    /// Where the part stands that a JSON Pointer (RFC 6901) points at: an entry at its name, an item
    /// as a whole. Where the pointer leads further than was written, the last place on the way.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Place {
        let (mut place, mut value) = (self.place, self);
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let next = match &value.node {
                Node::Object(entries) => entries
                    .iter()
                    .find(|(name, _)| name.value == step)
                    .map(|(name, value)| (name.place, value)),
                Node::List(items) => step
                    .parse()
                    .ok()
                    .and_then(|index: usize| items.get(index))
                    .map(|item| (item.place, item)),
                Node::Scalar(_) => None,
            };
            let Some(found) = next else { break };
            (place, value) = found;
        }
        place
    }
}

impl Read for JsonDraft {
    const EXAMPLE: &'static str = TABLE;

    fn read(node: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = reader.place(node.span());
        let key = reader.key.take();
        let (place, node) = match node.get_ref() {
            DeValue::Array(items) => {
                let items = items.iter().map(|item| Self::read(item, reader)).collect::<Vec<_>>();
                (place, Node::List(items.into_iter().collect::<Option<_>>()?))
            }
            DeValue::Table(table) => {
                let entries = table.iter().map(|(key, value)| {
                    let name = Located::new(key.get_ref().to_string(), reader.place(key.span()));
                    reader.key = Some(name.place);
                    Some((name, Self::read(value, reader)?))
                });
                let entries = entries.collect::<Vec<_>>();
                let entries = entries.into_iter().collect::<Option<_>>()?;
                (key.unwrap_or(place), Node::Object(entries))
            }
            _ => (place, Node::Scalar(Located::<Scalar>::read(node, reader)?.value)),
        };
        Some(Self { place, node })
    }
}

impl JsonSchema for JsonDraft {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Json".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object" })
    }
}
