//! Verifying a token: from the text to who presents it.

use std::sync::Arc;

use aws_config::SdkConfig;

use super::cache::{Cache, Fingerprint};
use super::clock::Clock;
use super::jwks::Jwks;
use super::jwt::{Bearer, Expected, MAX_LENGTH, Token};
use super::key::{Key, KeySet};
use super::origin::Origin;
use super::refresh::{Refreshed, Unavailable};
use super::refusal::Refusal;
use super::stored_secret::StoredSecret;
use crate::config::{JwtKeys, RuntimeConfig};

/// How long a token counts as verified, in seconds. A signing key that was taken back ends with it.
pub(crate) const MAX_AGE: u64 = 5 * 60;

/// Verifies tokens of one issuer for one audience.
pub(crate) struct Verifier {
    keys: Keys,
    issuer: String,
    audience: String,
    cache: Cache<Bearer>,
    clock: Clock,
}

enum Keys {
    Fixed(KeySet),
    Elsewhere(Refreshed),
}

/// What becomes of a token that is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    Refused(Refusal),
    /// The keys cannot be had now.
    Unavailable,
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Unavailable> for Rejection {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

impl Verifier {
    /// Takes keys from where the settings say. Nothing is fetched until a token is verified.
    pub(crate) fn new(config: &RuntimeConfig, sdk: Option<SdkConfig>, clock: Clock) -> Self {
        let elsewhere = |origin| Keys::Elsewhere(Refreshed::new(origin, clock.clone()));
        let keys = match config.jwt_keys() {
            JwtKeys::Secret(secret) => Keys::Fixed(KeySet::new(vec![Key::secret(secret.expose())])),
            JwtKeys::SecretId(id) => {
                elsewhere(Origin::Secret(Box::new(StoredSecret::new(id, config, sdk))))
            }
            JwtKeys::JwksUrl(url) => elsewhere(Origin::Jwks(Jwks::at(url))),
        };
        Self {
            keys,
            issuer: config.jwt_issuer().to_owned(),
            audience: config.jwt_audience().to_owned(),
            cache: Cache::new(MAX_AGE),
            clock,
        }
    }

    /// Says who presents this token, if every check passes now or passed a moment ago.
    pub(crate) async fn verify(&self, token: &str) -> Result<Bearer, Rejection> {
        if token.len() > MAX_LENGTH {
            return Err(Refusal::TooLong.into());
        }
        let fingerprint = Fingerprint::of(token);
        if let Some(bearer) = self.cache.get(&fingerprint, self.clock.now()) {
            return Ok(bearer);
        }
        let token = Token::read(token)?;
        self.keys.verify(&token).await?;
        let now = self.clock.now();
        let expected = Expected { issuer: &self.issuer, audience: &self.audience, now };
        let bearer = token.claims(&expected)?;
        self.cache.insert(fingerprint, &bearer, bearer.expires, now);
        Ok(bearer)
    }

    #[cfg(test)]
    pub(crate) fn cached(&self) -> usize {
        self.cache.len()
    }
}

impl Keys {
    /// Checks the signature of a token with the key that it is for.
    async fn verify(&self, token: &Token<'_>) -> Result<(), Rejection> {
        match self {
            Self::Fixed(keys) => Ok(keys.find(&token.header)?.verify(token)?),
            Self::Elsewhere(refreshed) => verify(refreshed, token).await,
        }
    }
}

async fn verify(refreshed: &Refreshed, token: &Token<'_>) -> Result<(), Rejection> {
    let header = &token.header;
    if !refreshed.origin().may_hold(header.algorithm) {
        return Err(Refusal::Algorithm.into());
    }
    let Some(id) = &header.kid else { return verify_unnamed(refreshed, token).await };
    if !refreshed.origin().names_keys() {
        return Err(Refusal::UnknownKey.into());
    }
    // A name that is not known may be that of a new key.
    let keys = refreshed.keys(|keys| keys.names(id)).await?;
    Ok(keys.find(header)?.verify(token)?)
}

/// A key without a name is replaced without a sign: that a signature does not hold may be the first one.
async fn verify_unnamed(refreshed: &Refreshed, token: &Token<'_>) -> Result<(), Rejection> {
    let check = |keys: &KeySet| keys.find(&token.header)?.verify(token);
    let keys = refreshed.keys(|_| true).await?;
    match check(&keys) {
        Err(Refusal::Signature) => {}
        other => return Ok(other?),
    }
    let newer = refreshed.keys(|newer| !Arc::ptr_eq(newer, &keys)).await?;
    if Arc::ptr_eq(&newer, &keys) {
        return Err(Refusal::Signature.into());
    }
    Ok(check(&newer)?)
}

#[cfg(test)]
mod tests;
