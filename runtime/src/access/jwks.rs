//! A set of public keys published by an issuer (JWKS, RFC 7517), at a URL.

use serde::Deserialize;
use serde_json::Value;

use super::key::KeySet;
use super::origin::LoadError;

mod fetch;
mod jwk;

/// Where an issuer publishes its keys.
pub(crate) struct Jwks {
    url: String,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl Jwks {
    pub(crate) fn at(url: &str) -> Self {
        Self { url: url.to_owned() }
    }

    pub(crate) async fn load(&self) -> Result<KeySet, LoadError> {
        read(&fetch::get(&self.url).await?)
    }
}

/// Reads the keys of a document that can verify a token; the others are told in the log.
///
/// A set without any is one, too: an issuer that takes back all of its keys means it.
pub(crate) fn read(document: &[u8]) -> Result<KeySet, LoadError> {
    let document: Document = serde_json::from_slice(document)
        .map_err(|error| LoadError::new("the answer is not a set of keys", error))?;
    let mut keys = Vec::new();
    for value in document.keys {
        let name = value.get("kid").and_then(Value::as_str).unwrap_or_default().to_owned();
        match jwk::read(value) {
            Ok(key) => keys.push(key),
            Err(reason) => tracing::warn!(kid = name, reason, "a published key is ignored"),
        }
    }
    Ok(KeySet::new(keys))
}

#[cfg(test)]
mod tests;
