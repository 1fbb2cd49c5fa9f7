//! The entity tags of `If-Match` (RFC 9110, sections 8.8.3 and 13.1.1), read as versions.

use http::HeaderName;
use http::header::IF_MATCH;

use crate::error::{Error, ErrorKind, Result};
use crate::expected::Expected;

/// What `If-Match` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// `*`: whatever is there.
    Any,
    /// The newest version among the tags. Versions only grow, so a caller that knows of it knows that the others
    /// are gone.
    Version(u64),
    /// Tags that no version has: weak ones, which never match here, or texts that are not a version.
    Never,
}

impl Condition {
    /// Reads one header value: `*`, or tags with commas between them.
    pub(crate) fn parse(value: &str) -> Result<Self> {
        let malformed =
            || invalid_header(&IF_MATCH, "is neither `*` nor a list of tags such as `\"3\"`");
        if value.trim() == "*" {
            return Ok(Self::Any);
        }
        let mut condition = None;
        let mut rest = value;
        loop {
            // A list may have empty elements (RFC 9110, section 5.6.1).
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                return condition.ok_or_else(malformed);
            }
            let (weak, tag) = match rest.strip_prefix("W/") {
                Some(tag) => (true, tag),
                None => (false, rest),
            };
            let (tag, after) =
                tag.strip_prefix('"').and_then(|tag| tag.split_once('"')).ok_or_else(malformed)?;
            if tag.bytes().any(|byte| !(0x21..=0x7e).contains(&byte)) {
                return Err(malformed());
            }
            rest = after.trim_start_matches([' ', '\t']);
            if !rest.is_empty() && !rest.starts_with(',') {
                return Err(malformed());
            }
            let read =
                if weak { Self::Never } else { version(tag).map_or(Self::Never, Self::Version) };
            condition = Some(read.or(condition));
        }
    }

    /// Either this or the `other` one.
    pub(crate) fn or(self, other: Option<Self>) -> Self {
        match (self, other) {
            (Self::Any, _) | (_, Some(Self::Any)) => Self::Any,
            (Self::Version(this), Some(Self::Version(other))) => Self::Version(this.max(other)),
            (Self::Never, Some(other)) => other,
            (this, _) => this,
        }
    }

    /// The version to expect; stale where none can match.
    pub(crate) fn expected(self) -> Result<Expected> {
        match self {
            Self::Any => Ok(Expected::Any),
            Self::Version(version) => Ok(Expected::Version(version)),
            Self::Never => Err(Error::new(
                ErrorKind::Stale,
                "stale-version",
                "the resource has another version than `if-match` expects",
            )),
        }
    }
}

/// The tag of a version, as a response carries it.
pub(crate) fn tag(version: u64) -> String {
    format!("\"{version}\"")
}

/// Tags are compared byte for byte, so `"03"` is not the tag of version 3.
fn version(tag: &str) -> Option<u64> {
    let version: u64 = tag.parse().ok()?;
    (version.to_string() == tag).then_some(version)
}

pub(crate) fn invalid_header(name: &HeaderName, reason: &str) -> Error {
    Error::invalid("invalid-header", format!("the header `{name}` {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_rfc_9110_writes_them() {
        for (value, expected) in [
            ("*", Condition::Any),
            (" * ", Condition::Any),
            ("\"3\"", Condition::Version(3)),
            ("\"18446744073709551615\"", Condition::Version(u64::MAX)),
            ("\"3\", \"5\",\"4\"", Condition::Version(5)),
            (", \"3\" ,, ", Condition::Version(3)),
            ("W/\"9\", \"3\"", Condition::Version(3)),
            ("\"x,y\", \"3\"", Condition::Version(3)),
            ("W/\"3\"", Condition::Never),
            ("\"\"", Condition::Never),
            ("\"03\"", Condition::Never),
            ("\"+3\"", Condition::Never),
            ("\"-3\"", Condition::Never),
            ("\"18446744073709551616\"", Condition::Never),
            ("\"abc\"", Condition::Never),
        ] {
            assert_eq!(Condition::parse(value).ok(), Some(expected), "{value}");
        }
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for value in [
            "",
            " ",
            ",",
            "3",
            "\"3",
            "3\"",
            "\"3\"\"4\"",
            "\"3\" \"4\"",
            "w/\"3\"",
            "*, \"3\"",
            "\"a b\"",
        ] {
            let error = Condition::parse(value).expect_err(value);
            assert_eq!(error.code(), "invalid-header", "{value}");
        }
    }

    #[test]
    fn what_never_matches_is_stale() {
        assert!(Condition::Never.expected().expect_err("no version matches").is_stale());
        assert!(matches!(Condition::Any.expected(), Ok(Expected::Any)));
        assert!(matches!(Condition::Version(3).expected(), Ok(Expected::Version(3))));
    }

    #[test]
    fn a_tag_is_read_back_as_its_version() {
        for version in [0, 1, 42, u64::MAX] {
            assert_eq!(Condition::parse(&tag(version)).ok(), Some(Condition::Version(version)));
        }
    }
}
