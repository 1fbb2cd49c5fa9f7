//! The header of a token: which algorithm and key it names, and what makes it refused unread.

use crate::access::key::Algorithm;
use crate::access::refusal::Refusal;
use crate::json::Node;

/// Headers that carry a key or say where to fetch one, and the one that lists what must be understood.
///
/// Keys come from our settings alone: a header that brings its own is an attempt to choose it. And none of the
/// extensions that `crit` could list is understood here (RFC 7515, section 4.1.11).
const REFUSED: [&str; 5] = ["crit", "jku", "jwk", "x5c", "x5u"];

/// The types of tokens that are accepted; without a type, the checks of the claims decide.
const TYPES: [&str; 2] = ["JWT", "at+jwt"];

/// What is taken from a header. It says which key to try, never how.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) algorithm: Algorithm,
    pub(crate) kid: Option<String>,
}

impl Header {
    pub(super) fn read(header: &Node<'_>) -> Result<Self, Refusal> {
        // Present is enough, whatever the value: `null` included.
        if let Some(name) = REFUSED.into_iter().find(|name| header.get(name).is_some()) {
            return Err(Refusal::Header(name));
        }
        if let Some(kind) = header.get("typ")
            && !is_accepted(kind)
        {
            return Err(Refusal::Header("typ"));
        }
        let algorithm = match header.get("alg") {
            Some(Node::Text(name)) => Algorithm::from_name(name),
            _ => None,
        };
        let kid = match header.get("kid") {
            Some(Node::Text(kid)) => Some(kid.clone().into_owned()),
            Some(_) => return Err(Refusal::Header("kid")),
            None => None,
        };
        Ok(Self { algorithm: algorithm.ok_or(Refusal::Header("alg"))?, kid })
    }
}

/// Whether this is a type of token that says who calls: another kind of the same issuer, such as a logout token,
/// must not pass for one (RFC 8725, section 3.11). It is a media type, whose case does not matter and whose
/// `application/` may be left out (RFC 7515, section 4.1.9).
fn is_accepted(kind: &Node<'_>) -> bool {
    let Node::Text(kind) = kind else { return false };
    let kind = match kind.split_at_checked("application/".len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
        _ => &**kind,
    };
    TYPES.iter().any(|accepted| kind.eq_ignore_ascii_case(accepted))
}
