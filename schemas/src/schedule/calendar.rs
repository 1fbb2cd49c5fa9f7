//! Days of the proleptic Gregorian calendar, as numbers since 1970-01-01.

/// The seconds of a day.
pub(super) const DAY: i64 = 24 * 60 * 60;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: i64,
    /// The day of the month, from 1.
    pub(super) day: i64,
    /// The day of the week, 1 on Sundays.
    pub(super) weekday: i64,
}

impl Date {
    /// The day of this number.
    ///
    /// Years are counted from March here, so that the leap day is the last of a year: the way of
    /// Howard Hinnant's "chrono-compatible low-level date algorithms".
    pub(super) fn of(number: i64) -> Self {
        let days = number + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month, day, weekday: weekday(number) }
    }

    /// How many days its month has.
    pub(super) fn days_of_month(&self) -> i64 {
        match self.month {
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// The day of the week of another day of the same month.
    pub(super) fn weekday_of(&self, day: i64) -> i64 {
        (self.weekday - 1 + day - self.day).rem_euclid(7) + 1
    }
}

/// The first day of the epoch was a Thursday.
fn weekday(number: i64) -> i64 {
    (number + 4).rem_euclid(7) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_the_dates_of_the_calendar() {
        let date = |number| {
            let Date { year, month, day, weekday } = Date::of(number);
            (year, month, day, weekday)
        };
        assert_eq!(date(0), (1970, 1, 1, 5));
        assert_eq!(date(-1), (1969, 12, 31, 4));
        assert_eq!(date(11_016), (2000, 2, 29, 3));
        assert_eq!(date(11_017), (2000, 3, 1, 4));
        assert_eq!(date(20_454), (2026, 1, 1, 5));
        assert_eq!(date(84_005), (2199, 12, 31, 3));
    }

    #[test]
    fn each_day_follows_the_one_before() {
        for number in 0..84_006 {
            let (date, next) = (Date::of(number), Date::of(number + 1));
            let expected = match (date.day == date.days_of_month(), date.month == 12) {
                (false, _) => (date.year, date.month, date.day + 1),
                (true, false) => (date.year, date.month + 1, 1),
                (true, true) => (date.year + 1, 1, 1),
            };
            assert_eq!((next.year, next.month, next.day), expected);
            assert_eq!(next.weekday, date.weekday % 7 + 1);
            assert_eq!(date.weekday_of(1), Date::of(number + 1 - date.day).weekday);
        }
    }
}
