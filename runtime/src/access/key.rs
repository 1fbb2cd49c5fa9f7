//! Keys that verify tokens, each with the one algorithm that it is for.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::crypto;

use super::jwt::{Header, Token};
use super::refusal::Refusal;

/// HMAC-SHA-256 keys shorter than its 32-byte output weaken it (RFC 7518, section 3.2).
pub(crate) const MIN_SECRET_BYTES: usize = 32;

/// The algorithms that tokens may be signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Hs256,
    Rs256,
    Es256,
    EdDsa,
}

impl Algorithm {
    /// The algorithm of this name (RFC 7518, section 3.1); names are in one case only.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "HS256" => Some(Self::Hs256),
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }

    fn library(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Hs256 => jsonwebtoken::Algorithm::HS256,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}

/// A key, and the one algorithm that it is for.
///
/// Invariant: the algorithm comes with the key. A token whose header names another one is refused, so neither
/// `alg: none` nor a public key used as an HMAC secret is ever computed.
pub(crate) struct Key {
    pub(crate) id: Option<String>,
    pub(crate) algorithm: Algorithm,
    pub(crate) verifier: DecodingKey,
}

impl Key {
    /// A key that its issuer shares with us. It has no name.
    pub(crate) fn secret(secret: &[u8]) -> Self {
        let verifier = DecodingKey::from_secret(secret);
        Self { id: None, algorithm: Algorithm::Hs256, verifier }
    }

    /// Checks a token's signature.
    pub(crate) fn verify(&self, token: &Token<'_>) -> Result<(), Refusal> {
        if token.header.algorithm != self.algorithm {
            return Err(Refusal::Algorithm);
        }
        let algorithm = self.algorithm.library();
        // What cannot be verified, such as a signature that is not base64url, does not hold either.
        match crypto::verify(token.signature, token.message.as_bytes(), &self.verifier, algorithm) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Refusal::Signature),
        }
    }
}

/// The keys that tokens may be signed with at one time.
pub(crate) struct KeySet(Vec<Key>);

impl KeySet {
    /// The first one counts where two keys have the same name and algorithm.
    pub(crate) fn new(keys: Vec<Key>) -> Self {
        Self(keys)
    }

    /// Whether a key has this name.
    pub(crate) fn names(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id.as_deref() == Some(id))
    }

    /// The key that a token names. One that names none means the only key there is.
    pub(crate) fn find(&self, header: &Header) -> Result<&Key, Refusal> {
        let Some(id) = &header.kid else {
            return match &self.0[..] {
                [key] => Ok(key),
                _ => Err(Refusal::NoKeyNamed),
            };
        };
        let mut named = self.0.iter().filter(|key| key.id.as_ref() == Some(id)).peekable();
        if named.peek().is_none() {
            return Err(Refusal::UnknownKey);
        }
        named.find(|key| key.algorithm == header.algorithm).ok_or(Refusal::Algorithm)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
