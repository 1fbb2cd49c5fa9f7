//! The version that a write expects to find.

/// The version that a write expects to find, for optimistic locking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Any version: the last write wins.
    Any,
    /// Exactly this one; another makes the write fail as stale.
    Version(u64),
}
