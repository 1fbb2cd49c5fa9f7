//! Many patterns at once: which of them an event matches.
//!
//! Each alternative of a pattern is filed under one of its fields, best one that must have one of a few exact values.
//! An event then meets only what is filed under the values it has, whatever else there is.

use std::collections::HashMap;

use serde_json::Value;

use super::Pattern;
use super::alternative::{Alternative, Leaf};
use super::event::{any_scalar, nested, objects};
use super::test::Test;

/// Patterns, each with a key that says whose it is.
///
/// ```
/// use purlin_schema::pattern::{Matcher, Pattern};
/// use serde_json::json;
///
/// let mut rules = Matcher::new();
/// rules.add("created", Pattern::parse(&json!({ "detail-type": ["ParcelSent"] }))?);
/// rules.add("heavy", Pattern::parse(&json!({ "detail": { "kg": [{ "numeric": [">", 20] }] } }))?);
///
/// let event = json!({ "detail-type": "ParcelSent", "detail": { "kg": 31.5 } });
/// assert_eq!(rules.matches(&event), [&"created", &"heavy"]);
/// # Ok::<(), Vec<purlin_schema::pattern::Fault>>(())
/// ```
#[derive(Debug)]
pub struct Matcher<K> {
    rules: Vec<(K, Pattern)>,
    files: Files,
    /// What no field must be there for.
    always: Vec<Entry>,
}

/// An alternative of a pattern, by their positions. A pattern has at most a thousand, and there is memory for fewer
/// patterns than a `u32` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    rule: u32,
    alternative: u32,
}

/// What is filed under a field, and under the fields within it.
#[derive(Debug, Default)]
struct Files {
    fields: HashMap<String, Files>,
    texts: HashMap<String, Vec<Entry>>,
    others: HashMap<Scalar, Vec<Entry>>,
    /// Under any value at all.
    present: Vec<Entry>,
}

/// A value that is no text. Numbers that are equal have equal bits as floating point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scalar {
    Null,
    Bool(bool),
    Number(u64),
}

impl Scalar {
    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(bool) => Self::Bool(*bool),
            // Adding zero makes a minus zero the other one.
            Value::Number(number) => {
                Self::Number((number.as_f64().unwrap_or_default() + 0.0).to_bits())
            }
            _ => Self::Null,
        }
    }
}

impl<K> Matcher<K> {
    /// Without any pattern.
    #[must_use]
    pub fn new() -> Self {
        Self { rules: Vec::new(), files: Files::default(), always: Vec::new() }
    }

    /// Adds a pattern. A key may have several; it matches where one of them does.
    pub fn add(&mut self, key: K, pattern: Pattern) {
        let rule = position(self.rules.len());
        for (alternative, fields) in pattern.alternatives.iter().enumerate() {
            let entry = Entry { rule, alternative: position(alternative) };
            self.file(fields, entry);
        }
        self.rules.push((key, pattern));
    }

    /// The keys of the patterns that an event matches, each pattern once, in the order added.
    #[must_use]
    pub fn matches(&self, event: &Value) -> Vec<&K> {
        let event = nested(event);
        let mut last = None;
        let mut matched = Vec::new();
        for entry in self.candidates(&event) {
            if last == Some(entry.rule) {
                continue;
            }
            let Some((key, pattern)) = self.rules.get(entry.rule as usize) else { continue };
            let alternative = pattern.alternatives.get(entry.alternative as usize);
            if alternative.is_some_and(|alternative| alternative.matches(&event)) {
                last = Some(entry.rule);
                matched.push(key);
            }
        }
        matched
    }

    /// How many patterns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What an event may match, in order.
    pub(super) fn candidates(&self, event: &Value) -> Vec<Entry> {
        let mut found = self.always.clone();
        self.files.look(event, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Files an alternative where the fewest events that do not match it come across it.
    fn file(&mut self, alternative: &Alternative, entry: Entry) {
        let exact = alternative.leaves().iter().filter(|leaf| is_exact(leaf));
        // The least filled is the most telling: where all rules share a source, that tells nothing.
        if let Some(leaf) = exact.min_by_key(|leaf| self.files.filed(leaf)) {
            let files = self.files.at(leaf);
            for (_, test) in &leaf.tests {
                match test {
                    Test::Exact(Value::String(text)) => {
                        files.texts.entry(text.clone()).or_default().push(entry);
                    }
                    Test::Exact(value) => {
                        files.others.entry(Scalar::of(value)).or_default().push(entry);
                    }
                    _ => {}
                }
            }
            return;
        }
        match alternative.leaves().iter().find(|leaf| !leaf.accepts_absence()) {
            Some(leaf) => self.files.at(leaf).present.push(entry),
            None => self.always.push(entry),
        }
    }
}

impl<K> Default for Matcher<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K> Extend<(K, Pattern)> for Matcher<K> {
    fn extend<I: IntoIterator<Item = (K, Pattern)>>(&mut self, rules: I) {
        rules.into_iter().for_each(|(key, pattern)| self.add(key, pattern));
    }
}

impl<K> FromIterator<(K, Pattern)> for Matcher<K> {
    fn from_iter<I: IntoIterator<Item = (K, Pattern)>>(rules: I) -> Self {
        let mut matcher = Self::new();
        matcher.extend(rules);
        matcher
    }
}

fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn is_exact(leaf: &Leaf) -> bool {
    leaf.tests.iter().all(|(_, test)| matches!(test, Test::Exact(_)))
}

impl Files {
    fn at(&mut self, leaf: &Leaf) -> &mut Self {
        leaf.names().fold(self, |files, name| files.fields.entry(name.to_owned()).or_default())
    }

    /// How much is filed under the values of a leaf.
    fn filed(&self, leaf: &Leaf) -> usize {
        let Some(files) = leaf.names().try_fold(self, |files, name| files.fields.get(name)) else {
            return 0;
        };
        let under = |(_, test): &(String, Test)| match test {
            Test::Exact(value) => files.under(value).len(),
            _ => 0,
        };
        leaf.tests.iter().map(under).sum()
    }

    fn under(&self, value: &Value) -> &[Entry] {
        let found = match value {
            Value::String(text) => self.texts.get(text),
            other => self.others.get(&Scalar::of(other)),
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// Adds what is filed under what an event, or a value in it, holds.
    fn look(&self, value: &Value, found: &mut Vec<Entry>) {
        let mut there = false;
        any_scalar(value, &mut |scalar| {
            there = true;
            found.extend(self.under(scalar));
            false
        });
        if there {
            found.extend(&self.present);
        }
        if self.fields.is_empty() {
            return;
        }
        let mut within = Vec::new();
        objects(value, &mut within);
        for fields in within {
            // Whichever is shorter is walked: an event may have many more fields than rules ask for, or fewer.
            if self.fields.len() < fields.len() {
                for (name, files) in &self.fields {
                    fields.get(name).into_iter().for_each(|value| files.look(value, found));
                }
            } else {
                for (name, value) in fields {
                    self.fields.get(name).into_iter().for_each(|files| files.look(value, found));
                }
            }
        }
    }
}
