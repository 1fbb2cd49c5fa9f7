//! Takes a call or a tuple apart, so that it can be laid out over several lines.

/// `head(` + arguments + `)tail`.
pub(super) struct Call<'t> {
    /// Up to the opening bracket, with it.
    pub(super) open: &'t str,
    pub(super) arguments: Vec<&'t str>,
    /// From the closing bracket on.
    pub(super) close: &'t str,
}

/// The outermost brackets of `text` and what stands between; none where nothing does.
pub(super) fn split(text: &str) -> Option<Call<'_>> {
    let start = text.find(['(', '"']).filter(|at| text[*at..].starts_with('('))?;
    let mut arguments = Vec::new();
    let (mut depth, mut from) = (0, start + 1);
    let mut skip = 0;
    for (at, letter) in text.char_indices().skip_while(|(at, _)| *at < start) {
        if at < skip {
            continue;
        }
        if let Some(length) = literal(&text[at..]) {
            skip = at + length;
            continue;
        }
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth > 1 => depth -= 1,
            ')' => {
                let last = text[from..at].trim();
                arguments.extend((!last.is_empty()).then_some(last));
                let call = Call { open: &text[..=start], arguments, close: &text[at..] };
                return Some(call).filter(|call| !call.arguments.is_empty());
            }
            ',' if depth == 1 => {
                arguments.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

/// The length of the string literal that `text` begins with, raw or not.
fn literal(text: &str) -> Option<usize> {
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inner = raw[hashes..].strip_prefix('"')?;
        let close = format!("\"{}", "#".repeat(hashes));
        return inner.find(&close).map(|end| 2 + hashes + end + close.len());
    }
    let inner = text.strip_prefix('"')?;
    let mut escaped = false;
    let end = inner.find(|letter| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    })?;
    Some(end + 2)
}

/// The items of an array.
pub(super) fn array(text: &str) -> Option<Vec<String>> {
    let items = text.strip_prefix('[')?.strip_suffix(']')?;
    let tuple = format!("({items})");
    split(&tuple).map(|tuple| tuple.arguments.iter().map(ToString::to_string).collect())
}

/// The parameters of a closure, between their bars, and its body.
pub(super) fn closure(text: &str) -> Option<(&str, &str)> {
    let end = text.strip_prefix('|')?.find("| ")? + 2;
    Some((&text[..end], &text[end + 1..]))
}

/// The calls that follow a variable, `input.call(…)?.call(…)`, or what a function of a type returns,
/// `Type::new(…).call(…)`, with either before them.
pub(super) fn chained(text: &str) -> Option<(&str, Vec<String>)> {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')?;
    let end = if text[end..].starts_with("::") { made(text)? } else { end };
    let (root, mut rest) = text.split_at(end);
    let mut calls = Vec::new();
    while !rest.is_empty() {
        if let Some((name, after)) = rest.strip_prefix('.').and_then(|rest| rest.split_once("()"))
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        {
            calls.push(format!(".{name}()"));
            rest = after;
            continue;
        }
        let call = split(rest).filter(|_| rest.starts_with('.'))?;
        let tries =
            1 + call.close[1..].find(|letter| letter != '?').unwrap_or(call.close.len() - 1);
        let length = rest.len() - call.close.len() + tries;
        calls.push(rest[..length].to_owned());
        rest = &rest[length..];
    }
    Some((root, calls)).filter(|(root, calls)| !root.is_empty() && !calls.is_empty())
}

/// Where `Type::new(…)` ends, and something follows.
pub(super) fn made(text: &str) -> Option<usize> {
    let call = split(text)?;
    let named = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':';
    let path = call.open.strip_suffix('(')?;
    (path.contains("::") && path.chars().all(named) && call.close.starts_with(")."))
        .then_some(text.len() - call.close.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::{chained, split};

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &[&str], &str)>) {
        let call = split(text);
        let found = call.as_ref().map(|call| (call.open, call.arguments.as_slice(), call.close));
        assert_eq!(found, expected);
    }

    #[test]
    fn arguments_are_split_at_their_own_commas_only() {
        check(".get((&a, &b), c)?", Some((".get(", &["(&a, &b)", "c"], ")?")));
        check(
            "x::<A>(\"a, \\\"b)\", [1, 2])",
            Some(("x::<A>(", &["\"a, \\\"b)\"", "[1, 2]"], ")")),
        );
    }

    #[test]
    fn a_chain_is_split_at_its_calls() {
        let calls = vec![".a(\"x\")?".to_owned(), ".b(1)".to_owned()];
        assert_eq!(chained("root.a(\"x\")?.b(1)"), Some(("root", calls)));
        let calls = vec![".a(b)".to_owned(), ".c()".to_owned()];
        assert_eq!(chained("root.a(b).c()"), Some(("root", calls)));
        let calls = vec![".rate(B::c(1).d(2))".to_owned()];
        assert_eq!(
            chained("A::new(\"x\", f).rate(B::c(1).d(2))"),
            Some(("A::new(\"x\", f)", calls))
        );
        assert_eq!(chained("A::new(\"x\", f)"), None);
        assert_eq!(chained("call(a.b(1))"), None);
        assert_eq!(chained(".call(1)"), None);
    }

    #[test]
    fn what_holds_nothing_is_not_split() {
        check(".await?", None);
        check("A::new()", None);
        check("\"(a, b)\"", None);
    }
}
