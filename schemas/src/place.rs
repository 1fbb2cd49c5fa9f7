//! Where something was written: places in the user's files, and values that remember theirs.

use std::borrow::Cow;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator};

/// A range of bytes in one of the [`Sources`].
///
/// A macro has no files: there, `file` is 0 and `start` numbers a token of the user's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file's number in [`Sources`].
    pub file: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Place {
    /// The place of `start..end` in file number `file`.
    #[must_use]
    pub fn new(file: u32, range: std::ops::Range<usize>) -> Self {
        // Files are refused far below 4 GiB, so the casts cannot cut anything off.
        Self { file, start: range.start as u32, end: range.end as u32 }
    }
}

/// A value and where it was written.
#[derive(Clone, Debug, Default)]
pub struct Located<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub place: Place,
}

impl<T> Located<T> {
    /// `value`, written at `place`.
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }
}

impl Located<String> {
    /// The place of a range of the text's bytes, or of the whole where it was written with escapes.
    #[must_use]
    pub fn within(&self, range: std::ops::Range<usize>) -> Place {
        let Place { file, start, end } = self.place;
        // Only a string without escapes is exactly its quotes longer than its text.
        if end.saturating_sub(start) as usize != self.value.len() + 2 {
            return self.place;
        }
        let text = start as usize + 1;
        Place::new(file, text + range.start..text + range.end)
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

// A place is invisible in the language: a located value has the schema of the value itself.
impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A file of the user's.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path to show, relative to where the command runs.
    pub path: PathBuf,
    /// The whole text; empty where it could not be read.
    pub text: String,
}

/// The files that places point into.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and returns its number.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> u32 {
        self.files.push(Source { path: path.into(), text: text.into() });
        (self.files.len() - 1) as u32
    }

    /// The file with this number.
    #[must_use]
    pub fn get(&self, file: u32) -> Option<&Source> {
        self.files.get(file as usize)
    }

    /// The path of the file with this number, or an empty one.
    #[must_use]
    pub fn path(&self, file: u32) -> &Path {
        self.get(file).map_or(Path::new(""), |source| &source.path)
    }
}
