//! The grammar of key templates: literals and `{field}`, in one form for every kind of key.
//!
//! A value written into a key never contains the separator `#` (the runtime escapes it), so
//! two templates can be compared part by part, and no value can forge another entity's key.

use std::ops::Range;

use crate::place::{Located, Place};
use crate::problem::{Code, Problem};

/// What separates the parts of a key.
pub const SEPARATOR: char = '#';

/// What literals hold besides letters and digits, with spaces between.
pub(crate) const LITERALS: &str = "# _ - . : / @ + = ,";

/// A parsed key template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
    segments: Vec<Segment>,
}

/// A part of a key template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that stands in every key.
    Literal(String),
    /// The value of a field, or of a field of a nested object.
    Field(Placeholder),
}

/// A `{field}` or `{field.nested}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// The names from the entity down: `["configuration", "model"]`.
    pub path: Vec<String>,
    /// Where it was written.
    pub place: Place,
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// A problem at the smallest place that is wrong.
    pub fn parse(written: &Located<String>) -> Result<Self, Problem> {
        let text = written.value.as_str();
        let mut parts: Vec<Part> = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let (part, length) = if text[at..].starts_with('{') {
                placeholder(written, at, &parts)?
            } else {
                literal(written, at)?
            };
            parts.push(part);
            at += length;
        }
        if parts.is_empty() {
            return Err(invalid(written, 0..0, "a key template cannot be empty".into())
                .help("DynamoDB refuses empty keys; write a literal such as `METADATA`"));
        }
        Ok(Self { text: text.to_owned(), segments: segments(&parts), parts })
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The parts, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The placeholders, in order.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Field(placeholder) => Some(placeholder),
        })
    }

    /// The entity's own fields that the template reads, in order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.placeholders().filter_map(|placeholder| placeholder.path.first()).map(String::as_str)
    }

    /// Whether the key is the same for every item.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.placeholders().next().is_none()
    }

    /// The literal text before the first field.
    #[must_use]
    pub fn literal_prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Literal(literal)) => literal,
            _ => "",
        }
    }

    /// The text before the end or the first separator; none where a field stands in it.
    pub(crate) fn first_segment(&self) -> Option<&str> {
        self.segments.first().filter(|segment| !segment.hole).map(|segment| segment.prefix.as_str())
    }

    /// The text before the first separator; none where a field stands in it, or there is none.
    pub(crate) fn closed_segment(&self) -> Option<&str> {
        self.first_segment().filter(|_| self.segments.len() > 1)
    }

    /// Whether some values make both templates write the same key.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.segments.len() == other.segments.len()
            && self.segments.iter().zip(&other.segments).all(|(a, b)| a.overlaps(b))
    }

    /// Whether a query for the keys of this pattern can also read a key of `other`.
    ///
    /// A query reads the sort keys that begin with [`Template::literal_prefix`]. That is so for a
    /// constant too: one that reads `TASK` also reads `TASKS` and `TASK#7`.
    #[must_use]
    pub fn reads(&self, other: &Self) -> bool {
        let last = self.segments.len().saturating_sub(1);
        let open = self.segments.iter().position(|segment| segment.hole).unwrap_or(last);
        let (wanted, start) = (&self.segments[..open], &self.segments[open].prefix);
        wanted.iter().zip(&other.segments).all(|(mine, theirs)| theirs.matches(&mine.prefix))
            && other.segments.get(open).is_some_and(|segment| segment.may_start_with(start))
    }
}

fn invalid(written: &Located<String>, range: Range<usize>, message: String) -> Problem {
    Problem::new(Code::InvalidTemplate, written.within(range), message)
}

/// The placeholder that begins at a byte of the text, and its length.
fn placeholder(
    written: &Located<String>,
    at: usize,
    before: &[Part],
) -> Result<(Part, usize), Problem> {
    let text = written.value.as_str();
    let Some(end) = text[at..].find('}').map(|length| at + length + 1) else {
        let message = format!("`{}` is not closed", &text[at..]);
        return Err(invalid(written, at..text.len(), message).help("end it with `}`"));
    };
    let inner = &text[at + 1..end - 1];
    let path: Vec<String> = inner.split('.').map(str::to_owned).collect();
    if !path.iter().all(|name| crate::name::is_snake(name)) {
        return Err(invalid(written, at..end, format!("`{{{inner}}}` does not name a field"))
            .help("write a field's name, for example `{user_id}`, or `{field.nested}`"));
    }
    if !separated(before) {
        let message =
            format!("no `{SEPARATOR}` stands between `{{{inner}}}` and the field before it");
        return Err(invalid(written, at..end, message).help(format!(
            "write `{SEPARATOR}` between them, so that no two pairs of values make the same key"
        )));
    }
    let place = written.within(at..end);
    Ok((Part::Field(Placeholder { path, place }), end - at))
}

