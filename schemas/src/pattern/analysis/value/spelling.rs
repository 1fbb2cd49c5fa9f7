//! Whether a text whose values are not all known can be spelled as a test demands.

use serde_json::Value;

use crate::pattern::shape::TextShape;
use crate::pattern::test::Test;
use crate::pattern::text::{self, Case};

/// Why no such text passes a test; none if one may.
pub(super) fn of_text(test: &Test, shape: &TextShape) -> Option<String> {
    match test {
        Test::Exact(Value::String(exact)) => whole(exact, Case::Told, shape),
        Test::EqualsIgnoringCase(exact) => whole(exact, Case::Ignored, shape),
        Test::Prefix(head, case) => begins(head, *case, shape).or_else(|| fits(head, *case, shape)),
        Test::Suffix(tail, case) => fits(tail, *case, shape),
        Test::Wildcard(wildcard) => match wildcard.pieces() {
            [only] => whole(only, Case::Told, shape),
            [head, ..] => begins(head, Case::Told, shape)
                .or_else(|| fits(&wildcard.pieces().concat(), Case::Told, shape)),
            [] => None,
        },
        _ => None,
    }
}

/// Whether a timestamp, such as `2025-01-31T23:59:59.999Z`, may pass a test.
pub(super) fn of_timestamp(test: &Test) -> bool {
    let of = |text: &str| text.chars().all(|letter| "0123456789-+:.TZ".contains(letter));
    let in_any_case = |text: &str| of(&text.to_uppercase());
    match test {
        Test::Exact(Value::String(exact)) => of(exact),
        Test::EqualsIgnoringCase(exact) => in_any_case(exact),
        Test::Prefix(affix, Case::Told) | Test::Suffix(affix, Case::Told) => of(affix),
        Test::Prefix(affix, Case::Ignored) | Test::Suffix(affix, Case::Ignored) => {
            in_any_case(affix)
        }
        Test::Wildcard(wildcard) => wildcard.pieces().iter().all(|piece| of(piece)),
        // No address has as many parts as a moment.
        Test::Cidr(_) => false,
        _ => true,
    }
}

fn whole(exact: &str, case: Case, shape: &TextShape) -> Option<String> {
    if !is_told(exact, case) {
        return None;
    }
    if !text::begins(exact, &shape.begins, case) {
        return Some(format!("always begins with `{}`", shape.begins));
    }
    let short = |least: &u64| (exact.chars().count() as u64) < *least;
    let short = shape.min_length.filter(short);
    short
        .map(|least| format!("has {least} characters at least"))
        .or_else(|| fits(exact, case, shape))
}

/// Whether what a text begins with and what it must begin with go together.
fn begins(head: &str, case: Case, shape: &TextShape) -> Option<String> {
    let together = text::begins(head, &shape.begins, case)
        || text::begins(&shape.begins, head, case)
        || !is_told(head, case);
    (!together).then(|| format!("always begins with `{}`", shape.begins))
}

/// Whether a part of a text is no longer than the text may be.
fn fits(part: &str, case: Case, shape: &TextShape) -> Option<String> {
    let long = |most: &u64| part.chars().count() as u64 > *most;
    shape
        .max_length
        .filter(long)
        .filter(|_| is_told(part, case))
        .map(|most| format!("has {most} characters at most"))
}

/// Whether the text's letters are known, or at least how many there are: other letters than those of ASCII may become
/// more or fewer in the other case.
fn is_told(text: &str, case: Case) -> bool {
    case == Case::Told || text.is_ascii()
}
