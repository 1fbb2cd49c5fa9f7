//! Tables whose keys the user chooses.

use std::borrow::Cow;
use std::collections::HashMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use toml::Spanned;
use toml::de::DeValue;

use super::{Read, Reader};
use crate::place::Located;

/// A table whose keys the user chooses, in the order written.
#[derive(Clone, Debug)]
pub struct Table<T> {
    entries: Vec<(Located<String>, T)>,
    /// Where the entry of a key stands in `entries`; the first, should a key come twice.
    index: HashMap<String, usize>,
}

impl<T> Table<T> {
    /// The entries, in the order written.
    pub fn iter(&self) -> std::slice::Iter<'_, (Located<String>, T)> {
        self.entries.iter()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&T> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The key as written, and its value.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&(Located<String>, T)> {
        self.index.get(key).and_then(|index| self.entries.get(*index))
    }

    /// The keys, in the order written.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.value.as_str())
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), index: HashMap::new() }
    }
}

impl<T> FromIterator<(Located<String>, T)> for Table<T> {
    fn from_iter<I: IntoIterator<Item = (Located<String>, T)>>(entries: I) -> Self {
        let entries: Vec<_> = entries.into_iter().collect();
        let mut index = HashMap::with_capacity(entries.len());
        for (at, (name, _)) in entries.iter().enumerate() {
            index.entry(name.value.clone()).or_insert(at);
        }
        Self { entries, index }
    }
}

impl<'a, T> IntoIterator for &'a Table<T> {
    type Item = &'a (Located<String>, T);
    type IntoIter = std::slice::Iter<'a, (Located<String>, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl<T: JsonSchema> JsonSchema for Table<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("TableOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <std::collections::BTreeMap<String, T>>::json_schema(generator)
    }
}

impl<T: Read> Read for Table<T> {
    const EXAMPLE: &'static str = super::TABLE;

    fn read(node: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = node.get_ref() else {
            reader.expected_table(node);
            return None;
        };
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let name = Located::new(key.get_ref().to_string(), reader.place(key.span()));
            reader.key = Some(name.place);
            match T::read(value, reader) {
                Some(value) => entries.push((name, value)),
                // The name is declared all the same, and whoever uses it makes no mistake.
                None => reader.whole = false,
            }
        }
        Some(entries.into_iter().collect())
    }
}
