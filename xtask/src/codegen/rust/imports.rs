//! The imports of a file, in the order and layout of `rustfmt`.

use std::collections::BTreeMap;

use super::Code;

/// The imports of a file: what is written to it decides what is imported.
#[derive(Default)]
pub(crate) struct Imports {
    paths: BTreeMap<String, Vec<String>>,
}

impl Imports {
    /// Imports `name` from `path`, once.
    pub(crate) fn add(&mut self, path: &str, name: &str) {
        let names = self.paths.entry(path.to_owned()).or_default();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }

    /// Whether `name` is imported from `path`.
    pub(crate) fn has(&self, path: &str, name: &str) -> bool {
        self.paths.get(path).is_some_and(|names| names.iter().any(|known| known == name))
    }

    /// Imports several names.
    pub(crate) fn all(&mut self, path: &str, names: &[&str]) {
        for name in names {
            self.add(path, name);
        }
    }

    /// Writes the imports in three groups: the standard library, other crates, this one.
    pub(crate) fn write(mut self, code: &mut Code) {
        for names in self.paths.values_mut() {
            version_sort(names);
        }
        let group = |path: &str| match path.split("::").next() {
            Some("std") => 0,
            Some("crate" | "super") => 2,
            _ => 1,
        };
        let whole = |path: &str| match self.paths.get(path).map_or(&[][..], Vec::as_slice) {
            [name] => format!("{path}::{name}"),
            _ => format!("{path}::{{"),
        };
        let mut order: Vec<&String> = self.paths.keys().collect();
        // `rustfmt` puts `super` before `crate`, and compares paths segment by segment.
        order.sort_by_cached_key(|path| {
            let segments: Vec<_> = whole(path).split("::").map(sort_key).collect();
            (!path.starts_with("super"), segments)
        });
        for number in 0..3 {
            let mut paths = order.iter().filter(|path| group(path) == number).peekable();
            if paths.peek().is_none() {
                continue;
            }
            for path in paths {
                match self.paths.get(*path).map_or(&[][..], Vec::as_slice) {
                    [] => {}
                    [name] => code.line(format!("use {path}::{name};")),
                    names => code.import(path, names),
                }
            }
            code.blank();
        }
    }
}

/// Sorts names as `rustfmt` does: numbers within them by value.
pub(crate) fn version_sort(names: &mut [String]) {
    names.sort_by_cached_key(|name| sort_key(name));
}

/// Runs of digits by value, everything else as it is.
fn sort_key(name: &str) -> Vec<(String, u64)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (text, tail) = rest.split_at(digits);
        let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        key.push((text.to_owned(), tail[..end].parse().unwrap_or(0)));
        rest = &tail[end..];
    }
    key
}
