//! What a schedule's expression says: `rate(5 minutes)`.

use std::str::FromStr;

use anyhow::{Context as _, bail};

/// When a schedule comes due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    /// The seconds from one time to the next.
    every: i64,
}

/// The units of a rate, for one and for several, and the seconds that each lasts.
const UNITS: &[(&str, &str, i64)] =
    &[("minute", "minutes", 60), ("hour", "hours", 60 * 60), ("day", "days", 24 * 60 * 60)];

impl Expression {
    /// The first time after `after`, both in seconds since 1970. A rate counts from `after`.
    pub(super) fn next(&self, after: i64) -> Option<i64> {
        after.checked_add(self.every)
    }
}

impl FromStr for Expression {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let Some((count, unit)) = text
            .strip_prefix("rate(")
            .and_then(|text| text.strip_suffix(')'))
            .and_then(|text| text.split_once(' '))
        else {
            bail!("`{text}` is not a rate: write one like `rate(5 minutes)`");
        };
        let lasts = UNITS
            .iter()
            .find(|(one, several, _)| unit == if count == "1" { *one } else { *several })
            .map(|(_, _, lasts)| lasts)
            .with_context(|| format!("`{unit}` is no unit of a rate of {count}"))?;
        let digits = count.bytes().all(|byte| byte.is_ascii_digit());
        let count: Option<i64> = count.parse().ok().filter(|count| digits && *count > 0);
        let every = count
            .and_then(|count| count.checked_mul(*lasts))
            .with_context(|| format!("`{text}` has no count of {unit} that can be waited for"))?;
        Ok(Self { every })
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
            "rate(9223372036854775807 days)",
        ] {
            assert!(text.parse::<Expression>().is_err(), "{text}");
        }
    }
}
