//! How `rustfmt` lays out what does not fit on one line.

use super::{Code, WIDTH, call, width};

/// `rustfmt`: `short_array_element_width_threshold`.
const SHORT: usize = 10;

/// What leads from a value that may be absent to its fields.
const TRIED: &str = ".as_ref()?.";

impl Code {
    /// `open`, the items separated by commas, `close`: on one line where they fit, else one a line.
    pub(crate) fn list(&mut self, open: &str, items: &[String], close: &str) {
        let pad = if open.ends_with('{') && !items.is_empty() { " " } else { "" };
        let line = format!("{open}{pad}{}{pad}{close}", items.join(", "));
        if items.is_empty() || self.fits(&line) {
            return self.line(line);
        }
        if let Some((before, _)) = open.rsplit_once("= ")
            && self.moved_down(&format!("{before}= "), &line[before.len() + 2..])
        {
            return;
        }
        self.line(open);
        self.deeper(|code| {
            for item in items {
                // Nothing may follow the struct that gives the remaining fields.
                let comma = if item.starts_with("..") { "" } else { "," };
                match item.split_once(": ") {
                    Some((name, value)) if is_name(name) => code.field(name, value),
                    _ => code.broken("", item, comma),
                }
            }
        });
        self.line(close);
    }

    /// A list of calls, or of tuples: each on one line where it fits. A single one stays beside the
    /// bracket.
    pub(crate) fn calls(&mut self, open: &str, items: &[String], close: &str) {
        match items {
            // Calls of what another one returns are none that the bracket could hold.
            [item] if !self.fits(&format!("{open}{item}{close}")) && call::made(item).is_none() => {
                if let Some((before, bracket)) = open.rsplit_once("= ")
                    && self.moved_down(&format!("{before}= "), &format!("{bracket}{item}{close}"))
                {
                    return;
                }
                self.broken(open, item, close);
            }
            _ => self.list(open, items, close),
        }
    }

    /// Rows that hold as many short items as fit.
    fn fill(&mut self, open: &str, items: &[String], close: &str) {
        self.line(open);
        self.deeper(|code| {
            let mut row = String::new();
            let mut first = true;
            for (index, item) in items.iter().enumerate() {
                let longer =
                    if row.is_empty() { format!("{item},") } else { format!("{row} {item},") };
                // `rustfmt` keeps a column free, but not where all stand in one row.
                let free = if first && index + 1 == items.len() { "" } else { " " };
                if row.is_empty() || code.fits(&format!("{longer}{free}")) {
                    row = longer;
                } else {
                    code.line(std::mem::replace(&mut row, format!("{item},")));
                    first = false;
                }
            }
            code.line(row);
        });
        self.line(close);
    }

    /// `use path::{…};`
    pub(super) fn import(&mut self, path: &str, names: &[String]) {
        let line = format!("use {path}::{{{}}};", names.join(", "));
        // `rustfmt` keeps two columns free.
        if self.fits(&format!("{line}  ")) {
            return self.line(line);
        }
        self.fill(&format!("use {path}::{{"), names, "};");
    }

    /// `before [item, …];`, as an array: short items fill lines, longer ones stand one a line.
    pub(crate) fn array(&mut self, before: &str, items: &[String]) {
        let line = format!("{before}[{}];", items.join(", "));
        if self.fits(&line) {
            return self.line(line);
        }
        if self.moved_down(before, &line[before.len()..]) {
            return;
        }
        self.items(&format!("{before}["), items, "];");
    }

    /// An array that does not fit on one line.
    fn items(&mut self, open: &str, items: &[String], close: &str) {
        if items.iter().all(|item| width(item) <= SHORT) {
            self.fill(open, items, close);
        } else {
            self.calls(open, items, close);
        }
    }

    /// `before root.call.call after`: on one line where it fits, else one call a line.
    pub(crate) fn chain(&mut self, before: &str, root: &str, calls: &[String], after: &str) {
        let tries = tries(calls);
        let value = format!("{root}{}{after}", calls.concat());
        if calls.is_empty() {
            return self.value(before, root, after);
        }
        if self.fits(&format!("{before}{value}{tries}")) {
            return self.line(format!("{before}{value}"));
        }
        let below = before.strip_suffix("= ").map(|head| format!("{head}="));
        let fits_below = |text: &str| self.depth * 4 + 4 + width(text) <= WIDTH;
        let beside = self.fits(&format!("{before}{root}{after}"));
        match below {
            Some(head) if fits_below(&format!("{value}{tries}")) => {
                self.line(head);
                self.deeper(|code| code.line(value));
            }
            // An array that has to be broken is broken below.
            Some(head)
                if calls.last().is_some_and(|last| {
                    last.contains("(&[") && !fits_below(&format!("{last}{after}"))
                }) && fits_below(&format!("{root}{after}")) =>
            {
                self.line(head);
                self.deeper(|code| code.chain("", root, calls, after));
            }
            Some(head)
                if !beside
                    && (fits_below(&format!("{root}{after}"))
                        || !self.opens(before, root, after)) =>
            {
                self.line(head);
                self.deeper(|code| code.chain("", root, calls, after));
            }
            _ => self.vertical(before, root, calls, after),
        }
    }

