//! Names, and their forms in Rust, JSON and DynamoDB.

use std::fmt;

/// A name of the user's, kept as written, told in every form the generated artefacts need.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// A name as written: `agent_id`, `AgentCreated`, `tool_call`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `agent_id`
    #[must_use]
    pub fn snake(&self) -> String {
        self.words().join("_")
    }

    /// `AgentId`
    #[must_use]
    pub fn pascal(&self) -> String {
        self.words().iter().map(|word| capitalised(word)).collect()
    }

    /// `agentId`
    #[must_use]
    pub fn camel(&self) -> String {
        let mut words = self.words().into_iter();
        let first = words.next().unwrap_or_default();
        words.fold(first, |text, word| text + &capitalised(&word))
    }

    /// `AGENT_ID`
    #[must_use]
    pub fn upper(&self) -> String {
        self.snake().to_uppercase()
    }

    /// `agent id`
    #[must_use]
    pub fn spaced(&self) -> String {
        self.words().join(" ")
    }

    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = vec![String::new()];
        let mut letters = self.0.chars().peekable();
        let mut before = None;
        while let Some(c) = letters.next() {
            if !c.is_ascii_alphanumeric() {
                words.push(String::new());
                before = None;
                continue;
            }
            let after_lower = before.is_some_and(|before: char| !before.is_ascii_uppercase());
            // The last capital of a run begins the next word: `HTTPServer` is `http server`.
            let before_lower =
                before.is_some() && letters.peek().is_some_and(char::is_ascii_lowercase);
            if c.is_ascii_uppercase() && (after_lower || before_lower) {
                words.push(String::new());
            }
            before = Some(c);
            if let Some(word) = words.last_mut() {
                word.push(c.to_ascii_lowercase());
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Whether `text` is of the form `snake_case`: lower-case words of letters and digits.
pub(crate) fn is_snake(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !text.contains("__")
        && !text.ends_with('_')
}

/// Whether `text` is of the form `PascalCase`, with acronyms written as words: `HttpRoute`.
///
/// Every other form of a name is made from its words, and must lead back to the same name.
pub(crate) fn is_pascal(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase()) && Name::new(text).pascal() == text
}

/// Whether `text` is of the form `kebab-case`.
pub(crate) fn is_kebab(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !text.contains("--")
        && !text.ends_with('-')
}

/// Rust's keywords, strict and reserved: a field or module of such a name would not compile.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Whether Rust keeps `text` for itself.
pub(crate) fn is_keyword(text: &str) -> bool {
    KEYWORDS.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_every_form() {
        let check = |text: &str, snake: &str, pascal: &str, camel: &str| {
            let name = Name::new(text);
            assert_eq!(
                (name.snake().as_str(), name.pascal().as_str(), name.camel().as_str()),
                (snake, pascal, camel),
                "{text}"
            );
            assert_eq!(name.upper(), snake.to_uppercase());
            assert_eq!(name.spaced(), snake.replace('_', " "));
        };
        check("agent_id2", "agent_id2", "AgentId2", "agentId2");
        check("HttpRoute", "http_route", "HttpRoute", "httpRoute");
        check("HTTPServer", "http_server", "HttpServer", "httpServer");
        check("APIKey2B", "api_key2_b", "ApiKey2B", "apiKey2B");
        check("task-board", "task_board", "TaskBoard", "taskBoard");
        check("a_1", "a_1", "A1", "a1");
        check("", "", "", "");
        check("_", "", "", "");
    }

    #[test]
    fn forms_are_told_apart() {
        let check = |is: fn(&str) -> bool, yes: &[&str], no: &[&str]| {
            assert!(yes.iter().all(|text| is(text)), "{yes:?}");
            assert!(!no.iter().any(|text| is(text)), "{no:?}");
        };
        check(
            is_snake,
            &["a", "a1", "a_1", "user_id"],
            &["", "_a", "a_", "a__b", "A", "a-b", "1a", "ä"],
        );
        check(
            is_pascal,
            &["A", "Agent", "HttpRoute", "A1B"],
            &["", "agent", "APIKey", "Api_Key", "1A", "AI", "Ä"],
        );
        check(is_kebab, &["a", "order-desk", "a1"], &["", "-a", "a-", "a--b", "A", "a_b"]);
        assert!(is_keyword("type") && is_keyword("self") && !is_keyword("kind"));
    }
}
