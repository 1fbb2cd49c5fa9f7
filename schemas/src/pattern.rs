//! EventBridge's event patterns: what one says, which events match it, and whether any event ever could.
//!
//! The language is the one of the EventBridge User Guide, pages "Creating Amazon EventBridge event patterns" and
//! "Comparison operators for use in event patterns". Where the guide is silent, for example on arrays of objects, the
//! behaviour is that of Event Ruler (`aws/event-ruler`), the library with which EventBridge matches.
//!
//! Two things that Event Ruler's own documentation advises against are refused rather than imitated: a `$or` that is
//! meant as the name of a field, and a field with two conditions that must both hold, of which EventBridge has at times
//! heeded only the last.

mod alternative;
mod analysis;
mod cidr;
mod event;
mod fault;
mod matcher;
mod number;
mod parse;
mod shape;
mod test;
mod text;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use self::alternative::Alternative;
pub use self::analysis::{Analysis, Finding, Weight};
pub use self::fault::Fault;
pub use self::matcher::Matcher;
pub use self::shape::{FieldShape, Presence, Shape, TextShape};

/// The size of a pattern, in characters of compact JSON, that EventBridge takes unless a higher quota was granted.
/// EventBridge: "Event pattern size" of its quotas, 2,048 by default.
pub const DEFAULT_SIZE: usize = 2048;

/// The size of a pattern, in characters, beyond which no quota goes. EventBridge: `EventPattern` of `PutRule` has a
/// length of 4,096 at most.
pub const MAX_SIZE: usize = 4096;

/// How many combinations the `$or` of a pattern may make: the product of the lengths of their lists. EventBridge:
/// the User Guide, "Or matching"; a pattern of more is refused by `PutRule`.
pub const MAX_COMBINATIONS: usize = 1000;

/// A valid event pattern.
#[derive(Clone)]
pub struct Pattern {
    json: Value,
    /// What it comes to without `$or`: an event matches if it matches one of them.
    alternatives: Arc<[Alternative]>,
}

impl Pattern {
    /// Reads a pattern of the default size at most.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn parse(json: &Value) -> Result<Self, Vec<Fault>> {
        Self::parse_within(json, DEFAULT_SIZE)
    }

    /// Reads a pattern of at most `size` characters, for accounts with a higher quota; never more than [`MAX_SIZE`].
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn parse_within(json: &Value, size: usize) -> Result<Self, Vec<Fault>> {
        let alternatives = parse::parse(json, size.min(MAX_SIZE))?;
        Ok(Self { json: json.clone(), alternatives: alternatives.into() })
    }

    /// Whether an event matches. The event is the whole of it: its `source`, `detail-type`, `detail` and so on.
    #[must_use]
    pub fn matches(&self, event: &Value) -> bool {
        let event = event::nested(event);
        self.alternatives.iter().any(|alternative| alternative.matches(&event))
    }

    /// Whether any event of this shape could match, and what of the pattern never would.
    #[must_use]
    pub fn analyse(&self, event: &Shape) -> Analysis {
        analysis::analyse(&self.alternatives, event)
    }

    /// The pattern as it was given.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }
}

/// As compact JSON.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.json, f)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({self})")
    }
}

/// Patterns are equal that were given as the same JSON.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl TryFrom<&Value> for Pattern {
    type Error = Vec<Fault>;

    fn try_from(json: &Value) -> Result<Self, Self::Error> {
        Self::parse(json)
    }
}
