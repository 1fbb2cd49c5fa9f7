//! What a bus says on the terminal: a line for each thing that happens.

use std::fmt::Display;
use std::io::Write as _;

use serde_json::Value;

use super::Event;

/// What a bus says on the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Terminal {
    /// Nothing.
    #[default]
    Quiet,
    /// A line for each event, and for each delivery that fails, on standard output.
    Lines,
}

impl Terminal {
    /// An event was taken: its time, source, detail type and what it is about.
    pub(super) fn event(self, event: &Event) {
        let time = event.time.split_once('T').map_or(event.time.as_str(), |(_, time)| time);
        let subject = event.subject().unwrap_or_default();
        self.say(time, format_args!("event  {}  {}  {subject}", event.source, event.detail_type));
    }

    /// A schedule has come due.
    pub(super) fn schedule(self, name: &str) {
        self.say(&now(), format_args!("schedule  {name}"));
    }

    /// A delivery failed and is tried again.
    pub(super) fn failed(self, rule: &str, event: &Value, attempt: u32, of: u32, error: &str) {
        let (what, error) = (what(event), brief(error));
        self.say(
            &now(),
            format_args!("failed  {rule}  {what}  attempt {attempt} of {of}: {error}"),
        );
    }

    /// A delivery failed for the last time.
    pub(super) fn dead(self, rule: &str, event: &Value, error: &str) {
        let (what, error) = (what(event), brief(error));
        self.say(&now(), format_args!("dead letter  {rule}  {what}  {error}"));
    }

    fn say(self, time: &str, line: impl Display) {
        if self == Self::Lines {
            let line = format!("{time}  {line}");
            // A closed terminal is no reason to refuse an event.
            let _ = writeln!(std::io::stdout(), "{}", line.trim_end());
        }
    }
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%H:%M:%SZ").to_string()
}

fn what(event: &Value) -> &str {
    event["detail-type"].as_str().unwrap_or_default()
}

/// The first line of an error: one thing that happens is one line.
fn brief(error: &str) -> &str {
    error.lines().next().unwrap_or_default()
}