    fn vertical(&mut self, before: &str, root: &str, calls: &[String], after: &str) {
        let Some((last, others)) = calls.split_last() else { return };
        let tries = tries(calls);
        let others_beside = format!("{before}{root}{}", others.concat());
        let whole_below =
            self.depth * 4 + 4 + width(last) + width(after) + tries.len().min(1) <= WIDTH;
        // Three arguments one a line are more than `rustfmt` saves by moving the call down.
        if let Some(call) = call::split(last)
            && (call.arguments.len() > 2 || !whole_below)
            && self.fits(&format!("{others_beside}{}{tries}", call.open))
        {
            return self.breaks(&others_beside, last, after);
        }
        // The first call stays beside a root no longer than one indentation.
        let kept = usize::from(before.is_empty() && root.len() <= 4).min(calls.len());
        let root = format!("{root}{}", calls[..kept].concat());
        // Below a closing bracket, calls are not indented.
        let deeper = usize::from(self.fits(&format!("{before}{root}{after}")));
        match deeper {
            0 => self.breaks(before, &root, ""),
            _ => self.line(format!("{before}{root}")),
        }
        self.depth += deeper;
        for (index, call) in calls.iter().enumerate().skip(kept) {
            self.broken("", call, if index + 1 == calls.len() { after } else { "" });
        }
        self.depth -= deeper;
    }

    /// Whether `text` can at least begin beside `before`.
    fn opens(&self, before: &str, text: &str, after: &str) -> bool {
        let first = |call: call::Call<'_>| format!("{before}{}{after}", call.open);
        call::split(text).map(first).is_some_and(|line| self.fits(&line))
    }

    /// `name: value,` of a struct: a value, or type, too long for the line moves to the next.
    pub(crate) fn field(&mut self, name: &str, value: &str) {
        let line = format!("{name}: {value},");
        if self.fits(&line) {
            return self.line(line);
        }
        if let Some(open) = value.strip_suffix(')').filter(|open| open.ends_with('('))
            && !value.contains('.')
            && self.fits(&format!("{name}: {open}"))
        {
            self.line(format!("{name}: {open}"));
            return self.line("),");
        }
        let text = value.strip_suffix(".to_owned()").filter(|text| text.starts_with('"'));
        let parts =
            text.map_or_else(|| value.split('.').collect(), |text| vec![text, "to_owned()"]);
        // A single call moves down with what it is of, where that does not fit beside the name either.
        let is_moved = text.is_none()
            && matches!(parts.as_slice(), [root, call] if call.ends_with("()") && !self.fits(&format!("{name}: {root} ")))
            && self.fits(&format!("    {value},"));
        if let [root, parts @ .., last] = parts.as_slice()
            && (text.is_some() || is_name(root))
            && !is_moved
        {
            self.line(format!("{name}: {root}"));
            return self.deeper(|code| {
                parts.iter().for_each(|part| code.line(format!(".{part}")));
                code.line(format!(".{last},"));
            });
        }
        self.line(format!("{name}:"));
        self.deeper(|code| code.line(format!("{value},")));
    }

    /// `before value after`: the value moves to a line of its own before it is broken.
    pub(crate) fn value(&mut self, before: &str, value: &str, after: &str) {
        let line = format!("{value}{after}");
        if self.fits(&format!("{before}{line}")) || self.opens(before, value, "") {
            if !self.moved_down(before, &line) {
                self.broken(before, value, after);
            }
        } else {
            self.line(before.trim_end());
            self.deeper(|code| code.broken("", value, after));
        }
    }

    /// A call or a tuple, over several lines where it does not fit on one.
    pub(crate) fn broken(&mut self, before: &str, text: &str, after: &str) {
        let line = format!("{before}{text}{after}");
        if let Some(json) = text.strip_prefix("json!(").and_then(|text| text.strip_suffix(')')) {
            return self.json(before, json, after);
        }
        if let Some((root, calls)) = call::chained(text) {
            return self.chain(before, root, &calls, after);
        }
        if self.fits(&line) {
            return self.line(line);
        }
        if let Some((parameters, body)) = call::closure(text) {
            return self.closure(&format!("{before}{parameters}"), body, after);
        }
        if let Some((root, field)) = text.split_once(TRIED).filter(|_| text.starts_with('&')) {
            self.line(format!("{before}{root}"));
            return self.deeper(|code| {
                code.line(TRIED.trim_end_matches('.'));
                code.line(format!(".{field}{after}"));
            });
        }
        match text.strip_prefix('&').and_then(call::array) {
            Some(items) => self.items(&format!("{before}&["), &items, &format!("]{after}")),
            None => self.breaks(before, text, after),
        }
    }