/// The literal that begins at a byte of the text, and its length.
fn literal(written: &Located<String>, at: usize) -> Result<(Part, usize), Problem> {
    let tail = &written.value[at..];
    let text = &tail[..tail.find('{').unwrap_or(tail.len())];
    if let Some((offset, bad)) = text.char_indices().find(|(_, c)| !is_literal(*c)) {
        let start = at + offset;
        let message = format!("`{bad}` cannot stand in a key template");
        return Err(invalid(written, start..start + bad.len_utf8(), message).help(format!(
            "literals hold letters, digits and `{LITERALS}`; fields stand in braces"
        )));
    }
    Ok((Part::Literal(text.to_owned()), text.len()))
}

fn segments(parts: &[Part]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut last = Segment::default();
    for part in parts {
        let Part::Literal(literal) = part else {
            last.hole = true;
            continue;
        };
        for (index, text) in literal.split(SEPARATOR).enumerate() {
            if index > 0 {
                segments.push(std::mem::take(&mut last));
            }
            if last.hole {
                last.suffix = text.to_owned();
            } else {
                last.prefix = text.to_owned();
            }
        }
    }
    segments.push(last);
    segments
}

/// What stands between two separators: literal text, with at most one field inside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Segment {
    prefix: String,
    hole: bool,
    suffix: String,
}

impl Segment {
    fn overlaps(&self, other: &Self) -> bool {
        match (self.hole, other.hole) {
            (false, _) => other.matches(&self.prefix),
            (true, false) => self.matches(&other.prefix),
            (true, true) => {
                let prefixes = (self.prefix.as_str(), other.prefix.as_str());
                let suffixes = (self.suffix.as_str(), other.suffix.as_str());
                (prefixes.0.starts_with(prefixes.1) || prefixes.1.starts_with(prefixes.0))
                    && (suffixes.0.ends_with(suffixes.1) || suffixes.1.ends_with(suffixes.0))
            }
        }
    }

    fn matches(&self, text: &str) -> bool {
        if !self.hole {
            return self.prefix == text;
        }
        text.strip_prefix(self.prefix.as_str()).is_some_and(|rest| rest.ends_with(&self.suffix))
    }

    fn may_start_with(&self, start: &str) -> bool {
        self.prefix.starts_with(start) || (self.hole && start.starts_with(&self.prefix))
    }
}

fn separated(parts: &[Part]) -> bool {
    match parts {
        [.., Part::Field(_), Part::Literal(literal)] => literal.contains(SEPARATOR),
        [.., Part::Field(_)] => false,
        _ => true,
    }
}

fn is_literal(c: char) -> bool {
    c.is_ascii_alphanumeric() || (c != ' ' && LITERALS.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Template {
        Template::parse(&Located::new(text.to_owned(), Place::default())).expect("a valid template")
    }

    fn refuse(text: &str) -> String {
        Template::parse(&Located::new(text.to_owned(), Place::default()))
            .expect_err("an invalid template")
            .message
    }

    #[test]
    fn malformed_templates_say_what_is_wrong() {
        assert_eq!(refuse(""), "a key template cannot be empty");
        assert_eq!(refuse("A#{b"), "`{b` is not closed");
        assert_eq!(refuse("A#{}"), "`{}` does not name a field");
        assert_eq!(refuse("A#{B}"), "`{B}` does not name a field");
        assert_eq!(refuse("A#{b}{c}"), "no `#` stands between `{c}` and the field before it");
        assert_eq!(refuse("A#{b}-{c}"), "no `#` stands between `{c}` and the field before it");
        assert_eq!(refuse("A$"), "`$` cannot stand in a key template");
        assert_eq!(refuse("A}"), "`}` cannot stand in a key template");
    }

    #[test]
    fn templates_overlap_exactly_when_some_values_make_the_same_key() {
        let overlaps = |a, b| {
            let (a, b) = (parse(a), parse(b));
            assert_eq!(a.overlaps(&b), b.overlaps(&a), "overlap is symmetric");
            a.overlaps(&b)
        };
        assert!(overlaps("USER#{user_id}", "USER#{admin_id}"));
        assert!(!overlaps("USER#{user_id}", "ADMIN#{user_id}"));
        assert!(!overlaps("USER#{user_id}", "USER#{user_id}#X"));
        assert!(overlaps("{a}", "METADATA"));
        assert!(overlaps("A{a}", "AB{b}"));
        assert!(!overlaps("A{a}X", "A{b}Y"));
        assert!(overlaps("A{a}", "{b}Z"));
        assert!(!overlaps("AB", "ABC"));
    }

    #[test]
    fn a_query_reads_what_begins_with_its_literal_prefix() {
        let reads = |a, b| parse(a).reads(&parse(b));
        assert!(reads("TASK#{task_id}", "TASK#{task_id}"));
        assert!(reads("TASK#{task_id}", "TASK#{task_id}#LOG#{n}"));
        assert!(!reads("TASK#{task_id}#LOG#{n}", "CONTEXT#{n}"));
        assert!(!reads("TASK#{task_id}", "METADATA"));
        assert!(reads("{task_id}", "METADATA"));
        assert!(!reads("METADATA", "TASK#{task_id}"));
        assert!(reads("T{x}", "TASK"));
        assert!(reads("TASK", "TASK#{task_id}"));
        assert!(reads("TASK", "TASKS"));
        assert!(!reads("TASKS", "TASK"));
    }
}
