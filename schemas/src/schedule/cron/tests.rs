//! Cron expressions: which are read, and when they come.

use super::*;

/// Seconds since 1970 of a moment in UTC.
fn moment(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> i64 {
    let is = |number: &i64| {
        let date = Date::of(*number);
        (date.year, date.month, date.day) == (year, month, day)
    };
    let number = (0..END).find(is).expect("a day");
    number * DAY + hour * 3_600 + minute * 60
}

fn cron(text: &str) -> Cron {
    Cron::parse(text, 0).map_err(|fault| fault.message).expect(text)
}

/// The first times from the beginning of 2026, a Thursday.
fn times(text: &str) -> Vec<(i64, i64, i64)> {
    let cron = cron(text);
    let mut after = moment(2026, 1, 1, 0, 0) - 1;
    let mut times = Vec::new();
    while times.len() < 3
        && let Some(next) = cron.next(after)
    {
        let date = Date::of(next.div_euclid(DAY));
        times.push((date.year, date.month * 100 + date.day, next.rem_euclid(DAY) / 60));
        after = next;
    }
    times
}

#[test]
fn times_come_as_the_fields_say() {
    let check = |text: &str, expected: [(i64, i64, i64); 3]| {
        assert_eq!(times(text), expected, "{text}");
    };
    check("0 12 * * ? *", [(2026, 101, 720), (2026, 102, 720), (2026, 103, 720)]);
    check("1/10 0 * * ? *", [(2026, 101, 1), (2026, 101, 11), (2026, 101, 21)]);
    check("*/30 9-10 1,15 * ? *", [(2026, 101, 540), (2026, 101, 570), (2026, 101, 600)]);
    check("15 10 ? * 6L 2026-2027", [(2026, 130, 615), (2026, 227, 615), (2026, 327, 615)]);
    check("0 8 ? * MON-FRI *", [(2026, 101, 480), (2026, 102, 480), (2026, 105, 480)]);
    check("0 0 L * ? *", [(2026, 131, 0), (2026, 228, 0), (2026, 331, 0)]);
    check("0 0 ? * L *", [(2026, 103, 0), (2026, 110, 0), (2026, 117, 0)]);
    check("0 0 ? * 3#2 *", [(2026, 113, 0), (2026, 210, 0), (2026, 310, 0)]);
    check("0 0 ? FEB,DEC 1 *", [(2026, 201, 0), (2026, 208, 0), (2026, 215, 0)]);
    check("0 0 29 2 ? *", [(2028, 229, 0), (2032, 229, 0), (2036, 229, 0)]);
    check("0  0 1 1 ? 2030/5", [(2030, 101, 0), (2035, 101, 0), (2040, 101, 0)]);
}

#[test]
fn the_nearest_working_day_stays_within_the_month() {
    // The first of February 2026 is a Sunday, the first of August a Saturday.
    assert_eq!(times("0 0 1W 2,8,9 ? 2026"), [(2026, 202, 0), (2026, 803, 0), (2026, 901, 0)]);
    // The last of February and of May 2026 is a weekend's.
    assert_eq!(times("0 0 28W 2 ? 2026"), [(2026, 227, 0)]);
    assert_eq!(times("0 0 31W 5 ? 2026"), [(2026, 529, 0)]);
    assert!(times("0 0 31W 4 ? 2026").is_empty());
}

#[test]
fn the_end_of_time_is_no_trouble() {
    let every_minute = cron("* * * * ? *");
    assert_eq!(every_minute.next(i64::MIN), Some(0));
    assert_eq!(every_minute.next(-1), Some(0));
    assert_eq!(every_minute.next(0), Some(60));
    assert_eq!(every_minute.next(END * DAY - 61), Some(END * DAY - 60));
    assert_eq!(every_minute.next(END * DAY - 60), None);
    assert_eq!(every_minute.next(i64::MAX), None);
    assert_eq!(cron("0 0 1 1 ? 1999").next(moment(2026, 1, 1, 0, 0)), None);
}

#[test]
fn anything_else_is_refused() {
    for text in [
        "",
        "0 12 * * ?",
        "0 12 * * ? * *",
        "0 12 * * * *",
        "0 12 ? * ? *",
        "0 12 1 * 1 *",
        "60 12 * * ? *",
        "0 24 * * ? *",
        "0 12 0 * ? *",
        "0 12 32 * ? *",
        "0 12 * 13 ? *",
        "0 12 * jan ? *",
        "0 12 ? * 0 *",
        "0 12 ? * 8 *",
        "0 12 ? * 2/2 *",
        "0 12 ? * 2#6 *",
        "0 12 ? * 2#0 *",
        "0 12 ? * 2#1,3#2 *",
        "0 12 ? * 2W *",
        "0 12 * * ? 1969",
        "0 12 * * ? 2200",
        "0 12 L,1 * ? *",
        "0 12 LW * ? *",
        "0 12 W * ? *",
        "0 12 1#1 * ? *",
        "?/5 12 * * ? *",
        "? 12 * * ? *",
        "5-1 12 * * ? *",
        "1/0 12 * * ? *",
        "1/-1 12 * * ? *",
        "1/ 12 * * ? *",
        ", 12 * * ? *",
        "1, 12 * * ? *",
        "-1 12 * * ? *",
        "+1 12 * * ? *",
        "** 12 * * ? *",
        "99999999999999999999 12 * * ? *",
    ] {
        assert!(Cron::parse(text, 0).is_err(), "{text}");
    }
}
