//! Rust source as text, laid out as `rustfmt` lays it out.
//!
//! Emitters write a thousand entities in well under a second, which a parser and pretty printer
//! could not; in return every construct they use has its layout here, and a test holds the
//! result against `rustfmt` itself for names of every length.

use unicode_width::UnicodeWidthStr;

pub(crate) use imports::{Imports, version_sort};
pub(crate) use prose::prose;

mod arm;
mod attribute;
mod call;
mod imports;
mod layout;
mod prose;
mod signature;

/// `max_width` of the repository's `rustfmt.toml`, whose other widths follow from it.
const WIDTH: usize = 100;

/// A Rust source file being written.
#[derive(Default)]
pub(crate) struct Code {
    text: String,
    depth: usize,
}

impl Code {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// A line of code at the present depth; an empty line where `text` is empty.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        if !text.is_empty() {
            self.indent();
            self.text.push_str(text);
        }
        self.text.push('\n');
    }

    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// `header {`, the body one level deeper, `}`.
    pub(crate) fn block(&mut self, header: &str, body: impl FnOnce(&mut Self)) {
        let mut inner = Self { text: String::new(), depth: self.depth + 1 };
        body(&mut inner);
        if inner.text.is_empty() {
            return self.line(format!("{header} {{}}"));
        }
        if self.fits(&format!("{header} {{")) {
            self.line(format!("{header} {{"));
        } else if let Some((head, of)) = header.split_once(" for ") {
            self.line(head);
            self.deeper(|code| code.line(format!("for {of}")));
            self.line("{");
        } else {
            self.line(header);
            self.line("{");
        }
        self.append(&inner.text);
        self.line("}");
    }

    /// Whatever `body` writes, one level deeper.
    pub(crate) fn deeper(&mut self, body: impl FnOnce(&mut Self)) {
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    /// Documentation, wrapped, with every paragraph of the text.
    pub(crate) fn doc(&mut self, text: &str) {
        self.comment("///", text);
    }

    /// Documentation of the file itself.
    pub(crate) fn file_doc(&mut self, text: &str) {
        self.comment("//!", text);
    }

    fn comment(&mut self, marker: &str, text: &str) {
        let room = WIDTH.saturating_sub(self.depth * 4 + marker.len() + 1);
        let mut indent = String::new();
        for paragraph in text.lines() {
            if paragraph.trim().is_empty() {
                self.line(marker);
                indent.clear();
                continue;
            }
            // A list's item goes on until an empty line, and stands in as far as it began.
            let hanging = prose::hanging(paragraph.trim_start());
            let mut row = if hanging == 0 { indent.clone() } else { String::new() };
            if hanging > 0 {
                indent = " ".repeat(hanging);
            }
            for word in paragraph.split_whitespace() {
                let started = !row.trim().is_empty();
                if started && row.chars().count() + 1 + word.chars().count() > room {
                    self.line(format!("{marker} {row}"));
                    row = format!("{indent}{}", prose::continued(word));
                    continue;
                }
                if started {
                    row.push(' ');
                }
                row.push_str(word);
            }
            self.line(format!("{marker} {row}"));
        }
    }

    /// What `body` writes at the present depth, apart.
    pub(crate) fn apart(&self, body: impl FnOnce(&mut Self)) -> String {
        let mut code = Self { text: String::new(), depth: self.depth };
        body(&mut code);
        code.text
    }

    /// Appends what was written apart, at the depth it was written for.
    pub(crate) fn append(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn fits(&self, line: &str) -> bool {
        self.depth * 4 + width(line) <= WIDTH
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("    ");
        }
    }
}

/// The columns that `rustfmt` counts; of a text that is too long for any line, its bytes.
fn width(text: &str) -> usize {
    if text.len() > 8 * WIDTH || text.is_ascii() {
        text.len()
    } else {
        UnicodeWidthStr::width(text)
    }
}
