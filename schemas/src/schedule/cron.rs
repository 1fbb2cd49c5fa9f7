//! Cron expressions: six fields, of which exactly one of the two for days is `?`.

use std::collections::BTreeSet;

use super::Fault;
use super::calendar::{DAY, Date};
use super::field::Field;

const MINUTES: Field = Field { name: "minutes", least: 0, most: 59, words: &[], steps: true };
const HOURS: Field = Field { name: "hours", least: 0, most: 23, words: &[], steps: true };
const MONTH_DAY: Field =
    Field { name: "day of the month", least: 1, most: 31, words: &[], steps: true };
const MONTH: Field = Field {
    name: "month",
    least: 1,
    most: 12,
    words: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    steps: true,
};
const WEEK_DAY: Field = Field {
    name: "day of the week",
    least: 1,
    most: 7,
    words: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    steps: false,
};
const YEAR: Field = Field { name: "year", least: 1970, most: 2199, words: &[], steps: true };

/// The number of the first day after the last year, 2200-01-01.
const END: i64 = 84_006;

/// A cron expression that could be read.
pub(super) struct Cron {
    minutes: BTreeSet<i64>,
    hours: BTreeSet<i64>,
    days: Days,
    months: BTreeSet<i64>,
    years: BTreeSet<i64>,
}

/// Which days of a month.
#[derive(Debug, PartialEq, Eq)]
enum Days {
    /// Days of the month.
    OfMonth(BTreeSet<i64>),
    /// The last day of the month.
    Last,
    /// The day from Monday to Friday that is nearest to this one, in the same month.
    Nearest(i64),
    /// Days of the week.
    OfWeek(BTreeSet<i64>),
    /// The last such day of the week in the month.
    LastOfWeek(i64),
    /// The first, second, … such day of the week in the month.
    Nth(i64, i64),
}

impl Cron {
    /// Reads what stands between the parentheses. `at` is where it stands.
    pub(super) fn parse(text: &str, at: usize) -> Result<Self, Fault> {
        let mut fields: Vec<(&str, usize)> = Vec::new();
        let mut start = at;
        for field in text.split(' ') {
            fields.push((field, start));
            start += field.len() + 1;
        }
        fields.retain(|(field, _)| !field.is_empty());
        let [minutes, hours, month_day, month, week_day, year] = fields[..] else {
            let plural = if fields.len() == 1 { "field" } else { "fields" };
            return Err(Fault::new(
                at..at + text.len(),
                format!("a `cron` schedule has six fields, and this has {} {plural}", fields.len()),
                "write minutes, hours, day of the month, month, day of the week and year, for example `cron(0 12 * * ? *)`",
            ));
        };
        Ok(Self {
            minutes: MINUTES.numbers(minutes.0, minutes.1)?,
            hours: HOURS.numbers(hours.0, hours.1)?,
            days: match (month_day.0, week_day.0) {
                ("?", "?") => return Err(days(week_day, "no day is named")),
                ("?", text) => Days::of_week(text, week_day.1)?,
                (text, "?") => Days::of_month(text, month_day.1)?,
                _ => {
                    return Err(days(
                        week_day,
                        "days are named twice, of the month and of the week",
                    ));
                }
            },
            months: MONTH.numbers(month.0, month.1)?,
            years: YEAR.numbers(year.0, year.1)?,
        })
    }

    /// The first time after `after`, both in seconds since 1970.
    pub(super) fn next(&self, after: i64) -> Option<i64> {
        let after = after.clamp(-1, END * DAY);
        let first_day = (after + 1).div_euclid(DAY);
        (first_day..END).filter(|day| self.falls_on(&Date::of(*day))).find_map(|day| {
            let times = self.hours.iter().flat_map(|hour| {
                self.minutes.iter().map(move |minute| day * DAY + hour * 60 * 60 + minute * 60)
            });
            times.into_iter().find(|time| *time > after)
        })
    }

    fn falls_on(&self, date: &Date) -> bool {
        self.years.contains(&date.year) && self.months.contains(&date.month) && self.days.hold(date)
    }
}

fn days((text, at): (&str, usize), message: &str) -> Fault {
    let help = "write `?` for the day of the month or for the day of the week, and the days in the other; `*` for every day";
    Fault::new(at..at + text.len(), message, help)
}

impl Days {
    fn of_month(text: &str, at: usize) -> Result<Self, Fault> {
        if text == "L" {
            return Ok(Self::Last);
        }
        if let Some(nearest) = text.strip_suffix('W') {
            let nearest = MONTH_DAY.number(nearest).ok_or_else(|| MONTH_DAY.fault(text, at))?;
            return Ok(Self::Nearest(nearest));
        }
        Ok(Self::OfMonth(MONTH_DAY.numbers(text, at)?))
    }

    fn of_week(text: &str, at: usize) -> Result<Self, Fault> {
        if text == "L" {
            return Ok(Self::OfWeek(BTreeSet::from([WEEK_DAY.most])));
        }
        let fault = || WEEK_DAY.fault(text, at);
        if let Some((day, nth)) = text.split_once('#') {
            let nth = nth.parse().ok().filter(|nth| (1..=5).contains(nth));
            let (day, nth) = WEEK_DAY.number(day).zip(nth).ok_or_else(fault)?;
            return Ok(Self::Nth(day, nth));
        }
        if let Some(day) = text.strip_suffix('L') {
            return Ok(Self::LastOfWeek(WEEK_DAY.number(day).ok_or_else(fault)?));
        }
        Ok(Self::OfWeek(WEEK_DAY.numbers(text, at)?))
    }

    fn hold(&self, date: &Date) -> bool {
        let last = date.days_of_month();
        match self {
            Self::OfMonth(days) => days.contains(&date.day),
            Self::Last => date.day == last,
            Self::Nearest(day) => *day <= last && date.day == nearest(date, *day, last),
            Self::OfWeek(days) => days.contains(&date.weekday),
            Self::LastOfWeek(day) => date.weekday == *day && date.day + 7 > last,
            Self::Nth(day, nth) => date.weekday == *day && (date.day - 1) / 7 + 1 == *nth,
        }
    }
}

/// The day from Monday to Friday that is nearest to `day`, without leaving the month.
fn nearest(date: &Date, day: i64, last: i64) -> i64 {
    match date.weekday_of(day) {
        // Saturday: the day before, or else the Monday after.
        7 if day > 1 => day - 1,
        7 => day + 2,
        // Sunday: the day after, or else the Friday before.
        1 if day < last => day + 1,
        1 => day - 2,
        _ => day,
    }
}

#[cfg(test)]
mod tests;
