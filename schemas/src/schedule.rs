//! When the clock calls a subscriber, in EventBridge Scheduler's words: `rate(5 minutes)`, `cron(0 12 * * ? *)`.
//!
//! The grammar is that of the EventBridge Scheduler User Guide, "Schedule types". Times are in UTC.

use std::ops::Range;

use self::cron::Cron;
use crate::duration::MAX_DAYS;
use crate::place::Located;
use crate::problem::{Code, Problem};

mod calendar;
mod cron;
mod field;

/// When the clock calls a subscriber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// At equal distances.
    Rate {
        /// The seconds from one call to the next.
        seconds: u64,
    },
    /// When the expression says, which is kept as written: `cron(0 12 * * ? *)`.
    Cron(String),
}

/// The units of a rate: for one, for several, and the seconds that one lasts. The longest comes first.
const UNITS: &[(&str, &str, u64)] =
    &[("day", "days", 24 * 60 * 60), ("hour", "hours", 60 * 60), ("minute", "minutes", 60)];

/// What is wrong with a schedule, and which of its bytes.
struct Fault {
    range: Range<usize>,
    message: String,
    help: String,
}

impl Fault {
    fn new(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: help.into() }
    }
}

impl Schedule {
    /// The schedule as EventBridge Scheduler reads it; a rate in the largest unit that fits.
    #[must_use]
    pub fn text(&self) -> String {
        let seconds = match self {
            Self::Cron(text) => return text.clone(),
            Self::Rate { seconds } => *seconds,
        };
        let fits = UNITS.iter().find(|(_, _, lasts)| seconds.is_multiple_of(*lasts));
        let (one, several, lasts) = fits.copied().unwrap_or(("minute", "minutes", 60));
        let count = seconds / lasts;
        format!("rate({count} {})", if count == 1 { one } else { several })
    }

    /// The first time after `after` at which the clock calls, both in seconds since 1970 in UTC.
    ///
    /// A rate counts from `after`. There is none where the expression's years are past.
    #[must_use]
    pub fn next(&self, after: i64) -> Option<i64> {
        match self {
            Self::Rate { seconds } => after.checked_add(i64::try_from(*seconds).ok()?),
            Self::Cron(text) => Cron::parse(inner(text, "cron")?.0, 0).ok()?.next(after),
        }
    }
}

/// The schedule that a text says.
///
/// # Errors
/// EventBridge Scheduler would not understand it, or it never comes.
pub(crate) fn parse(written: &Located<String>) -> Result<Schedule, Problem> {
    read(&written.value).map_err(|fault| {
        let place = written.within(fault.range);
        Problem::new(Code::InvalidSchedule, place, fault.message).help(fault.help)
    })
}

fn read(text: &str) -> Result<Schedule, Fault> {
    if let Some((rate, at)) = inner(text, "rate") {
        return Ok(Schedule::Rate { seconds: seconds(rate, at)? });
    }
    let Some((expression, at)) = inner(text, "cron") else {
        return Err(Fault::new(
            0..text.len(),
            format!("`{text}` is not a schedule"),
            "write `rate(5 minutes)`, or `cron(…)` with minutes, hours, day of the month, month, day of the week and year",
        ));
    };
    match Cron::parse(expression, at)?.next(-1) {
        Some(_) => Ok(Schedule::Cron(text.to_owned())),
        None => Err(Fault::new(
            0..text.len(),
            format!("`{text}` never comes"),
            "name a day that one of the months has",
        )),
    }
}

/// What stands between the parentheses after a word, and where it begins.
fn inner<'t>(text: &'t str, word: &str) -> Option<(&'t str, usize)> {
    let inner = text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')')?;
    Some((inner, word.len() + 1))
}

