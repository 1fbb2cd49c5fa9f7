//! Rates: as the runtime takes them, and in words.

use purlin_schema::model::{Per, Rate};

use crate::codegen::emit::rules::digits;

/// `Rate::per_minute(60).burst(10)`
pub(crate) fn value(rate: &Rate) -> String {
    let unit = noun(rate).1;
    let count = digits((*rate.count()).into());
    match rate.burst() {
        burst if burst == rate.count() => format!("Rate::per_{unit}({count})"),
        burst => format!("Rate::per_{unit}({count}).burst({})", digits((*burst).into())),
    }
}

/// `60 times a minute and 10 at once`
pub(crate) fn words(rate: &Rate) -> String {
    let (article, unit) = noun(rate);
    let times = match rate.count() {
        1 => "once".to_owned(),
        count => format!("{} times", digits((*count).into())),
    };
    match rate.burst() {
        burst if burst == rate.count() => format!("{times} {article} {unit}"),
        burst => format!("{times} {article} {unit} and {} at once", digits((*burst).into())),
    }
}

/// How many seconds after its burst a caller may call again, rounded up as the runtime does.
pub(crate) fn wait(rate: &Rate) -> u32 {
    rate.per().seconds().div_ceil(*rate.count())
}

fn noun(rate: &Rate) -> (&'static str, &'static str) {
    match rate.per() {
        Per::Second => ("a", "second"),
        Per::Minute => ("a", "minute"),
        _ => ("an", "hour"),
    }
}
