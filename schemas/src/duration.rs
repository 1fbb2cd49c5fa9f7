//! Durations as the language writes them: `90s`, `5m`, `2h`, `30d`.

use crate::place::Located;
use crate::problem::{Code, Problem};

/// What a duration looks like, for editors.
pub(crate) const PATTERN: &str = "^[0-9]+[smhd]$";

/// The longest duration, in days. Beyond ten years a mistake is likelier than a wish.
pub(crate) const MAX_DAYS: u64 = 3650;

/// The seconds that each unit lasts.
const UNITS: &[(char, u64)] = &[('s', 1), ('m', 60), ('h', 60 * 60), ('d', 24 * 60 * 60)];

/// The seconds that a written duration lasts.
///
/// # Errors
/// It is no whole number and unit, or no duration from a second to ten years.
pub(crate) fn seconds(written: &Located<String>) -> Result<u64, Problem> {
    let text = written.value.as_str();
    let refuse = |message: String, help: String| {
        Err(Problem::new(Code::InvalidDuration, written.place, message).help(help))
    };
    let unit = UNITS.iter().find_map(|(unit, lasts)| Some((text.strip_suffix(*unit)?, *lasts)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((number, lasts)) = unit.filter(|(number, _)| digits(number)) else {
        return refuse(
            format!("`{text}` is not a duration"),
            "write a whole number and one of the units `s`, `m`, `h` and `d`, for example `90s` or `30d`"
                .to_owned(),
        );
    };
    // A number of more digits than fit is too long a duration as well.
    let lasts = number.parse::<u64>().ok().and_then(|number| number.checked_mul(lasts));
    match lasts {
        Some(seconds @ 1..) if seconds <= MAX_DAYS * 24 * 60 * 60 => Ok(seconds),
        Some(0) => refuse(format!("`{text}` lasts no time"), "write `1s` or more".to_owned()),
        _ => refuse(
            format!("`{text}` is longer than any duration may be"),
            format!("write `{MAX_DAYS}d` or less"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Place;

    fn parse(text: &str) -> Result<u64, String> {
        seconds(&Located::new(text.to_owned(), Place::default())).map_err(|problem| problem.message)
    }

    #[test]
    fn each_unit_lasts_as_long_as_it_does() {
        assert_eq!(parse("90s"), Ok(90));
        assert_eq!(parse("5m"), Ok(300));
        assert_eq!(parse("2h"), Ok(7_200));
        assert_eq!(parse("30d"), Ok(2_592_000));
        assert_eq!(parse("1s"), Ok(1));
        assert_eq!(parse("3650d"), Ok(315_360_000));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "d", "5", "5 m", "5min", "1.5h", "-5m", "+5m", "5M", "²d", "5d ", "P1D"] {
            assert_eq!(parse(text), Err(format!("`{text}` is not a duration")));
        }
        assert_eq!(parse("0d"), Err("`0d` lasts no time".to_owned()));
        for text in ["3651d", "315360001s", "99999999999999999999d", "18446744073709551615d"] {
            assert_eq!(parse(text), Err(format!("`{text}` is longer than any duration may be")));
        }
    }
}