    fn breaks(&mut self, before: &str, text: &str, after: &str) {
        let Some(call) = call::split(text) else {
            return self.line(format!("{before}{text}{after}"));
        };
        let open = format!("{before}{}", call.open);
        let close = format!("{}{after}", call.close);
        // An array that is the only argument stays beside the bracket.
        if let [only] = call.arguments[..]
            && let Some(items) = only.strip_prefix('&').and_then(call::array)
        {
            return self.items(&format!("{open}&["), &items, &format!("]{close}"));
        }
        if let [only] = call.arguments[..]
            && call::split(only).is_some_and(|inner| inner.close == ")")
            && self.opens(&open, only, "")
        {
            return self.breaks(&open, only, &close);
        }
        // A closure at the end stays beside the arguments before it, and its body moves down.
        if let [others @ .., last] = &call.arguments[..]
            && let Some((parameters, body)) = call::closure(last)
            && let others = others.iter().map(|other| format!("{other}, ")).collect::<String>()
            // `rustfmt` keeps two columns free.
            && self.fits(&format!("{open}{others}{parameters} {{  "))
        {
            return self.closure(&format!("{open}{others}{parameters}"), body, &close);
        }
        self.line(open);
        self.deeper(|code| {
            call.arguments.iter().for_each(|argument| code.broken("", argument, ","))
        });
        self.line(close);
    }

    /// A closure with its body in braces.
    fn closure(&mut self, before: &str, body: &str, after: &str) {
        self.line(format!("{before} {{"));
        self.deeper(|code| code.broken("", body, ""));
        self.line(format!("}}{after}"));
    }

    /// `json!(…)`: arrays are broken; whatever only the macro understands `rustfmt` leaves alone.
    fn json(&mut self, before: &str, text: &str, after: &str) {
        let line = format!("{before}json!({text}){after}");
        match call::array(text).filter(|_| !self.fits(&line) && !text.contains("{ ")) {
            Some(items) => self.list(&format!("{before}json!(["), &items, &format!("]){after}")),
            None => self.line(line),
        }
    }

    /// Writes a value below `before`, which ends with `= `, where it does not fit beside it.
    ///
    /// `rustfmt` would rather move a value down whole than break it.
    fn moved_down(&mut self, before: &str, value: &str) -> bool {
        let Some(head) = before.strip_suffix("= ") else { return false };
        let below = self.depth * 4 + 4 + width(value) <= WIDTH;
        if self.fits(&format!("{before}{value}")) || !below {
            return false;
        }
        self.line(format!("{head}="));
        self.deeper(|code| code.line(value));
        true
    }
}

/// The columns that `rustfmt` keeps free for a `?` at the end of a chain: one more behind a call.
fn tries(calls: &[String]) -> &'static str {
    match calls.last() {
        Some(call) if call.ends_with(")?") => "  ",
        Some(call) if call.ends_with('?') => " ",
        _ => "",
    }
}

fn is_name(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: &str) {
        let mut code = Code::new();
        let long = format!("Index::of(\"first\", &{names:?})");
        code.calls("const ALL: &[Index] = &[", &["Index::none()".to_owned(), long], "];");
        assert_eq!(code.finish(), expected);
    }

    #[test]
    fn an_array_within_a_call_fills_rows_where_its_items_are_short() {
        check(
            &["a quarter", "of a line", "and again"].repeat(2),
            r#"const ALL: &[Index] = &[
    Index::none(),
    Index::of(
        "first",
        &["a quarter", "of a line", "and again", "a quarter", "of a line", "and again"],
    ),
];
"#,
        );
        check(
            &["short"].repeat(12),
            r#"const ALL: &[Index] = &[
    Index::none(),
    Index::of(
        "first",
        &[
            "short", "short", "short", "short", "short", "short", "short", "short", "short",
            "short", "short", "short",
        ],
    ),
];
"#,
        );
        check(
            &["a third of a whole line, more or less"; 3],
            r#"const ALL: &[Index] = &[
    Index::none(),
    Index::of(
        "first",
        &[
            "a third of a whole line, more or less",
            "a third of a whole line, more or less",
            "a third of a whole line, more or less",
        ],
    ),
];
"#,
        );
    }
}
