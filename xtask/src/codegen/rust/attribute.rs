//! How `rustfmt` lays out attributes.

use super::Code;

impl Code {
    /// `#[path(item, …)]`
    pub(crate) fn attribute(&mut self, path: &str, items: &[String]) {
        // `rustfmt` keeps a column free for a comma, which it then leaves out: beside a single item, or a bare word.
        let is_word = |item: &String| !item.contains(['=', '(']);
        let free = if items.len() == 1 || items.iter().any(is_word) { " " } else { "" };
        self.attribute_between(&format!("#[{path}("), items, ")]", free);
    }

    /// `#[path(list(name(item, …)))]`
    pub(crate) fn nested_attribute(&mut self, path: &[&str], items: &[String]) {
        let close = format!("{}]", ")".repeat(path.len()));
        // Each list of one item keeps its column free.
        let free = " ".repeat(path.len() - 1);
        self.attribute_between(&format!("#[{}(", path.join("(")), items, &close, &free);
    }

    /// `#[path(key = value, …)]`, where `rustfmt` lays out only what has literals for values.
    pub(crate) fn keys_attribute(&mut self, path: &str, items: &[String]) {
        let is_literal = |item: &String| item.ends_with('"');
        match items.iter().all(is_literal) {
            true => self.attribute(path, items),
            false => self.list(&format!("#[{path}("), items, ")]"),
        }
    }

    fn attribute_between(&mut self, open: &str, items: &[String], close: &str, free: &str) {
        let line = format!("{open}{}{close}", items.join(", "));
        if self.fits(&format!("{line}{free}")) {
            return self.line(line);
        }
        self.line(open);
        self.deeper(|code| {
            for (index, item) in items.iter().enumerate() {
                code.line(format!("{item}{}", if index + 1 < items.len() { "," } else { "" }));
            }
        });
        self.line(close);
    }
}
