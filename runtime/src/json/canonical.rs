//! JSON written in one way, so that texts which say the same are the same.

use std::fmt::Write as _;

use super::{Node, tree};

/// Whole numbers up to this are exact as floating-point ones.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The same JSON without spaces, members in the order of their names, and numbers and texts in one form each; `None`
/// where it is none.
pub(crate) fn canonical(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len());
    write(&tree(bytes)?, &mut text);
    Some(text)
}

fn write(node: &Node<'_>, out: &mut String) {
    // Writing to a `String` cannot fail.
    let _ = match node {
        Node::Null => write!(out, "null"),
        Node::Bool(value) => write!(out, "{value}"),
        Node::Unsigned(value) => write!(out, "{value}"),
        Node::Signed(value) => write!(out, "{value}"),
        // `1.0` is `1`, and `-0.0` is `0`.
        Node::Float(value) if value.fract() == 0.0 && value.abs() <= EXACT => {
            write!(out, "{:.0}", value + 0.0)
        }
        Node::Float(value) => write!(out, "{value:e}"),
        Node::Text(value) => write!(out, "{}", text(value)),
        Node::Array(items) => {
            between(out, ('[', ']'), items.iter(), write);
            Ok(())
        }
        Node::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| name);
            between(out, ('{', '}'), members.into_iter(), |(name, value), out| {
                out.push_str(&text(name));
                out.push(':');
                write(value, out);
            });
            Ok(())
        }
    };
}

fn between<T>(
    out: &mut String,
    (open, close): (char, char),
    items: impl Iterator<Item = T>,
    each: impl Fn(T, &mut String),
) {
    out.push(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        each(item, out);
    }
    out.push(close);
}

/// A text in its quotes. Every text can be written.
fn text(value: &str) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(canonical(text.as_bytes()).as_deref(), Some(expected));
    }

    #[test]
    fn what_says_the_same_is_written_the_same() {
        check(" {\"b\" : [1, 2 ],\n\"a\":{ } } ", r#"{"a":{},"b":[1,2]}"#);
        check(r#"["\u0041\/\n\u00e9", "é"]"#, r#"["A/\né","é"]"#);
        check("[1.0, 1e2, -0.0, 0, -1, 0.1, 1e-1]", "[1,100,0,0,-1,1e-1,1e-1]");
        check("[true, false, null, []]", "[true,false,null,[]]");
    }

    #[test]
    fn what_says_something_else_is_written_otherwise() {
        // Beyond what a floating-point number tells apart.
        check("[9007199254740993, 9007199254740992]", "[9007199254740993,9007199254740992]");
        check(r#"["1", 1, [1, 2], [2, 1]]"#, r#"["1",1,[1,2],[2,1]]"#);
        check(r#"{"a": "\",\"b\":\""}"#, r#"{"a":"\",\"b\":\""}"#);
    }

    #[test]
    fn what_is_no_json_is_not_written() {
        for text in ["", "{", "{\"a\":1,\"a\":2}", "nul", "1 2"] {
            assert_eq!(canonical(text.as_bytes()), None, "{text}");
        }
    }
}
