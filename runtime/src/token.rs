//! Bearer tokens: signed with HS256, checked without trusting anything that the token says about itself.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::config::RuntimeConfig;
use crate::error::{Error, Result};

/// How far the issuer's clock and ours may differ, in seconds.
const LEEWAY: u64 = 30;

/// The longest life of a token, in seconds: 24 hours. A stolen token, and a role taken away, end with it.
pub const MAX_LIFETIME: u64 = 24 * 60 * 60;

/// The claims of a token that are signed or read here.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    sub: String,
    role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iat: Option<u64>,
    exp: u64,
}

/// One audience or several; which ones is `Validation`'s to check.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Who presents a token whose every check passed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bearer {
    pub(crate) subject: String,
    pub(crate) role: String,
}

/// Checks tokens against one secret, issuer and audience.
pub(crate) struct Verifier {
    key: DecodingKey,
    validation: Validation,
}

impl Verifier {
    pub(crate) fn new(config: &RuntimeConfig) -> Self {
        // The algorithm is ours to choose, never the token's: `alg: none` and a public key used as an HMAC secret
        // both begin with believing the header.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY;
        validation.validate_exp = true;
        validation.validate_nbf = true;
        validation.validate_aud = true;
        validation.set_issuer(&[config.jwt_issuer()]);
        validation.set_audience(&[config.jwt_audience()]);
        // What is not required would be accepted when absent.
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        Self { key: DecodingKey::from_secret(config.jwt_secret()), validation }
    }

    /// Checks a token; why one is refused is for the log, never for the caller.
    pub(crate) fn verify(&self, token: &str) -> Result<Bearer, Refusal> {
        let token = jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)
            .map_err(Refusal::Token)?;
        let header = token.header;
        if header.crit.is_some() {
            return Err(Refusal::Header("crit"));
        }
        // Keys come from our settings alone. A header that names or carries another one is an attempt to choose it.
        for (name, present) in [
            ("jku", header.jku.is_some()),
            ("jwk", header.jwk.is_some()),
            ("kid", header.kid.is_some()),
            ("x5u", header.x5u.is_some()),
            ("x5c", header.x5c.is_some()),
        ] {
            if present {
                return Err(Refusal::Header(name));
            }
        }
        if header.typ.is_some_and(|kind| !kind.eq_ignore_ascii_case("JWT")) {
            return Err(Refusal::Header("typ"));
        }
        let Claims { sub, role, iat, exp, .. } = token.claims;
        let now = now();
        if exp > now.saturating_add(MAX_LIFETIME + LEEWAY) {
            return Err(Refusal::Lifetime);
        }
        if iat.is_some_and(|iat| iat > now + LEEWAY || exp.saturating_sub(iat) > MAX_LIFETIME) {
            return Err(Refusal::Lifetime);
        }
        if sub.is_empty() {
            return Err(Refusal::EmptySubject);
        }
        Ok(Bearer { subject: sub, role })
    }
}

/// Why a token was refused. It never holds the token.
#[derive(Debug)]
pub(crate) enum Refusal {
    Token(jsonwebtoken::errors::Error),
    Header(&'static str),
    Lifetime,
    EmptySubject,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Token(error) => write!(f, "{error}"),
            Self::Header(name) => write!(f, "the header `{name}` is not accepted"),
            Self::Lifetime => f.write_str("issued in the future, or valid for more than 24 hours"),
            Self::EmptySubject => f.write_str("the subject is empty"),
        }
    }
}

/// Signs a token for `subject` in `role`, valid from now for `lifetime` seconds.
///
/// # Errors
///
/// `invalid-parameter` if the lifetime is over [`MAX_LIFETIME`], since such a token would be refused.
pub fn sign(config: &RuntimeConfig, subject: &str, role: &str, lifetime: u64) -> Result<String> {
    if lifetime > MAX_LIFETIME {
        return Err(Error::invalid("invalid-parameter", "a token lives 24 hours at most"));
    }
    let now = now();
    let claims = Claims {
        iss: config.jwt_issuer().to_owned(),
        aud: Audience::One(config.jwt_audience().to_owned()),
        sub: subject.to_owned(),
        role: role.to_owned(),
        iat: Some(now),
        exp: now + lifetime,
    };
    let key = EncodingKey::from_secret(config.jwt_secret());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(Error::internal)
}

/// Seconds since the Unix epoch. Before it, no token is valid anyway.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests;
