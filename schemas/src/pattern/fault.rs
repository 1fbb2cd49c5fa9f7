//! What can be wrong with a pattern, and where.

use std::fmt;

/// A mistake in a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// Where it is: a JSON Pointer (RFC 6901) into the pattern, empty for all of it.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl Fault {
    pub(super) fn new(
        pointer: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), message: message.into(), help: help.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pointer, message, help } = self;
        match pointer.as_str() {
            "" => write!(f, "{message}; {help}"),
            _ => write!(f, "{message} (at `{pointer}`); {help}"),
        }
    }
}

impl std::error::Error for Fault {}

/// The pointer of a member of what `pointer` points at.
pub(super) fn below(pointer: &str, member: &str) -> String {
    format!("{pointer}/{}", member.replace('~', "~0").replace('/', "~1"))
}

/// The pointer of an item of the list that `pointer` points at.
pub(super) fn item(pointer: &str, index: usize) -> String {
    format!("{pointer}/{index}")
}
