//! Problems with the TOML itself.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

use crate::place::Place;
use crate::problem::{Code, Problem, Problems};

/// What the parser says where a key stands twice in one table.
const DUPLICATE: &str = "duplicate key";

/// What the parser says where two items of an array or an inline table have no comma between.
const UNSEPARATED: &str = "missing comma between";

/// The lines of a file whose errors are told. A file with more is no TOML at all.
const MAX_LINES: usize = 50;

/// The parts of a text that the parser may have misunderstood, as ranges of bytes.
pub(super) struct Broken(Vec<Range<usize>>);

impl Broken {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether what stands at the place may not be what was written there.
    pub(super) fn holds(&self, place: Place) -> bool {
        self.0.iter().any(|range| range.contains(&(place.start as usize)))
    }
}

/// Notes the parser's errors, without those that only follow from another.
pub(super) fn report(
    file: u32,
    text: &str,
    table: &DeTable<'_>,
    errors: &[Error],
    problems: &mut Problems,
) -> Broken {
    let mut broken = Broken(Vec::new());
    if errors.is_empty() {
        return broken;
    }
    let lines = Lines::new(text);
    let headers = lines.headers(text);
    let keys = Keys::new(table);
    let mut seen = HashSet::new();
    let mut duplicate_table = None;
    let mut errors: Vec<_> =
        errors.iter().map(|error| (error.span().unwrap_or(0..0), error)).collect();
    errors.sort_by_key(|(range, _)| range.start);
    for (range, error) in errors {
        let line = lines.number(range.start);
        let duplicate = error.message() == DUPLICATE;
        let above = headers.partition_point(|header| *header <= line);
        let header = above.checked_sub(1).map(|index| headers[index]);
        // Having lost its way in a line, the parser stumbles over the rest of it; and all the keys
        // of a table that stands twice are duplicates themselves.
        let follows =
            !seen.insert(line) || (duplicate && header.is_some() && header == duplicate_table);
        if duplicate && header == Some(line) {
            duplicate_table = header;
        }
        // An array or table left open swallows the lines after it, to the end of the text.
        let open = error.message().contains(UNSEPARATED) && lines.begins(text, line, range.start);
        let next = headers.get(above).map_or(text.len() + 1, |header| lines.start(*header));
        let end = if open { text.len() + 1 } else { next };
        broken.0.push(lines.start(line)..if duplicate { range.end } else { end });
        if !follows {
            problems.push(problem(file, text, range, error.message(), open, &keys));
        }
        if open || seen.len() == MAX_LINES {
            break;
        }
    }
    broken
}

fn problem(
    file: u32,
    text: &str,
    range: Range<usize>,
    message: &str,
    open: bool,
    keys: &Keys<'_>,
) -> Problem {
    let place = Place::new(file, range.clone());
    if message == DUPLICATE {
        let name = text.get(range.clone()).unwrap_or_default();
        let problem =
            Problem::new(Code::TomlSyntax, place, format!("the key `{name}` is given twice"))
                .help("remove one, or give it another name");
        let first = keys
            .first(name.trim_matches(['"', '\'']), &range)
            .or_else(|| same_header(text, &range));
        return match first {
            Some(first) => problem.label(Place::new(file, first), "first given here"),
            None => problem,
        };
    }
    let (message, help) = if open {
        (message, "write a comma after what stands before this, or close the array or table there")
    } else if message.contains("must be quoted") {
        ("a string must stand between quotes", "write `\"…\"`")
    } else if message.contains("recursion") {
        ("tables and arrays are nested too deep", "nest them at most 80 deep")
    } else {
        (message.trim(), "mend this first; the rest of the document is checked once it can be read")
    };
    Problem::new(Code::TomlSyntax, place, message).help(help)
}

/// The place in the first of two equal table headers; the parser keeps the second alone.
fn same_header(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let start = text.get(..range.start)?.rfind('\n').map_or(0, |at| at + 1);
    let header = text.get(start..)?.lines().next()?;
    let mut at = 0;
    for line in text.get(..start)?.split_inclusive('\n') {
        if header.starts_with('[') && line.trim_end() == header.trim_end() {
            let moved = |byte: usize| at + byte - start;
            return Some(moved(range.start)..moved(range.end));
        }
        at += line.len();
    }
    None
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect())
    }

    /// The line, from 0, that holds the byte.
    fn number(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// The first byte of a line.
    fn start(&self, line: usize) -> usize {
        self.0.get(line).copied().unwrap_or_default()
    }

    /// Whether nothing but space stands before the byte in its line.
    fn begins(&self, text: &str, line: usize, byte: usize) -> bool {
        text.get(self.start(line)..byte).is_some_and(|before| before.trim().is_empty())
    }

    /// The lines that begin as a table's header does.
    fn headers(&self, text: &str) -> Vec<usize> {
        let is_header = |start: &usize| text[*start..].trim_start().starts_with('[');
        (0..self.0.len()).filter(|line| self.0.get(*line).is_some_and(is_header)).collect()
    }
}

/// Where a key stands, and the inline table around it.
type Key = (Range<usize>, Option<Range<usize>>);

/// Every key of a document by its text.
#[derive(Default)]
struct Keys<'a>(HashMap<&'a str, Vec<Key>>);

impl<'a> Keys<'a> {
    fn new(table: &'a DeTable<'a>) -> Self {
        let mut keys = Self::default();
        keys.add(table, None);
        keys
    }

    fn add(&mut self, table: &'a DeTable<'a>, around: Option<Range<usize>>) {
        for (key, value) in table {
            self.0.entry(key.get_ref()).or_default().push((key.span(), around.clone()));
            if let DeValue::Table(inner) = value.get_ref() {
                // A table under a header is not around its keys: its span is the header's.
                let inline = inner.iter().any(|(key, _)| value.span().contains(&key.span().start));
                self.add(inner, inline.then(|| value.span()).or_else(|| around.clone()));
            }
        }
    }

    /// The nearest key of this name before `range` and in the same table.
    fn first(&self, name: &str, range: &Range<usize>) -> Option<Range<usize>> {
        self.0
            .get(name)?
            .iter()
            .filter(|(place, around)| {
                place.end <= range.start
                    && around.as_ref().is_none_or(|around| around.contains(&range.start))
            })
            .max_by_key(|(place, _)| place.start)
            .map(|(place, _)| place.clone())
    }
}
