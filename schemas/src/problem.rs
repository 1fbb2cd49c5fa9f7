//! Problems: what is wrong with a schema, where, and what to write instead.

use crate::place::{Place, Sources};
use crate::render;

pub use crate::problem::code::Code;

mod code;

/// One mistake in a schema.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Which rule is broken.
    pub code: Code,
    /// What is wrong, in lower case and without a full stop; the user's text in backticks.
    pub message: String,
    /// Every place involved, the one to change first.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
}

/// A place a problem speaks of.
#[derive(Clone, Debug)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What stands there; may be empty on the first label, where the message says it.
    pub text: String,
}

impl Problem {
    /// A problem at `place`.
    #[must_use]
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        let label = Label { place, text: String::new() };
        Self { code, message: message.into(), labels: vec![label], help: None }
    }

    /// Says what stands at the first place.
    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to write instead, where nothing better has been said.
    #[must_use]
    pub fn or_help(mut self, help: &str) -> Self {
        self.help.get_or_insert_with(|| help.to_owned());
        self
    }

    /// Says what to write instead, where there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}

/// All the problems of one run.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// Adds those of another stage.
    pub fn extend(&mut self, others: Self) {
        self.list.extend(others.list);
    }

    /// Adds those that were found, such as one or none.
    pub(crate) fn extend_with(&mut self, found: impl IntoIterator<Item = Problem>) {
        self.list.extend(found);
    }

    /// Keeps those that `keep` says so of.
    pub(crate) fn retain(&mut self, keep: impl Fn(&Problem) -> bool) {
        self.list.retain(keep);
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The problems in the order they were found, or after [`Problems::sort`] by path and place.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.list.iter()
    }

    /// Sorts by path, then by place, so that a run's report never depends on the order of checks.
    pub fn sort(&mut self, sources: &Sources) {
        self.list.sort_by_cached_key(|problem| {
            let place = problem.labels.first().map(|label| label.place).unwrap_or_default();
            (sources.path(place.file).to_owned(), place.start, place.end, problem.code)
        });
    }

    /// The report, rendered as the compiler renders its own: plain text, or in colour.
    #[must_use]
    pub fn render(&self, sources: &Sources, colour: bool) -> String {
        render::render(self, sources, colour)
    }
}
