//! Narrowing a query: which part of a partition it reads, given from the left of the sort key to the right.

use std::marker::PhantomData;

use crate::{Id, KeyPart, Part, Template, Timestamp};

/// The sort key's fields by which a query can still be narrowed: the first is of type `K`, then come those of `S`.
///
/// `K` is the field's type as a parameter is borrowed: `str` for a `String`. `Next<str, Next<Timestamp>>` are two fields.
pub struct Next<K: ?Sized, S = End>(PhantomData<fn(&K)>, PhantomData<fn() -> S>);

/// No field of the sort key is left by which a query could be narrowed.
pub struct End;

/// Of a query: fields of the sort key are left, by which it can still be narrowed.
///
/// Fields are given in the order of the sort key, with `eq` as far as they are known. Any other comparison is the last.
#[diagnostic::on_unimplemented(
    message = "no field of the sort key is left to narrow the query by",
    label = "nothing is left to narrow by",
    note = "`filter` takes a condition on any field"
)]
pub trait Narrowing {
    /// The type of the next field, as it is borrowed.
    type Key: KeyPart + ?Sized;

    /// What is left behind it.
    type Rest;
}

impl<K: KeyPart + ?Sized, S> Narrowing for Next<K, S> {
    type Key = K;
    type Rest = S;
}

/// A field of a sort key that is a text, which a query can give the beginning of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no beginning to look for",
    label = "not a text",
    note = "texts, ids and timestamps begin with a text; compare others with `eq`, `between`, `lt` or `gt`"
)]
pub trait TextPart: KeyPart {}

impl TextPart for str {}
impl TextPart for Timestamp {}
impl<E> TextPart for Id<E> where Self: KeyPart {}

/// The greatest character: what follows it sorts behind everything.
const LAST: char = '\u{10FFFF}';

/// DynamoDB: 1,024 bytes a sort key.
const SORT_BYTES: usize = 1024;

/// What of a partition a query reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// Sort keys that begin so; all of them, where it is empty.
    Prefix(String),
    Exactly(String),
    /// Both bounds are within.
    Between(String, String),
    AtLeast(String),
    AtMost(String),
    /// No key at all: the bounds exclude each other.
    Nothing,
}

/// How far a query has been narrowed.
#[derive(Clone, Debug)]
pub(super) struct Narrowed {
    template: Template,
    /// The parts of the template that are given.
    given: usize,
    text: String,
    range: Range,
}

impl Narrowed {
    /// Not at all: whatever the template writes.
    pub(super) fn new(template: Template) -> Self {
        let mut narrowed =
            Self { template, given: 0, text: String::new(), range: Range::Prefix(String::new()) };
        narrowed.literals();
        narrowed.range = match narrowed.is_whole() {
            // A constant is the one key there is.
            true if narrowed.given > 0 => Range::Exactly(narrowed.text.clone()),
            _ => Range::Prefix(narrowed.text.clone()),
        };
        narrowed
    }

    pub(super) fn range(&self) -> &Range {
        &self.range
    }

    /// The next field has this value.
    pub(super) fn eq(&mut self, value: &(impl KeyPart + ?Sized)) {
        value.write(&mut self.text);
        self.given += 1;
        self.literals();
        self.range = match self.is_whole() {
            true => Range::Exactly(self.text.clone()),
            false => Range::Prefix(self.text.clone()),
        };
    }

    /// The next field begins with this text.
    pub(super) fn begins_with(&mut self, start: &str) {
        start.write(&mut self.text);
        self.range = Range::Prefix(self.text.clone());
    }

    /// The next field lies between these bounds, each with whether it is itself within.
    pub(super) fn between<K: KeyPart + ?Sized>(
        &mut self,
        low: Option<(&K, bool)>,
        high: Option<(&K, bool)>,
    ) {
        let written = |value: &K| {
            let mut text = self.text.clone();
            value.write(&mut text);
            text
        };
        // Behind a value comes the end of the key or a `#`, and no value holds one. `$` is what follows it, and is
        // written in escapes alone: behind a value it sorts after all keys with it, and is none itself.
        let is_last = self.given + 1 == self.template.len();
        let low = match low {
            Some((value, true)) => written(value),
            Some((value, false)) => written(value) + "$",
            None => self.text.clone(),
        };
        let high = match high {
            Some((value, true)) if is_last => Some(written(value)),
            Some((value, true)) => Some(written(value) + "$"),
            Some((value, false)) if is_last => Some(before(written(value))),
            Some((value, false)) => Some(written(value)),
            None => after(&self.text),
        };
        self.range = match high {
            // DynamoDB takes no empty key, not even as a bound.
            Some(high) if low.is_empty() => Range::AtMost(high),
            None if low.is_empty() => Range::Prefix(low),
            // DynamoDB refuses bounds that exclude each other, and what lies between them is known.
            Some(high) if low > high => Range::Nothing,
            Some(high) => Range::Between(low, high),
            None => Range::AtLeast(low),
        };
    }

    /// Appends the literals that follow what is given.
    fn literals(&mut self) {
        while let Some(Part::Literal(literal)) = self.template.get(self.given) {
            self.text.push_str(literal);
            self.given += 1;
        }
    }

    fn is_whole(&self) -> bool {
        self.given == self.template.len()
    }
}

/// What sorts after every key that begins with `prefix`; none where nothing does.
fn after(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    let last = text.pop()?;
    // Prefixes are literals and encoded values, which seldom end with the greatest character.
    match char::from_u32(u32::from(last) + 1) {
        Some(next) => text.push(next),
        None => text.extend([last, LAST]),
    }
    Some(text)
}

/// The greatest key there can be before `key`.
fn before(key: String) -> String {
    let mut text = key;
    let Some(last) = text.pop() else { return text };
    // Between the surrogates no character lies.
    let previous = u32::from(last).checked_sub(1).and_then(|code| {
        char::from_u32(code).or_else(|| char::from_u32(0xD7FF).filter(|_| code == 0xDFFF))
    });
    let Some(previous) = previous else { return text };
    text.push(previous);
    while text.len() + LAST.len_utf8() <= SORT_BYTES {
        text.push(LAST);
    }
    text
}

#[cfg(test)]
mod tests;
