//! JSON as tests write it: `json!` over several lines.

use serde_json::Value;

use crate::codegen::emit::value::literal;
use crate::codegen::rust::Code;

/// `before json!({ … })after` over several lines, an entry a line at the top.
pub(super) fn json_macro(
    code: &mut Code,
    before: &str,
    value: &Value,
    replaced: &[(String, String)],
    after: &str,
) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            code.line(format!("{before}json!({{"));
            code.deeper(|code| {
                for (key, value) in map {
                    match replaced.iter().find(|(name, _)| name == key) {
                        Some((_, text)) => code.line(format!("{key:?}: {text},")),
                        None => entry(code, &format!("{key:?}: "), value),
                    }
                }
            });
            code.line(format!("}}){after}"));
        }
        _ => code.line(format!("{before}json!({}){after}", literal(value))),
    }
}

/// An entry of an object, over several lines where it is too long for one.
fn entry(code: &mut Code, before: &str, value: &Value) {
    let line = format!("{before}{},", literal(value));
    match value {
        Value::Object(map) if !code.fits(&line) => {
            code.line(format!("{before}{{"));
            code.deeper(|code| {
                map.iter().for_each(|(key, value)| entry(code, &format!("{key:?}: "), value))
            });
            code.line("},");
        }
        Value::Array(items) if !code.fits(&line) => {
            code.line(format!("{before}["));
            code.deeper(|code| items.iter().for_each(|value| entry(code, "", value)));
            code.line("],");
        }
        _ => code.line(line),
    }
}
