//! How `rustfmt` lays out functions, and the types that they return.

use super::{Code, WIDTH, width};

impl Code {
    /// A function: signature, on one line where it fits, and body.
    pub(crate) fn function(
        &mut self,
        head: &str,
        parameters: &[String],
        returns: &str,
        body: impl FnOnce(&mut Self),
    ) {
        self.signature(head, parameters, returns);
        self.deeper(body);
        self.line("}");
    }

    /// Everything up to the body, with its opening brace.
    fn signature(&mut self, head: &str, parameters: &[String], returns: &str) {
        let arrow = if returns.is_empty() { String::new() } else { format!(" -> {returns}") };
        let line = format!("{head}({}){arrow}", parameters.join(", "));
        if self.fits(&format!("{line} {{")) {
            return self.line(format!("{line} {{"));
        }
        if parameters.is_empty() {
            if self.fits(&line) {
                self.line(line);
                return self.line("{");
            }
            self.line(format!("{head}()"));
            // Without a type there `rustfmt` leaves the space before the brace.
            return self.line(format!("{} {{", arrow.trim_start()));
        }
        self.line(format!("{head}("));
        self.deeper(|code| {
            for parameter in parameters {
                match parameter.split_once(": ") {
                    Some((name, kind)) => code.field(name, kind),
                    None => code.line(format!("{parameter},")),
                }
            }
        });
        self.returned(&arrow, returns);
    }

    /// The end of a signature whose parameters stand one a line.
    fn returned(&mut self, arrow: &str, returns: &str) {
        // Here `rustfmt` counts the indentation twice, and lets two columns more pass before the brace.
        if self.fits(&format!("{}){arrow} {{", "    ".repeat(self.depth))) {
            return self.line(format!("){arrow} {{"));
        }
        if self.depth * 4 + width(arrow) < WIDTH + 2 {
            self.line(format!("){arrow}"));
            return self.line("{");
        }
        let mut lines = Vec::new();
        if self.broken_type(") -> ", returns, " {", 0, &mut lines) {
            return lines.iter().for_each(|line| self.line(line));
        }
        // What no line can hold `rustfmt` leaves alone, but for the space before the brace.
        self.line(format!("){arrow}{{"));
    }

    /// A generic type over several lines, an argument a line; `false` where one fits on no line.
    fn broken_type(
        &self,
        before: &str,
        kind: &str,
        after: &str,
        depth: usize,
        lines: &mut Vec<String>,
    ) -> bool {
        let indent = "    ".repeat(depth);
        let Some((name, arguments)) = generic(kind) else { return false };
        lines.push(format!("{indent}{before}{name}<"));
        for argument in split(arguments) {
            let line = format!("{indent}    {argument},");
            if self.fits(&line) {
                lines.push(line);
            } else if !self.broken_type("", argument, ",", depth + 1, lines) {
                return false;
            }
        }
        lines.push(format!("{indent}>{after}"));
        lines.iter().all(|line| self.fits(line))
    }
}

/// `Name<inner>` taken apart.
fn generic(text: &str) -> Option<(&str, &str)> {
    text.strip_suffix('>')?.split_once('<')
}

/// Generic arguments, split at their own commas only.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut from) = (0, 0);
    let mut found = Vec::new();
    for (at, letter) in text.char_indices() {
        match letter {
            '<' | '(' => depth += 1,
            '>' | ')' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(text[from..].trim());
    found
}
