//! Tests of patterns: one suite for each thing that they promise.

mod analysis;
mod arrays;
mod faults;
mod generate;
mod matcher;
mod operators;
mod robust;
mod sound;

use proptest::test_runner::Config;
use serde_json::Value;

use super::Pattern;

/// A pattern without mistakes.
fn pattern(json: &Value) -> Pattern {
    match Pattern::parse_within(json, super::MAX_SIZE) {
        Ok(pattern) => pattern,
        Err(faults) => panic!("{json}: {faults:?}"),
    }
}

/// Whether the event matches.
fn matches(json: &Value, event: &Value) -> bool {
    pattern(json).matches(event)
}

/// So many times the usual number of cases, which `PROPTEST_CASES` sets.
fn times(factor: u32) -> Config {
    let usual = Config::default();
    Config { cases: usual.cases.saturating_mul(factor), failure_persistence: None, ..usual }
}
