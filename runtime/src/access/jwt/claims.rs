//! The claims of a token: who it says calls, and whether it may say so now and here.

use crate::access::refusal::Refusal;
use crate::json::Node;
use crate::token::MAX_LIFETIME;

/// How far the issuer's clock and ours may differ, in seconds.
pub(crate) const LEEWAY: u64 = 30;

/// Who presents a token whose every check passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bearer {
    pub(crate) subject: String,
    pub(crate) role: String,
    /// When the token expires, in seconds since the Unix epoch.
    pub(crate) expires: u64,
}

/// What the claims must say.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    /// Seconds since the Unix epoch.
    pub(crate) now: u64,
}

impl Expected<'_> {
    pub(super) fn check(&self, claims: &Node<'_>) -> Result<Bearer, Refusal> {
        if text(claims, "iss")? != self.issuer {
            return Err(Refusal::Issuer);
        }
        if !self.is_audience(claims)? {
            return Err(Refusal::Audience);
        }
        let expires = self.check_time(claims)?;
        let subject = text(claims, "sub")?;
        if subject.is_empty() {
            return Err(Refusal::EmptySubject);
        }
        let role = text(claims, "role")?;
        Ok(Bearer { subject: subject.to_owned(), role: role.to_owned(), expires })
    }

    /// Whether the token is meant for us, alone or among others.
    fn is_audience(&self, claims: &Node<'_>) -> Result<bool, Refusal> {
        let malformed = Refusal::Claim("aud");
        match claims.get("aud").ok_or(malformed)? {
            Node::Text(audience) => Ok(audience == self.audience),
            Node::Array(audiences) => {
                let mut found = false;
                for audience in audiences {
                    let Node::Text(audience) = audience else { return Err(malformed) };
                    found |= audience == self.audience;
                }
                Ok(found)
            }
            _ => Err(malformed),
        }
    }

    /// When the token expires, if it is valid now and does not live absurdly long.
    fn check_time(&self, claims: &Node<'_>) -> Result<u64, Refusal> {
        let now = self.now;
        let expires = time(claims, "exp")?.ok_or(Refusal::Claim("exp"))?;
        if expires.saturating_add(LEEWAY) <= now {
            return Err(Refusal::Expired);
        }
        if time(claims, "nbf")?.is_some_and(|from| from > now.saturating_add(LEEWAY)) {
            return Err(Refusal::NotYetValid);
        }
        if expires > now.saturating_add(MAX_LIFETIME + LEEWAY) {
            return Err(Refusal::Lifetime);
        }
        let issued = time(claims, "iat")?;
        if issued.is_some_and(|issued| {
            issued > now.saturating_add(LEEWAY) || expires.saturating_sub(issued) > MAX_LIFETIME
        }) {
            return Err(Refusal::Lifetime);
        }
        Ok(expires)
    }
}

fn text<'a>(claims: &'a Node<'_>, name: &'static str) -> Result<&'a str, Refusal> {
    match claims.get(name) {
        Some(Node::Text(text)) => Ok(text),
        _ => Err(Refusal::Claim(name)),
    }
}

/// A time in whole seconds; issuers may write it with a fraction (RFC 7519, section 2), which falls within the
/// leeway.
fn time(claims: &Node<'_>, name: &'static str) -> Result<Option<u64>, Refusal> {
    match claims.get(name) {
        None => Ok(None),
        Some(Node::Unsigned(seconds)) => Ok(Some(*seconds)),
        // A float in this range is converted exactly but for its fraction.
        Some(Node::Float(seconds)) if (0.0..=9_007_199_254_740_992.0).contains(seconds) => {
            Ok(Some(*seconds as u64))
        }
        Some(_) => Err(Refusal::Claim(name)),
    }
}
