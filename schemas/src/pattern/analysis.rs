//! Whether any event of a shape can match a pattern, and what of the pattern never does.
//!
//! The answer is on the safe side: fields are looked at one by one, and whatever might match is taken to match. Where
//! it says that no event matches, none does.

mod reach;
mod value;

use serde_json::Value;

use super::alternative::{Alternative, Leaf};
use super::shape::Shape;
use super::test::Test;

use self::reach::{Reach, Reached, reach};
use self::value::Reason;

/// What became of a pattern's analysis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    can_match: bool,
    findings: Vec<Finding>,
}

impl Analysis {
    /// Whether an event of the shape may match. If not, none ever does, and the findings say why.
    #[must_use]
    pub fn can_match(&self) -> bool {
        self.can_match
    }

    /// What never matches, in the order of the pattern. There may be some even though the pattern can match.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// A part of a pattern that does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Where it is: a JSON Pointer (RFC 6901) into the pattern.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The field of the event that it is about, by the names from the event down; the nearest that there is, where
    /// the pattern names one that does not exist.
    pub field: Vec<String>,
    /// What follows from it.
    pub weight: Weight,
}

/// What follows from a part of a pattern that does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The condition of the whole field is never met, and so neither is the pattern, or the alternative of `$or` that
    /// the field stands in.
    Never,
    /// Another value of the same field may still match.
    Idle,
}

/// Analyses a pattern, which any of these alternatives matches.
pub(super) fn analyse(alternatives: &[Alternative], event: &Shape) -> Analysis {
    let mut can_match = false;
    let mut findings: Vec<Finding> = Vec::new();
    for alternative in alternatives {
        let mut all = true;
        for leaf in alternative.leaves() {
            all &= judge(leaf, event, &mut findings);
        }
        can_match |= all;
    }
    // A field outside of `$or` is in every alternative.
    findings
        .sort_by(|one, other| (&one.pointer, &one.message).cmp(&(&other.pointer, &other.message)));
    findings.dedup();
    Analysis { can_match, findings }
}

/// Whether a field's condition can be met. What of it cannot is added to the findings.
fn judge(leaf: &Leaf, event: &Shape, findings: &mut Vec<Finding>) -> bool {
    let reached = match reach(&leaf.path, event) {
        Reach::Place(reached) => reached,
        Reach::Nowhere(nowhere) => {
            // An event without the field is just what was asked for, if hardly what was meant.
            let met = leaf.accepts_absence();
            let weight = if met { Weight::Idle } else { Weight::Never };
            findings.push(Finding {
                pointer: nowhere.pointer,
                message: nowhere.reason.message,
                help: nowhere.reason.help,
                field: nowhere.field,
                weight,
            });
            return met;
        }
    };
    let idle: Vec<(&str, Reason)> = leaf
        .tests
        .iter()
        .filter_map(|(pointer, test)| Some((pointer.as_str(), refuse(test, &reached)?)))
        .collect();
    let met = idle.len() < leaf.tests.len();
    let weight = if met { Weight::Idle } else { Weight::Never };
    findings.extend(idle.into_iter().map(|(pointer, reason)| Finding {
        pointer: pointer.to_owned(),
        message: reason.message,
        help: reason.help,
        field: leaf.names().map(str::to_owned).collect(),
        weight,
    }));
    met
}

/// Why a test never succeeds for the values of a place; none if it may.
fn refuse(test: &Test, reached: &Reached<'_>) -> Option<Reason> {
    let path = &reached.path;
    if let Test::Exists(false) = test {
        let message = format!("`{path}` is in every event");
        return (!reached.may_be_absent).then(|| {
            Reason::new(message, Some("leave the condition out, or make the field optional".into()))
        });
    }
    if reached.may_be_null && test.accepts(&Value::Null) {
        return None;
    }
    match reached.shape {
        Shape::Object(fields) => {
            let fields = fields.iter().map(|field| field.name.as_str());
            let message =
                format!("`{path}` holds an object, and conditions are met by values alone");
            let help = crate::suggest::quoted(fields);
            Some(Reason::new(message, Some(format!("name a field within it: {help}"))))
        }
        // Whatever a map holds has a name.
        Shape::Map(_) => {
            let message =
                format!("`{path}` holds an object, and conditions are met by values alone");
            Some(Reason::new(message, Some("name an entry within it".into())))
        }
        shape => value::refuse(test, shape, path),
    }
}
