//! How `rustfmt` lays out the arms of a `match`.

use super::Code;

impl Code {
    /// `pattern => value,`: in braces where it does not fit on one line.
    pub(crate) fn arm(&mut self, pattern: &str, value: &str) {
        if self.fits(&format!("{pattern} => {value},")) {
            return self.line(format!("{pattern} => {value},"));
        }
        self.line(format!("{pattern} => {{"));
        self.deeper(|code| match value.split_once(" = ") {
            Some((place, value)) => code.value(&format!("{place} = "), value, ""),
            None => code.broken("", value, ""),
        });
        self.line("}");
    }

    /// `pattern => call(argument, …),`: in braces where it fits on the next line whole, else an argument a line.
    pub(crate) fn call_arm(&mut self, pattern: &str, value: &str) {
        let line = format!("{pattern} => {value},");
        if self.fits(&line) || self.fits(&format!("    {value}")) {
            return self.arm(pattern, value);
        }
        self.broken(&format!("{pattern} => "), value, ",");
    }

    /// `pattern => root.call.call,`: in braces where it fits on the next line whole, else one call a line: beside
    /// the pattern where the root fits there.
    pub(crate) fn chain_arm(&mut self, pattern: &str, root: &str, calls: &[String]) {
        let value = format!("{root}{}", calls.concat());
        let line = format!("{pattern} => {value},");
        if self.fits(&line) || self.fits(&format!("    {value}")) {
            return self.arm(pattern, &value);
        }
        if self.fits(&format!("{pattern} => {root}")) {
            return self.chain(&format!("{pattern} => "), root, calls, ",");
        }
        self.line(format!("{pattern} => {{"));
        self.deeper(|code| code.chain("", root, calls, ""));
        self.line("}");
    }
}
