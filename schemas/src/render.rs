//! Problems as text, laid out as the compiler lays out its own.

use std::borrow::Cow;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::place::{Place, Source, Sources};
use crate::problem::{Label, Problem, Problems};

/// The most problems that a report shows. Nobody reads so many, and a file that has them is most
/// likely no document at all.
const MAX_SHOWN: usize = 100;

pub(crate) fn render(problems: &Problems, sources: &Sources, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for problem in problems.iter().take(MAX_SHOWN) {
        text.push_str(&renderer.render(&[report(problem, sources)]));
        text.push_str("\n\n");
    }
    let more = problems.len().saturating_sub(MAX_SHOWN);
    if more > 0 {
        let title = format!("{more} more problems are not shown; mend these first");
        text.push_str(&renderer.render(&[Group::with_title(Level::ERROR.primary_title(title))]));
        text.push_str("\n\n");
    }
    text
}

fn report<'a>(problem: &'a Problem, sources: &'a Sources) -> Group<'a> {
    let mut group = Level::ERROR
        .primary_title(printable(&problem.message))
        .id(problem.code.as_str())
        .elements(std::iter::empty::<Origin<'a>>());
    for (file, labels) in by_file(&problem.labels) {
        let Some(source) = sources.get(file) else { continue };
        let path = printable(&source.path.to_string_lossy());
        if source.text.is_empty() {
            group = group.element(Origin::path(path));
            continue;
        }
        let window = Window::around(source, &labels);
        let snippet = labels.iter().fold(
            Snippet::source(window.printable()).line_start(window.line).path(path).fold(true),
            |snippet, (first, label)| {
                let kind = if *first { AnnotationKind::Primary } else { AnnotationKind::Context };
                let text = Some(printable(&label.text)).filter(|text| !text.is_empty());
                snippet.annotation(kind.span(window.range(label.place)).label(text))
            },
        );
        group = group.element(snippet);
    }
    match &problem.help {
        Some(help) => group.element(Level::HELP.message(printable(help))),
        None => group,
    }
}

/// Names are quoted from the user's files, which must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Whether a character changes how a terminal shows those after it.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The labels of each file, in the order the files are first named; `true` marks the first of all.
fn by_file(labels: &[Label]) -> Vec<(u32, Vec<(bool, &Label)>)> {
    let mut files: Vec<(u32, Vec<(bool, &Label)>)> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let entry = (index == 0, label);
        match files.iter_mut().find(|(file, _)| *file == label.place.file) {
            Some((_, list)) => list.push(entry),
            None => files.push((label.place.file, vec![entry])),
        }
    }
    files
}

/// The whole lines that hold some labels.
///
/// The renderer looks at all the text it is given; given whole files, a long report on a long
/// file would take time that grows with the product of the two.
struct Window<'a> {
    text: &'a str,
    /// Where the text begins in its file.
    start: usize,
    /// The number of its first line, from 1.
    line: usize,
}

impl<'a> Window<'a> {
    fn around(source: &'a Source, labels: &[(bool, &Label)]) -> Self {
        let text = source.text.as_str();
        let first = labels.iter().map(|(_, label)| label.place.start).min().unwrap_or_default();
        let last = labels.iter().map(|(_, label)| label.place.end).max().unwrap_or_default();
        let (first, last) = (floor(text, first as usize), floor(text, last as usize));
        let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
        let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
        let line = text[..start].bytes().filter(|byte| *byte == b'\n').count() + 1;
        Self { text: &text[start..end.max(start)], start, line }
    }

    /// The text without what the renderer would hand to the terminal as it is, each byte where
    /// it was: carriage returns, and the control characters of two bytes (U+0080 to U+009F).
    fn printable(&self) -> Cow<'a, str> {
        let raw = |c: char| c == '\r' || ('\u{80}'..='\u{9f}').contains(&c);
        if !self.text.contains(raw) {
            return Cow::Borrowed(self.text);
        }
        let shown = |c: char| match c {
            '\r' => ' ',
            c if raw(c) => '·',
            c => c,
        };
        Cow::Owned(self.text.chars().map(shown).collect())
    }

    /// The place in the window's own text, moved to where it has characters.
    fn range(&self, place: Place) -> std::ops::Range<usize> {
        let at = |byte: u32| floor(self.text, (byte as usize).saturating_sub(self.start));
        let start = at(place.start);
        start..at(place.end).max(start)
    }
}

/// The nearest character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    text.floor_char_boundary(byte)
}
