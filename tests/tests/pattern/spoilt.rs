//! Mistakes put into a pattern.

use fastrand::Rng;
use serde_json::{Value, json};

use super::pairs::pick;

/// Changes a random place to something else.
pub(super) fn spoil(rng: &mut Rng, pattern: &mut Value) {
    let odd = [
        json!({}),
        json!([]),
        json!(5),
        json!(null),
        json!(true),
        json!("text"),
        json!(["text"]),
        json!([[1]]),
        json!("**"),
        json!("\\x"),
        json!("10.0.0.0/33"),
        json!("10.0.0.0/24"),
        json!("10.0.0/8"),
        json!("::/128"),
        json!(">"),
        json!("=="),
        json!([">", 5, "<", 3]),
        json!([">", 0, "<", 3]),
        json!(["<", 5, ">", 3]),
        json!(["a", 1]),
        json!({ "prefix": "x" }),
        json!({ "prefix": "" }),
        json!({ "exists": "no" }),
        json!({ "equals-ignore-case": "x" }),
        json!({ "unknown": 1 }),
        json!([{ "prefix": "a", "suffix": "b" }]),
        json!({ "anything-but": { "numeric": [">", 5] } }),
        json!({ "numeric": [">", 1, "<", 1] }),
        json!([{ "numeric": ["=", 5] }]),
        json!([{ "wildcard": "a*" }]),
        json!([""]),
        json!(1e300),
    ];
    match pattern {
        Value::Object(fields) if !fields.is_empty() && rng.f64() < 0.85 => {
            let name = fields.keys().nth(rng.usize(..fields.len())).cloned().unwrap_or_default();
            if let Some(inner) = fields.get_mut(&name) {
                spoil(rng, inner);
            }
        }
        Value::Array(items) if !items.is_empty() && rng.f64() < 0.85 => {
            let index = rng.usize(..items.len());
            spoil(rng, &mut items[index]);
        }
        value => *value = pick(rng, &odd),
    }
}
