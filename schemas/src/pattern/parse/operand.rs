//! What operators take: texts, wildcards and comparisons with numbers.

use serde_json::{Number, Value};

use super::kind;
use crate::pattern::fault::{Fault, item};
use crate::pattern::number::{Bound, Incomparable, Range, comparable};
use crate::pattern::text::{NoWildcard, Wildcard};

/// A text, which may be empty: every text begins with the empty one.
pub(super) fn text(operator: &str, operand: &Value, pointer: &str) -> Result<String, Fault> {
    operand.as_str().map(str::to_owned).ok_or_else(|| {
        let help = match operand {
            Value::Number(_) | Value::Bool(_) => {
                format!("write `\"{operand}\"` if the field holds text")
            }
            _ => format!("write `{{ \"{operator}\": \"…\" }}`"),
        };
        Fault::new(pointer, format!("`{operator}` needs a text, not {}", kind(operand)), help)
    })
}

/// A text that values must not begin or end with, and that is therefore not empty.
pub(super) fn excluded_text(
    operator: &str,
    operand: &Value,
    pointer: &str,
) -> Result<String, Fault> {
    let text = text(operator, operand, pointer)?;
    if text.is_empty() {
        return Err(Fault::new(
            pointer,
            format!("`anything-but` cannot exclude the empty `{operator}`, which every text has"),
            "name what the texts that do not match have in common",
        ));
    }
    Ok(text)
}

/// A text with stars.
pub(super) fn wildcard(operand: &Value, pointer: &str) -> Result<Wildcard, Fault> {
    let text = text("wildcard", operand, pointer)?;
    Wildcard::parse(&text).map_err(|wrong| match wrong {
        NoWildcard::TwoStars => Fault::new(
            pointer,
            format!("`{text}` has two stars in a row"),
            "write one, which stands for any text; for a star itself write `\\*`",
        ),
        NoWildcard::Escape => Fault::new(
            pointer,
            format!("a backslash in `{text}` stands before neither `*` nor another backslash"),
            "for a star itself write `\\*`, for a backslash `\\\\`; JSON and TOML need each backslash doubled",
        ),
    })
}

const GRAMMAR: &str =
    "write for example `{ \"numeric\": [\">=\", 0] }` or `{ \"numeric\": [\">\", 0, \"<=\", 5] }`";

/// One comparison, or a lower bound and then an upper one.
pub(super) fn numeric(operand: &Value, pointer: &str) -> Result<Range, Fault> {
    let terms = operand.as_array().map_or(&[][..], Vec::as_slice);
    match terms {
        [operator, value] => {
            let operator = comparison(operator, &item(pointer, 0))?;
            let value = threshold(value, &item(pointer, 1))?;
            let bound = |within| Some(Bound { value, within });
            Ok(match operator {
                "=" => Range { low: bound(true), high: bound(true) },
                "<" => Range { low: None, high: bound(false) },
                "<=" => Range { low: None, high: bound(true) },
                ">" => Range { low: bound(false), high: None },
                _ => Range { low: bound(true), high: None },
            })
        }
        [lower, low, upper, high] => {
            let lower = comparison(lower, &item(pointer, 0))?;
            let upper = comparison(upper, &item(pointer, 2))?;
            if !(lower.starts_with('>') && upper.starts_with('<')) {
                return Err(Fault::new(
                    pointer,
                    format!("`{lower}` and `{upper}` are no lower bound and then an upper one"),
                    GRAMMAR,
                ));
            }
            let (low, high) =
                (threshold(low, &item(pointer, 1))?, threshold(high, &item(pointer, 3))?);
            if low >= high {
                return Err(Fault::new(
                    pointer,
                    format!("no range begins at {} and ends at {}", terms[1], terms[3]),
                    "the lower bound must be less than the upper one; for one number write `[\"=\", …]`",
                ));
            }
            Ok(Range {
                low: Some(Bound { value: low, within: lower == ">=" }),
                high: Some(Bound { value: high, within: upper == "<=" }),
            })
        }
        _ => Err(Fault::new(
            pointer,
            "`numeric` needs a list of one comparison or two, each an operator and a number",
            GRAMMAR,
        )),
    }
}

fn comparison<'v>(operator: &'v Value, pointer: &str) -> Result<&'v str, Fault> {
    let known = operator.as_str().filter(|operator| ["=", "<", "<=", ">", ">="].contains(operator));
    known.ok_or_else(|| {
        let message = format!("`{}` is no comparison", written(operator));
        Fault::new(pointer, message, "known here: `=`, `<`, `<=`, `>`, `>=`")
    })
}

fn threshold(value: &Value, pointer: &str) -> Result<f64, Fault> {
    let Value::Number(number) = value else {
        let message = format!("`numeric` compares with a number, not {}", kind(value));
        return Err(Fault::new(pointer, message, GRAMMAR));
    };
    comparable(number).map_err(|why| incomparable(number, why, pointer))
}

/// A number that EventBridge does not compare with.
pub(super) fn incomparable(number: &Number, why: Incomparable, pointer: &str) -> Fault {
    let message = format!("EventBridge does not compare with `{number}`");
    let help = match why {
        Incomparable::TooGreat => "it takes numbers from -5.0e9 to 5.0e9",
        Incomparable::TooPrecise => "it takes six digits after the decimal point at most",
    };
    Fault::new(pointer, message, help)
}

/// A text as it is, anything else as JSON.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
