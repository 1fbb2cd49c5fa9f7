//! Reads a tree as a type, keeping account of where it is and of the fields that the type does not have.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::de::value::CowStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::fault::Faults;
use super::node::Node;
use super::pointer::{self, Path};

/// A value of the tree, and the way to it.
///
/// Stricter than `serde_json`'s own: a struct is read from an object only, never from an array of its fields'
/// values in order, and what is ignored is noted.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a, 'n> {
    pub(super) node: &'a Node<'n>,
    pub(super) path: &'a Path<'a>,
    pub(super) faults: &'a RefCell<Faults>,
}

/// Why a value could not be read, and where.
#[derive(Debug)]
pub(super) struct Mismatch {
    /// `None` until it has left the value in which it arose.
    pub(super) pointer: Option<String>,
    pub(super) detail: String,
    /// The field that is missing there, if that is why.
    missing: Option<&'static str>,
}

impl<'a, 'n> Reader<'a, 'n> {
    /// An error that has no place yet arose in this very value.
    fn placed<T>(self, result: Result<T, Mismatch>) -> Result<T, Mismatch> {
        result.map_err(|mut error| {
            if error.pointer.is_none() {
                let mut pointer = self.path.pointer();
                if let Some(field) = error.missing {
                    pointer::push(&mut pointer, field);
                }
                error.pointer = Some(pointer);
            }
            error
        })
    }

    fn refuse<T>(self, expected: &dyn Expected) -> Result<T, Mismatch> {
        self.placed(Err(Mismatch::invalid_type(self.node.kind(), expected)))
    }
}

impl<'de> Deserializer<'de> for Reader<'_, '_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.placed(match self.node {
            // A visitor that takes no unit says what it does take.
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Unsigned(value) => visitor.visit_u64(*value),
            Node::Signed(value) => visitor.visit_i64(*value),
            Node::Float(value) => visitor.visit_f64(*value),
            Node::Text(text) => visitor.visit_str(text),
            Node::Array(items) => {
                visitor.visit_seq(Items { of: self, items: items.iter(), index: 0 })
            }
            Node::Object(members) => {
                visitor.visit_map(Members { of: self, members: members.iter(), value: None })
            }
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.node {
            Node::Null => self.placed(visitor.visit_none()),
            _ => self.placed(visitor.visit_some(self)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.placed(visitor.visit_newtype_struct(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.node {
            Node::Object(_) => self.deserialize_any(visitor),
            _ => self.refuse(&"an object"),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let variant = match self.node {
            Node::Text(name) => Variant { of: self, name, content: None },
            Node::Object(members) => match &members[..] {
                [(name, content)] => Variant { of: self, name, content: Some(content) },
                _ => return self.refuse(&"an object with one key"),
            },
            _ => return self.refuse(&"a string"),
        };
        self.placed(visitor.visit_enum(variant))
    }

    /// Called for the fields that a struct does not have.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.faults.borrow_mut().push(|| self.path.pointer(), "is not known");
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

struct Items<'a, 'n> {
    of: Reader<'a, 'n>,
    items: std::slice::Iter<'a, Node<'n>>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let Some(node) = self.items.next() else { return Ok(None) };
        let path = Path::Index(self.of.path, self.index);
        self.index += 1;
        let item = Reader { node, path: &path, faults: self.of.faults };
        // Also an error that arises of the item as a whole belongs to it.
        item.placed(seed.deserialize(item)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Members<'a, 'n> {
    of: Reader<'a, 'n>,
    members: std::slice::Iter<'a, (Cow<'n, str>, Node<'n>)>,
    value: Option<&'a (Cow<'n, str>, Node<'n>)>,
}

impl<'de> MapAccess<'de> for Members<'_, '_> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        self.value = self.members.next();
        let Some((name, node)) = self.value else { return Ok(None) };
        let key: CowStrDeserializer<'_, Mismatch> = Cow::Borrowed(&**name).into_deserializer();
        let path = Path::Key(self.of.path, name);
        Reader { node, path: &path, faults: self.of.faults }.placed(seed.deserialize(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        let Some((name, node)) = self.value.take() else {
            return Err(Mismatch::custom("a value was asked for before its key"));
        };
        let path = Path::Key(self.of.path, name);
        let value = Reader { node, path: &path, faults: self.of.faults };
        value.placed(seed.deserialize(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}

/// A variant by its name alone, or as the one key of an object with its content.
struct Variant<'a, 'n> {
    of: Reader<'a, 'n>,
    name: &'a str,
    content: Option<&'a Node<'n>>,
}

impl<'a, 'n> Variant<'a, 'n> {
    fn read<T>(
        self,
        read: impl FnOnce(Reader<'_, 'n>) -> Result<T, Mismatch>,
    ) -> Result<T, Mismatch> {
        let Some(node) = self.content else { return self.of.refuse(&"an object with one key") };
        let path = Path::Key(self.of.path, self.name);
        read(Reader { node, path: &path, faults: self.of.faults })
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Mismatch;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Mismatch> {
        let name: CowStrDeserializer<'_, Mismatch> = Cow::Borrowed(self.name).into_deserializer();
        Ok((self.of.placed(seed.deserialize(name))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        match self.content {
            None => Ok(()),
            Some(_) => self.of.refuse(&"a string"),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        self.read(|content| content.placed(seed.deserialize(content)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.read(|content| match content.node {
            Node::Array(_) => content.deserialize_any(visitor),
            _ => content.refuse(&"an array"),
        })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.read(|content| content.deserialize_struct("", fields, visitor))
    }
}

impl Mismatch {
    fn new(detail: String) -> Self {
        Self { pointer: None, detail, missing: None }
    }
}

impl serde::de::Error for Mismatch {
    fn custom<T: fmt::Display>(detail: T) -> Self {
        Self::new(detail.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("is {}, not {}", in_terms_of_json(found), expectation(expected)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        Self::new(format!("is `{variant}`, not one of {}", known.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self { pointer: None, detail: "is required".to_owned(), missing: Some(field) }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Mismatch {}

fn in_terms_of_json(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Unsigned(value) => format!("`{value}`"),
        Unexpected::Signed(value) => format!("`{value}`"),
        Unexpected::Float(value) => format!("`{value}`"),
        Unexpected::Str(text) => format!("the string `{text}`"),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "an array".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        Unexpected::Other("array") => "an array".to_owned(),
        Unexpected::Other("object") => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// Types say what they expect in Rust's terms; a caller knows JSON's.
fn expectation(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    match expected.as_str() {
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "an array",
        "a map" => "an object",
        _ => return expected,
    }
    .to_owned()
}
