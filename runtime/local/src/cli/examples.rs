//! Requests to try, as lines that work when they are pasted into a shell.

/// A request for a new user to try.
///
/// A `{parameter}` of the path takes the id that an earlier example's answer gave: `{thing_id}` is
/// `thingId` in the body of the answer to a `POST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, for example `/things/{thing_id}`.
    pub path: &'static str,
    /// The JSON body, if it has one.
    pub body: Option<&'static str>,
    /// The `If-Match` header, if the request depends on a version.
    pub if_match: Option<&'static str>,
}

type Row = (&'static str, &'static str, Option<&'static str>, Option<&'static str>);

impl From<Row> for Example {
    fn from((method, path, body, if_match): Row) -> Self {
        Self { method, path, body, if_match }
    }
}

/// A shell line for each example, for the API at `url` with the credential in `$TOKEN`.
///
/// An example that needs an id no earlier one gives is left out: it could not work.
pub(super) fn lines(examples: &[Example], url: &str) -> Vec<String> {
    let mut captured: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for (place, example) in examples.iter().enumerate() {
        if parameters(example.path).any(|name| !captured.contains(&name)) {
            continue;
        }
        let curl = curl(example, url);
        let wanted = examples[place + 1..]
            .iter()
            .flat_map(|later| parameters(later.path))
            .find(|name| !captured.contains(name));
        match wanted.filter(|_| example.method == "POST") {
            Some(name) => {
                captured.push(name);
                lines.push(capture(name, &curl));
            }
            None => lines.push(curl),
        }
    }
    lines
}

/// The parameters of a path: `/a/{b}/{c}` → `b`, `c`.
fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

fn curl(example: &Example, url: &str) -> String {
    let mut path = example.path.to_owned();
    for name in parameters(example.path) {
        path = path.replace(&format!("{{{name}}}"), &format!("${}", variable(name)));
    }
    let mut line = String::from("curl -sS");
    if example.method != "GET" {
        line.push_str(&format!(" -X {}", example.method));
    }
    line.push_str(&format!(" \"{url}{path}\" -H \"authorization: Bearer $TOKEN\""));
    if let Some(version) = example.if_match {
        line.push_str(&format!(" -H {}", quoted(&format!("if-match: {version}"))));
    }
    if let Some(body) = example.body {
        line.push_str(&format!(" -H 'content-type: application/json' -d {}", quoted(body)));
    }
    line
}

/// Shows the answer and keeps its id in a variable.
fn capture(name: &str, curl: &str) -> String {
    let field = camel_case(name);
    format!(
        "{}=$({curl} | tee /dev/stderr | sed -n 's/.*\"{field}\":\"\\([^\"]*\\)\".*/\\1/p')",
        variable(name)
    )
}

/// Single quotes keep everything but themselves from the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn variable(name: &str) -> String {
    name.to_ascii_uppercase()
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut text, word| {
        let mut letters = word.chars();
        text.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        text.push_str(letters.as_str());
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://127.0.0.1:3000";

    fn check(examples: &[Row], expected: &[&str]) {
        let examples: Vec<Example> = examples.iter().copied().map(Example::from).collect();
        assert_eq!(lines(&examples, URL), expected);
    }

    #[test]
    fn a_create_keeps_the_id_that_a_later_line_needs() {
        check(
            &[
                ("POST", "/things", Some(r#"{"name":"it's"}"#), None),
                ("GET", "/things", None, None),
                ("DELETE", "/things/{thing_id}", None, Some("\"1\"")),
            ],
            &[
                concat!(
                    r#"THING_ID=$(curl -sS -X POST "http://127.0.0.1:3000/things" -H "authorization: Bearer $TOKEN""#,
                    r#" -H 'content-type: application/json' -d '{"name":"it'\''s"}'"#,
                    r#" | tee /dev/stderr | sed -n 's/.*"thingId":"\([^"]*\)".*/\1/p')"#
                ),
                r#"curl -sS "http://127.0.0.1:3000/things" -H "authorization: Bearer $TOKEN""#,
                r#"curl -sS -X DELETE "http://127.0.0.1:3000/things/$THING_ID" -H "authorization: Bearer $TOKEN" -H 'if-match: "1"'"#,
            ],
        );
    }

    #[test]
    fn a_line_that_could_not_work_is_left_out() {
        check(&[("GET", "/things/{thing_id}", None, None)], &[]);
    }
}
