//! Why a token is refused: for the log, never for the caller.

use std::fmt;

/// Why a token is refused. It holds nothing of the token, which may be valid elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    TooLong,
    Malformed(&'static str),
    Header(&'static str),
    Algorithm,
    UnknownKey,
    NoKeyNamed,
    Signature,
    Claim(&'static str),
    Issuer,
    Audience,
    Expired,
    NotYetValid,
    Lifetime,
    EmptySubject,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the token is longer than 8 KiB",
            Self::Malformed(what) => return write!(f, "the token is malformed: {what}"),
            Self::Header(name) => return write!(f, "the header `{name}` is not accepted"),
            Self::Algorithm => "the algorithm is not the one that the key is for",
            Self::UnknownKey => "no key is known by the name that the header `kid` gives",
            Self::NoKeyNamed => "the header `kid` is missing, and there is more than one key",
            Self::Signature => "the signature does not hold",
            Self::Claim(name) => return write!(f, "the claim `{name}` is missing or malformed"),
            Self::Issuer => "another issuer issued it",
            Self::Audience => "it is meant for another audience",
            Self::Expired => "it has expired",
            Self::NotYetValid => "it is not valid yet",
            Self::Lifetime => "it was issued in the future, or is valid for more than 24 hours",
            Self::EmptySubject => "the subject is empty",
        })
    }
}
