//! JSON whose objects keep the order in which they are written: what matters most comes first.

use serde_json::Value;

/// A JSON value.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    /// An object.
    Object(Vec<(String, Json)>),
    /// A list.
    List(Vec<Json>),
    /// Anything else.
    Leaf(Value),
}

impl Json {
    /// An object with these entries.
    pub(crate) fn object<const COUNT: usize>(entries: [(&str, Self); COUNT]) -> Self {
        Self::Object(entries.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// A list of texts.
    pub(crate) fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(|text| text.into().into()).collect())
    }

    /// A number; without a fraction where it has none, as people write it.
    pub(crate) fn number(value: f64) -> Self {
        // Up to here every whole number is exact.
        let whole = value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0;
        Self::Leaf(if whole { Value::from(value as i64) } else { Value::from(value) })
    }

    /// The text, two spaces a level, with a line feed at its end.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 1);
        out.push('\n');
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        match self {
            Self::Object(entries) => block(out, depth, ('{', '}'), entries, |out, entry| {
                let (name, value) = entry;
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push_str(": ");
                value.write(out, depth + 1);
            }),
            Self::List(items) => block(out, depth, ('[', ']'), items, |out, item| {
                item.write(out, depth + 1);
            }),
            Self::Leaf(value) => out.push_str(&value.to_string()),
        }
    }
}

fn block<T>(
    out: &mut String,
    depth: usize,
    (open, close): (char, char),
    items: &[T],
    write: impl Fn(&mut String, &T),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth));
        write(out, item);
    }
    if !items.is_empty() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth - 1));
    }
    out.push(close);
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Leaf(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Leaf(text.into())
    }
}

impl From<u64> for Json {
    fn from(value: u64) -> Self {
        Self::Leaf(value.into())
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Leaf(value.into())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Leaf(value.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_laid_out_as_serde_json_does_and_read_back_the_same() {
        let json = Json::object([
            ("b \" \u{1}", Json::texts(["x", "\u{e4}\n"])),
            ("a", Json::object([("none", Json::List(Vec::new())), ("no", Json::object([]))])),
            ("c", Json::List(vec![true.into(), 5_u64.into(), (-5_i64).into()])),
        ]);
        let text = json.text();
        let value: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(value["c"][2], Value::from(-5));
        let first = text.lines().nth(1).expect("a second line").trim_start();
        assert!(first.starts_with(r#""b \" \u0001": ["#), "{text}");
        let mut ours: Vec<&str> = text.lines().collect();
        let theirs = format!("{value:#}");
        let mut theirs: Vec<&str> = theirs.lines().collect();
        // The two differ in the order of entries alone, and so in who comes last.
        for lines in [&mut ours, &mut theirs] {
            lines.iter_mut().for_each(|line| *line = line.trim_end_matches(','));
            lines.sort_unstable();
        }
        assert_eq!(ours, theirs);
    }

    #[test]
    fn a_number_has_a_fraction_only_where_it_needs_one() {
        let texts = [0.0, -0.0, 100.0, 0.5, 1e300].map(|value| Json::number(value).text());
        assert_eq!(texts, ["0\n", "0\n", "100\n", "0.5\n", "1e+300\n"]);
    }
}
