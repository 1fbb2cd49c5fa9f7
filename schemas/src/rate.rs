//! Rates as the language writes them: `60/min`, `5/s`, `100/h burst 10`.

use crate::model::{Per, Rate};
use crate::place::Located;
use crate::problem::{Code, Problem};

/// What a rate looks like, for editors.
pub(crate) const PATTERN: &str = "^[0-9]+/(s|min|h)( burst [0-9]+)?$";

/// DynamoDB: a partition takes 1,000 write units a second, and what counts a caller's calls is one item.
pub(crate) const MAX_PER_SECOND: u32 = 1000;

/// What an hour can hold at most. A bucket that took longer than that to count would bound nothing.
pub(crate) const MAX_BURST: u32 = MAX_PER_SECOND * 60 * 60;

/// The rate that a text says.
///
/// # Errors
/// It is no whole number of calls and unit, lets nobody call, or is more than one item can count.
pub(crate) fn parse(written: &Located<String>) -> Result<Rate, Problem> {
    let text = written.value.as_str();
    let refuse = |message: String, help: String| {
        Err(Problem::new(Code::InvalidRate, written.place, message).help(help))
    };
    let Some((count, per, burst)) = split(text) else {
        return refuse(
            format!("`{text}` is not a rate"),
            "write a whole number of calls and one of the units `s`, `min` and `h`, for example `60/min`; `60/min burst 10` lets 10 of them come at once"
                .to_owned(),
        );
    };
    let most = MAX_PER_SECOND.saturating_mul(per.seconds());
    let unit = per.word();
    // A number of more digits than fit is too many calls as well.
    let whole = |digits: &str| digits.parse::<u32>().unwrap_or(u32::MAX);
    let count = whole(count);
    let burst = burst.map_or(count, whole);
    match (count, burst) {
        (0, _) => refuse(
            format!("a rate of `{text}` lets nobody call"),
            format!("write `1/{unit}` or more; without `rate` there is no limit"),
        ),
        (_, 0) => refuse(
            format!("a rate of `{text}` lets nobody call"),
            "write `burst 1` or more; without it the burst is the whole number".to_owned(),
        ),
        (count, _) if count > most => refuse(
            format!("no item can count `{text}`"),
            format!(
                "write `{most}/{unit}` or less: DynamoDB writes an item {MAX_PER_SECOND} times a second"
            ),
        ),
        (_, burst) if burst > MAX_BURST => refuse(
            format!("a burst of `{text}` is no limit"),
            format!("write `burst {MAX_BURST}` or less"),
        ),
        (count, burst) => Ok(Rate { count, per, burst }),
    }
}

/// The digits of the calls, the unit, and the digits of the burst.
fn split(text: &str) -> Option<(&str, Per, Option<&str>)> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (count, rest) = text.split_once('/')?;
    let (unit, burst) = match rest.split_once(" burst ") {
        Some((unit, burst)) => (unit, Some(burst)),
        None => (rest, None),
    };
    let per = Per::from_word(unit)?;
    (digits(count) && burst.is_none_or(digits)).then_some((count, per, burst))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Place;

    fn read(text: &str) -> Result<(u32, Per, u32), String> {
        let rate = parse(&Located::new(text.to_owned(), Place::default()));
        rate.map(|rate| (rate.count, rate.per, rate.burst)).map_err(|problem| problem.message)
    }

    #[test]
    fn the_burst_is_the_whole_number_unless_it_is_said() {
        assert_eq!(read("60/min"), Ok((60, Per::Minute, 60)));
        assert_eq!(read("60/min burst 10"), Ok((60, Per::Minute, 10)));
        assert_eq!(read("1/h burst 24"), Ok((1, Per::Hour, 24)));
        assert_eq!(read("1000/s"), Ok((1000, Per::Second, 1000)));
        assert_eq!(read("3600000/h"), Ok((3_600_000, Per::Hour, 3_600_000)));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "60",
            "/min",
            "60/",
            "60/m",
            "60 /min",
            "60/ min",
            "60/MIN",
            "-1/s",
            "+1/s",
            "1.5/s",
            "1/d",
            "²/s",
            "60/min burst",
            "60/min burst ",
            "60/min burst -1",
            "60/min  burst 1",
            "60/min burst 1 ",
            "60/min, burst 1",
            "60/min burst 1 burst 2",
        ] {
            assert_eq!(read(text), Err(format!("`{text}` is not a rate")));
        }
        for text in ["0/s", "00/min", "1/s burst 0", "0/h burst 0"] {
            assert_eq!(read(text), Err(format!("a rate of `{text}` lets nobody call")));
        }
        for text in ["1001/s", "60001/min", "3600001/h", "99999999999999999999/h", "1001/s burst 1"]
        {
            assert_eq!(read(text), Err(format!("no item can count `{text}`")));
        }
        for text in ["1/s burst 3600001", "1/s burst 99999999999999999999"] {
            assert_eq!(read(text), Err(format!("a burst of `{text}` is no limit")));
        }
    }
}
