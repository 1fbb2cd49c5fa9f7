//! A JSON text as a tree, made in one pass that finds keys given twice and levels too deep.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};

use super::MAX_DEPTH;
use super::fault::Faults;
use super::pointer::Path;

/// A value of a JSON text. Texts without escapes are borrowed.
pub(crate) enum Node<'de> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(Cow<'de, str>),
    Array(Vec<Node<'de>>),
    Object(Vec<(Cow<'de, str>, Node<'de>)>),
}

impl<'de> Node<'de> {
    /// The value under `key`, if this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find_map(|(name, value)| (name == key).then_some(value))
    }

    /// The value at `index`, if this is an array so long.
    pub(super) fn at(&self, index: usize) -> Option<&Self> {
        let Self::Array(items) = self else { return None };
        items.get(index)
    }

    /// What this is, in JSON's terms.
    pub(super) fn kind(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Other("null"),
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Unsigned(value) => Unexpected::Unsigned(*value),
            Self::Signed(value) => Unexpected::Signed(*value),
            Self::Float(value) => Unexpected::Float(*value),
            Self::Text(text) => Unexpected::Str(text),
            Self::Array(_) => Unexpected::Other("array"),
            Self::Object(_) => Unexpected::Other("object"),
        }
    }
}

/// Reads all of `text`; an error says that it is not JSON, unless `faults` say better what is wrong.
pub(super) fn parse<'de>(
    text: &'de str,
    faults: &mut Faults,
) -> Result<Node<'de>, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let node = Tree { path: &Path::Root, depth: 0, faults }.deserialize(&mut json)?;
    json.end()?;
    Ok(node)
}

struct Tree<'a> {
    path: &'a Path<'a>,
    /// The objects and arrays around this value.
    depth: usize,
    faults: &'a mut Faults,
}

impl Tree<'_> {
    /// An object or array begins here.
    fn enter<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if self.depth < MAX_DEPTH {
            return Ok(());
        }
        let detail = format!("is nested more than {MAX_DEPTH} levels deep");
        self.faults.push(|| self.path.pointer(), &detail);
        // Stops here: what is deeper is not worth reading.
        Err(E::custom(detail))
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Node<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Node<'de>, A::Error> {
        self.enter()?;
        let mut members = Vec::new();
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key_seed(Text)? {
            let path = Path::Key(self.path, &key);
            if !keys.insert(key.clone()) {
                self.faults.push(|| path.pointer(), "is given more than once");
            }
            let value = map.next_value_seed(Tree {
                path: &path,
                depth: self.depth + 1,
                faults: self.faults,
            })?;
            members.push((key, value));
        }
        Ok(Node::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Node<'de>, A::Error> {
        self.enter()?;
        let mut items = Vec::new();
        loop {
            let path = Path::Index(self.path, items.len());
            let tree = Tree { path: &path, depth: self.depth + 1, faults: self.faults };
            match seq.next_element_seed(tree)? {
                Some(item) => items.push(item),
                None => return Ok(Node::Array(items)),
            }
        }
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Signed(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Unsigned(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<'de>, E> {
        Ok(Node::Float(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }
}

/// A key, borrowed from the text where it has no escapes.
struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
