//! What a schedule's expression says: `rate(5 minutes)` or `cron(0 12 * * ? *)`.

use std::str::FromStr;

use anyhow::{Context as _, bail};
use purlin_schema::model::Schedule;

/// When a schedule comes due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression(Schedule);

/// The units of a rate, for one and for several, and the seconds that each lasts.
const UNITS: &[(&str, &str, u64)] =
    &[("minute", "minutes", 60), ("hour", "hours", 60 * 60), ("day", "days", 24 * 60 * 60)];

impl Expression {
    /// The first time after `after`, both in seconds since 1970 in UTC. A rate counts from `after`.
    pub(super) fn next(&self, after: i64) -> Option<i64> {
        self.0.next(after)
    }
}

impl FromStr for Expression {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        if text.starts_with("cron(") {
            let schedule = Schedule::Cron(text.to_owned());
            // Before 1970 there is no time that an expression could have had.
            if schedule.next(-1).is_none() {
                bail!("`{text}` is no cron expression, or never comes");
            }
            return Ok(Self(schedule));
        }
        let Some((count, unit)) = text
            .strip_prefix("rate(")
            .and_then(|text| text.strip_suffix(')'))
            .and_then(|text| text.split_once(' '))
        else {
            bail!("`{text}` is no schedule: write one like `rate(5 minutes)`");
        };
        let lasts = UNITS
            .iter()
            .find(|(one, several, _)| unit == if count == "1" { *one } else { *several })
            .map(|(_, _, lasts)| lasts)
            .with_context(|| format!("`{unit}` is no unit of a rate of {count}"))?;
        let digits = count.bytes().all(|byte| byte.is_ascii_digit());
        let count: Option<u64> = count.parse().ok().filter(|count| digits && *count > 0);
        let seconds = count
            .and_then(|count| count.checked_mul(*lasts))
            .filter(|seconds| i64::try_from(*seconds).is_ok())
            .with_context(|| format!("`{text}` has no count of {unit} that can be waited for"))?;
        Ok(Self(Schedule::Rate { seconds }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_comes_again_and_again() -> anyhow::Result<()> {
        for (text, seconds) in [
            ("rate(1 minute)", 60),
            ("rate(5 minutes)", 300),
            ("rate(1 hour)", 3_600),
            ("rate(2 days)", 172_800),
        ] {
            let expression: Expression = text.parse()?;
            assert_eq!(expression.next(1_000), Some(1_000 + seconds), "{text}");
        }
        Ok(())
    }

    #[test]
    fn a_cron_expression_comes_when_it_says() -> anyhow::Result<()> {
        let noon: Expression = "cron(0 12 * * ? *)".parse()?;
        let (day, noon_of_1970) = (24 * 60 * 60, 12 * 60 * 60);
        assert_eq!(noon.next(0), Some(noon_of_1970));
        assert_eq!(noon.next(noon_of_1970), Some(noon_of_1970 + day));
        let once: Expression = "cron(0 0 1 1 ? 2000)".parse()?;
        assert_eq!((once.next(0), once.next(1_000_000_000)), (Some(946_684_800), None));
        Ok(())
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "5 minutes",
            "rate(5)",
            "rate(5 minute)",
            "rate(1 minutes)",
            "rate(0 minutes)",
            "rate(-5 minutes)",
            "rate(+5 minutes)",
            "rate(x minutes)",
            "rate(5 seconds)",
            "cron()",
            "cron(0 12 * * *)",
            "cron(0 12 * * ? *",
            "cron(0 0 31 2 ? *)",
            "rate(9223372036854775807 days)",
        ] {
            assert!(text.parse::<Expression>().is_err(), "{text}");
        }
    }
}
