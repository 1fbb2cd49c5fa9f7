//! Where in a JSON text something stands.

use std::ops::Range;

/// The bytes of the key at `pointer`, given by the keys that lead to it; of the last one there is, where it is not.
///
/// The text is JSON; of any other, the answer is somewhere within it.
pub(super) fn key(text: &str, pointer: &[String]) -> Range<usize> {
    let mut found = 0..0;
    let mut at = 0;
    for name in pointer {
        let Some((key, value)) = member(text, at, name) else { break };
        found = key;
        at = value;
    }
    found
}

/// The key of this name in the object that begins at `at`, and where its value begins.
fn member(text: &str, at: usize, name: &str) -> Option<(Range<usize>, usize)> {
    let mut at = token(text, at, '{')?;
    loop {
        let start = space(text, at);
        let end = string(text, start)?;
        let value = token(text, end, ':')?;
        // Keys may be written with escapes.
        if serde_json::from_str::<String>(&text[start..end]).is_ok_and(|key| key == name) {
            return Some((start..end, value));
        }
        at = token(text, past(text, value)?, ',')?;
    }
}

/// The place after this character, which comes next but for space.
fn token(text: &str, at: usize, character: char) -> Option<usize> {
    let at = space(text, at);
    text[at..].starts_with(character).then(|| at + character.len_utf8())
}

fn space(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches([' ', '\t', '\r', '\n']).len()
}

/// The place after the string that begins here.
fn string(text: &str, at: usize) -> Option<usize> {
    let inner = token(text, at, '"')?;
    let mut escaped = false;
    let end = text[inner..].find(|character| {
        let ends = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        ends
    })?;
    Some(inner + end + 1)
}

/// The place after the value that begins here.
fn past(text: &str, at: usize) -> Option<usize> {
    let mut at = space(text, at);
    let mut depth = 0_usize;
    loop {
        let next = text[at..].chars().next()?;
        match next {
            '"' => at = string(text, at)?,
            '{' | '[' => {
                depth += 1;
                at += 1;
            }
            '}' | ']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            _ => at += next.len_utf8(),
        }
        let ended = || text[at..].starts_with([',', '}', ']', ' ', '\t', '\r', '\n']);
        if depth == 0 && (matches!(next, '"' | '}' | ']') || ended()) {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{ "a": "}\"{", "b" : [1, {"c": 2}, -1.5e3],
        "d\u0065": {"x": null, "c" : {"e": true}}, "last":1}"#;

    #[track_caller]
    fn check(pointer: &[&str], expected: &str) {
        let pointer: Vec<String> = pointer.iter().map(ToString::to_string).collect();
        assert_eq!(&TEXT[key(TEXT, &pointer)], expected);
    }

    #[test]
    fn a_key_is_found_past_whatever_stands_before_it() {
        check(&["a"], "\"a\"");
        check(&["b"], "\"b\"");
        check(&["de"], "\"d\\u0065\"");
        check(&["de", "c", "e"], "\"e\"");
        check(&["last"], "\"last\"");
    }

    #[test]
    fn of_a_key_that_is_not_there_the_innermost_around_it_is_told() {
        check(&["de", "y"], "\"d\\u0065\"");
        check(&["b", "c"], "\"b\"");
        check(&["y"], "");
    }

    #[test]
    fn no_text_is_too_broken_to_look_at() {
        for end in (0..=TEXT.len()).filter(|end| TEXT.is_char_boundary(*end)) {
            let pointer = ["de", "c", "e"].map(String::from);
            assert!(key(&TEXT[..end], &pointer).end <= end);
        }
    }
}
