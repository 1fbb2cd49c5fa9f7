//! Signing bearer tokens, for a platform that shares its secret with whoever calls it.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use crate::access::now;
use crate::config::{JwtKeys, RuntimeConfig};
use crate::error::{Error, Result};

/// The longest life of a token, in seconds: 24 hours. A stolen token, and a role taken away, end with it.
pub const MAX_LIFETIME: u64 = 24 * 60 * 60;

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    role: &'a str,
    iat: u64,
    exp: u64,
}

/// Signs a token for `subject` in `role`, valid from now for `lifetime` seconds.
///
/// # Errors
///
/// `invalid-parameter` if the lifetime is over [`MAX_LIFETIME`], since such a token would be refused, or if the
/// settings name another place for keys than `PURLIN_JWT_SECRET`.
pub fn sign(config: &RuntimeConfig, subject: &str, role: &str, lifetime: u64) -> Result<String> {
    if lifetime > MAX_LIFETIME {
        return Err(Error::invalid("invalid-parameter", "a token lives 24 hours at most"));
    }
    let JwtKeys::Secret(secret) = config.jwt_keys() else {
        let detail = "tokens are signed with `PURLIN_JWT_SECRET` only, which is not set";
        return Err(Error::invalid("invalid-parameter", detail));
    };
    let now = now();
    let claims = Claims {
        iss: config.jwt_issuer(),
        aud: config.jwt_audience(),
        sub: subject,
        role,
        iat: now,
        exp: now + lifetime,
    };
    let key = EncodingKey::from_secret(secret.expose());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(Error::internal)
}

#[cfg(test)]
mod tests;
