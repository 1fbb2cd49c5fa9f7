//! Timestamps: read, written and ordered as documented.

use proptest::prelude::*;

use super::*;

fn check(text: &str, expected: &str) {
    assert_eq!(
        text.parse::<Timestamp>().map(|moment| moment.to_string()),
        Ok(expected.to_owned()),
        "{text}"
    );
}

#[test]
fn any_rfc_3339_text_is_read_as_utc_to_the_millisecond() {
    check("2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z");
    check("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z");
    check("2026-01-02t03:04:05.6z", "2026-01-02T03:04:05.600Z");
    check("2026-01-02T03:04:05.678999999+02:00", "2026-01-02T01:04:05.678Z");
    check("1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999Z");
    check("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z");
    check("9999-12-30T21:59:59.999999999Z", "9999-12-30T21:59:59.999Z");
}

#[test]
fn what_is_not_rfc_3339_or_has_no_four_digit_year_is_refused() {
    for text in [
        "",
        "2026-01-02",
        "2026-01-02T03:04Z",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05.0000000001Z",
        "2026-01-02 03:04:05Z",
        "20260102T030405Z",
        "2026-13-02T03:04:05Z",
        "2026-02-30T03:04:05Z",
        "2026-01-02T25:04:05Z",
        "2026-01-02T03:04:05+0200",
        "2026-01-02T03:04:05+02",
        "2026-01-02T03:04:05[Europe/Berlin]",
        "2026-01-02T03:04:05Z[Europe/Berlin]",
        "2026-01-02T03:04:05Z ",
        "-000001-01-02T03:04:05Z",
        "+012026-01-02T03:04:05Z",
        "0000-01-01T00:00:00+01:00",
        "２０２６-01-02T03:04:05Z",
    ] {
        assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
    }
    for millis in [FIRST - 1, LAST + 1, i64::MIN, i64::MAX] {
        assert_eq!(Timestamp::from_millis(millis), Err(TimestampError), "{millis}");
    }
}

proptest! {
    #[test]
    fn texts_have_one_length_sort_like_the_moments_and_read_back(a in FIRST..=LAST, b in FIRST..=LAST) {
        let (a, b) = (Timestamp::from_millis(a).expect("in range"), Timestamp::from_millis(b).expect("in range"));
        prop_assert_eq!(a.to_string(), format!("{:.3}", jiff::Timestamp::from(a)));
        prop_assert_eq!(a.to_string().len(), 24);
        prop_assert_eq!(a.to_string().cmp(&b.to_string()), a.cmp(&b));
        prop_assert_eq!(a.to_string().parse(), Ok(a));
        prop_assert_eq!(Timestamp::from_attribute(a.to_attribute().expect("present")), Ok(a));
    }
}

#[test]
fn a_later_moment_is_never_beyond_the_last() {
    let after = |text: &str, duration| {
        text.parse::<Timestamp>().expect("a moment").after(duration).to_string()
    };
    let start = "2026-01-02T03:04:05.678Z";
    assert_eq!(after(start, Duration::from_millis(7_200_001)), "2026-01-02T05:04:05.679Z");
    assert_eq!(after(start, Duration::ZERO), start);
    assert_eq!(after(start, Duration::MAX), "9999-12-30T21:59:59.999Z");
    assert_eq!(after("0000-01-01T00:00:00Z", Duration::from_secs(1)), "0000-01-01T00:00:01.000Z");
}
