//! The imports of a file, in the order and layout of `rustfmt`.

use std::cmp::Ordering;
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
        order.sort_by(|a, b| {
            let segments =
                |path: &str| whole(path).split("::").map(str::to_owned).collect::<Vec<_>>();
            let (left, right) = (segments(a), segments(b));
            let pairs = left.iter().zip(&right).map(|(left, right)| compare(left, right));
            b.starts_with("super")
                .cmp(&a.starts_with("super"))
                .then(pairs.fold(Ordering::Equal, Ordering::then))
                .then(left.len().cmp(&right.len()))
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

/// Sorts names as `rustfmt` does: numbers within them by value, `_` before anything else.
pub(crate) fn version_sort(names: &mut [String]) {
    names.sort_by(|a, b| compare(a, b));
}

fn compare(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (chunks(a), chunks(b));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some("_"), Some("_")) => Ordering::Equal,
            (Some("_"), Some(_)) => Ordering::Less,
            (Some(_), Some("_")) => Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                _ => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Underscores one by one, runs of digits, and runs of anything else.
fn chunks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = match first {
            '_' => 1,
            '0'..='9' => rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len()),
            _ => rest
                .find(|letter: char| letter.is_ascii_digit() || letter == '_')
                .unwrap_or(rest.len()),
        };
        let (chunk, tail) = rest.split_at(end);
        rest = tail;
        Some(chunk)
    })
}

#[cfg(test)]
mod tests {
    use super::version_sort;

    #[test]
    fn names_are_sorted_as_rustfmt_sorts_them() {
        let mut names = ["a10", "a9", "a_b", "a2_b", "a", "ab", "a_2"].map(str::to_owned);
        version_sort(&mut names);
        assert_eq!(names, ["a", "a_2", "a_b", "a2_b", "a9", "a10", "ab"]);
    }
}
