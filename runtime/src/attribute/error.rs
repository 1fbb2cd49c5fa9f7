//! Why a stored attribute could not be read: where in the item, what was expected, what was found.

use std::fmt::{self, Write as _};

use aws_sdk_dynamodb::types::AttributeValue;

/// A stored attribute is not what its type says.
///
/// Displays as the path and the problem, for example
/// ``` text
/// `configuration.temperature`: expected a number, found a string
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeError {
    // Boxed, so that reading a field returns little more than the field.
    inner: Box<Inner>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    path: String,
    problem: String,
}

impl AttributeError {
    fn new(problem: String) -> Self {
        Self { inner: Box::new(Inner { path: String::new(), problem }) }
    }

    /// The attribute is absent, and its type has no absent value.
    #[must_use]
    pub fn missing() -> Self {
        Self::new("the attribute is missing".to_owned())
    }

    /// The attribute has another DynamoDB type; `expected` is a noun such as `a string`.
    #[must_use]
    pub fn expected(expected: &str, found: &AttributeValue) -> Self {
        Self::new(format!("expected {expected}, found {}", type_name(found)))
    }

    /// The attribute has the right DynamoDB type, and a value its Rust type cannot hold.
    #[must_use]
    pub fn invalid(expected: &str, found: &str) -> Self {
        Self::new(format!("expected {expected}, found `{}`", Excerpt(found)))
    }

    /// The text is none of an enum's values.
    #[must_use]
    pub fn unknown(found: &str, values: &[&str]) -> Self {
        let mut problem = String::from("expected ");
        for (index, value) in values.iter().enumerate() {
            let join = match index {
                0 => "",
                _ if index + 1 == values.len() => " or ",
                _ => ", ",
            };
            // Writing to a `String` cannot fail.
            let _ = write!(problem, "{join}`{value}`");
        }
        let _ = write!(problem, ", found `{}`", Excerpt(found));
        Self::new(problem)
    }

    /// The same problem, seen from the map or item that holds the value under `name`.
    #[must_use]
    pub fn within(mut self, name: &str) -> Self {
        let path = &mut self.inner.path;
        if !path.is_empty() && !path.starts_with('[') {
            path.insert(0, '.');
        }
        path.insert_str(0, name);
        self
    }

    /// The same problem, seen from the list that holds the value at `index`.
    #[must_use]
    pub fn within_list(self, index: usize) -> Self {
        self.within(&format!("[{index}]"))
    }

    /// Where in the item, for example `plan[3].kind`; empty for the value itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.inner.path
    }
}

impl fmt::Display for AttributeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.inner.path.is_empty() {
            write!(f, "`{}`: ", self.inner.path)?;
        }
        f.write_str(&self.inner.problem)
    }
}

impl std::error::Error for AttributeError {}

/// The first characters of a stored text: enough to recognise it, too few to flood a log.
struct Excerpt<'a>(&'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(64) {
            None => f.write_str(self.0),
            Some((end, _)) => write!(f, "{}…", &self.0[..end]),
        }
    }
}

fn type_name(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::B(_) => "binary",
        AttributeValue::Bool(_) => "a boolean",
        AttributeValue::Bs(_) => "a set of binaries",
        AttributeValue::L(_) => "a list",
        AttributeValue::M(_) => "a map",
        AttributeValue::N(_) => "a number",
        AttributeValue::Ns(_) => "a set of numbers",
        AttributeValue::Null(_) => "null",
        AttributeValue::S(_) => "a string",
        AttributeValue::Ss(_) => "a set of strings",
        _ => "a type this version of the SDK does not know",
    }
}
