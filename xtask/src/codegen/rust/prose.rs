//! A schema's own words as documentation: Markdown that `rustdoc` and Clippy take without a warning.

/// What a user wrote, with whatever `rustdoc` would take for a link, for HTML or for code escaped.
///
/// Inline code, emphasis, lists and whole web addresses stay what they are.
pub(crate) fn prose(text: &str) -> String {
    let lines: Vec<String> = text.trim().lines().map(line).collect();
    lines.join("\n")
}

fn line(text: &str) -> String {
    // Fences would make the text a Rust program that is to be tested.
    let text = text.trim().replace("```", "'''").replace("~~~", "'''");
    let closed = text.matches('`').count().is_multiple_of(2);
    let mut escaped = String::with_capacity(text.len());
    let mut code = false;
    let mut rest = text.as_str();
    while let Some(letter) = rest.chars().next() {
        let mut length = letter.len_utf8();
        match letter {
            '`' if closed => {
                code = !code;
                escaped.push(letter);
            }
            _ if code => push_visible(&mut escaped, letter),
            'h' if address(rest).is_some() && !escaped.ends_with(char::is_alphanumeric) => {
                let found = address(rest).unwrap_or_default();
                length = found.len();
                escaped.push_str(&format!("<{found}>"));
            }
            '[' | ']' | '<' | '>' | '`' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            _ => push_visible(&mut escaped, letter),
        }
        rest = &rest[length..];
    }
    escaped
}

/// The web address that `text` begins with.
fn address(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
    let end = |letter: char| letter.is_whitespace() || "<>()[]\"'`".contains(letter);
    let found = &text[..text.find(end).unwrap_or(text.len())];
    let found = found.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    (found.len() > scheme.len()).then_some(found)
}

/// What turns the direction of writing is refused by the compiler, and controls are no text.
fn push_visible(text: &mut String, letter: char) {
    let turns = matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if !turns && (letter == '\t' || !letter.is_control()) {
        text.push(letter);
    }
}

/// How far the lines of a list's item stand in; nothing where `text` begins none.
pub(super) fn hanging(text: &str) -> usize {
    let number = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let marked = |marker: &str| text[number..].starts_with(marker);
    match number {
        0 if ["- ", "* ", "+ "].iter().any(|marker| text.starts_with(marker)) => 2,
        1..=9 if marked(". ") || marked(") ") => number + 2,
        _ => 0,
    }
}

/// The first word of a further line, which must not begin a list, a heading or a rule there.
pub(super) fn continued(word: &str) -> String {
    let number = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if number.len() < word.len() && (number == "." || number == ")") {
        return word.replace(number, &format!("\\{number}"));
    }
    match word.chars().next() {
        Some('-' | '+' | '*' | '#' | '=' | '|' | '_')
            if !word.chars().any(char::is_alphanumeric) =>
        {
            format!("\\{word}")
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{continued, hanging, prose};

    #[test]
    fn links_html_and_fences_are_text() {
        assert_eq!(prose("a [b] <c> ]( d"), "a \\[b\\] \\<c\\> \\]( d");
        assert_eq!(prose("an odd ` tick"), "an odd \\` tick");
        assert_eq!(prose("```\nlet x;\n```"), "'''\nlet x;\n'''");
    }

    #[test]
    fn code_and_addresses_stay() {
        assert_eq!(prose("`Vec<[u8]>` is"), "`Vec<[u8]>` is");
        assert_eq!(prose("See https://example.com/a."), "See <https://example.com/a>.");
        assert_eq!(prose("left\u{202E}right\u{7}"), "leftright");
    }

    #[test]
    fn lists_hang_and_wrapped_lines_begin_none() {
        assert_eq!((hanging("- one"), hanging("12. one"), hanging("one - two")), (2, 4, 0));
        assert_eq!(
            (continued("-"), continued("1."), continued("-x")),
            ("\\-".into(), "1\\.".into(), "-x".into())
        );
    }
}
