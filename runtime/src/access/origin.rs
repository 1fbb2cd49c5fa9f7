//! Where keys that are not among the settings come from.

use std::error::Error;
use std::fmt;

use super::jwks::Jwks;
use super::key::{Algorithm, KeySet};
use super::stored_secret::StoredSecret;

/// A place elsewhere that keeps keys.
pub(crate) enum Origin {
    Jwks(Jwks),
    Secret(Box<StoredSecret>),
}

impl Origin {
    /// Gets the keys as they are there now.
    pub(crate) async fn load(&self) -> Result<KeySet, LoadError> {
        match self {
            Self::Jwks(jwks) => jwks.load().await,
            Self::Secret(secret) => secret.load().await,
        }
    }

    /// Whether keys of this place could ever be for `algorithm`, so that what cannot is refused without asking it.
    pub(crate) fn may_hold(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Jwks(_) => algorithm != Algorithm::Hs256,
            Self::Secret(_) => algorithm == Algorithm::Hs256,
        }
    }

    /// Whether keys of this place have names.
    pub(crate) fn names_keys(&self) -> bool {
        matches!(self, Self::Jwks(_))
    }

    /// What this is, for the log.
    pub(crate) fn description(&self) -> &'static str {
        match self {
            Self::Jwks(_) => "`PURLIN_JWT_JWKS_URL`",
            Self::Secret(_) => "`PURLIN_JWT_SECRET_ID`",
        }
    }
}

/// Why keys could not be had. It holds none.
#[derive(Debug)]
pub(crate) struct LoadError {
    what: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl LoadError {
    pub(crate) fn new(
        what: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self { what: what.into(), source: Some(source.into()) }
    }

    pub(crate) fn because(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for LoadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