fn seconds(rate: &str, at: usize) -> Result<u64, Fault> {
    let whole = at..at + rate.len();
    let refuse = |message: String, help: String| Err(Fault::new(whole.clone(), message, help));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unit = |word: &str| UNITS.iter().find(|(one, several, _)| [*one, *several].contains(&word));
    let split = rate.split_once(' ').filter(|(count, _)| digits(count));
    let Some((count, (one, several, lasts), word)) =
        split.and_then(|(count, word)| Some((count, unit(word)?, word)))
    else {
        return refuse(
            format!("`{rate}` is not a rate of a schedule"),
            "write a whole number and a unit, for example `rate(1 minute)`, `rate(12 hours)` or `rate(7 days)`"
                .to_owned(),
        );
    };
    // A number of more digits than fit is too large as well.
    let number: u64 = count.parse().unwrap_or(u64::MAX);
    let wanted = if number == 1 { one } else { several };
    match number.checked_mul(*lasts) {
        Some(0) => refuse(
            format!("every `{rate}` is no time at all"),
            format!("write `rate(1 {one})` or more"),
        ),
        Some(seconds) if seconds <= MAX_DAYS * 24 * 60 * 60 => match word == *wanted {
            true => Ok(seconds),
            false => refuse(
                format!("EventBridge Scheduler does not understand `{rate}`"),
                format!("write `rate({number} {wanted})`"),
            ),
        },
        _ => refuse(
            format!("`{rate}` is longer than any duration may be"),
            format!("write `rate({MAX_DAYS} days)` or less"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        read(text).map_err(|fault| fault.message).expect_err("a fault")
    }

    #[test]
    fn a_rate_lasts_as_long_as_it_says_and_is_told_as_it_was_written() {
        for (text, seconds) in [
            ("rate(1 minute)", 60),
            ("rate(5 minutes)", 300),
            ("rate(1 hour)", 3_600),
            ("rate(36 hours)", 129_600),
            ("rate(1 day)", 86_400),
            ("rate(3650 days)", 315_360_000),
        ] {
            let schedule = read(text).map_err(|fault| fault.message);
            assert_eq!(schedule, Ok(Schedule::Rate { seconds }), "{text}");
            assert_eq!(schedule.map(|schedule| schedule.text()), Ok(text.to_owned()));
        }
        assert_eq!(Schedule::Rate { seconds: 300 }.next(100), Some(400));
        assert_eq!(Schedule::Rate { seconds: 300 }.next(i64::MAX), None);
    }

    #[test]
    fn any_other_rate_is_refused() {
        for text in [
            "rate()",
            "rate(5)",
            "rate(minutes)",
            "rate(5  minutes)",
            "rate( 5 minutes)",
            "rate(-5 minutes)",
            "rate(1.5 hours)",
            "rate(5 seconds)",
            "rate(5 Minutes)",
            "rate(² minutes)",
        ] {
            assert!(refusal(text).ends_with("is not a rate of a schedule"), "{text}");
        }
        for text in ["rate(1 minutes)", "rate(5 minute)", "rate(01 days)"] {
            assert!(refusal(text).starts_with("EventBridge Scheduler does not"), "{text}");
        }
        for text in ["rate(0 minutes)", "rate(0 day)"] {
            assert!(refusal(text).ends_with("is no time at all"), "{text}");
        }
        for text in ["rate(3651 days)", "rate(99999999999999999999999 minutes)"] {
            assert!(refusal(text).ends_with("is longer than any duration may be"), "{text}");
        }
        for text in ["", "5 minutes", "Rate(5 minutes)", "rate(5 minutes", "at(2030-01-01)"] {
            assert!(refusal(text).ends_with("is not a schedule"), "{text}");
        }
    }

    #[test]
    fn a_fault_is_told_where_it_is() {
        let fault = read("cron(0 12 * * ? 1969)").expect_err("a fault");
        assert_eq!(fault.range, 16..20);
        assert_eq!(refusal("cron(0 0 31 2 ? *)"), "`cron(0 0 31 2 ? *)` never comes");
    }
}
