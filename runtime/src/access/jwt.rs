//! A JSON Web Token in its compact form (RFC 7519), read without trusting anything that it says about itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::refusal::Refusal;
use crate::json::Node;

mod claims;
mod header;

#[cfg(test)]
pub(crate) use claims::LEEWAY;
pub(crate) use claims::{Bearer, Expected};
pub(crate) use header::Header;

/// The longest token that is looked at, in bytes: nothing of a longer one is parsed, hashed or verified.
pub(crate) const MAX_LENGTH: usize = 8 * 1024;

/// A token whose header is read and whose signature is still to be verified.
#[derive(Debug)]
pub(crate) struct Token<'a> {
    pub(crate) header: Header,
    /// What is signed: the header and the claims, as they were sent.
    pub(crate) message: &'a str,
    /// In base64url.
    pub(crate) signature: &'a str,
    claims: &'a str,
}

impl<'a> Token<'a> {
    /// Takes a token apart and reads its header.
    pub(crate) fn read(text: &'a str) -> Result<Self, Refusal> {
        let mut parts = text.split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Refusal::Malformed("it does not have three parts"));
        };
        // An unsigned token has an empty last part. No algorithm that is accepted makes one.
        if signature.is_empty() {
            return Err(Refusal::Signature);
        }
        let message = &text[..header.len() + 1 + claims.len()];
        Ok(Self { header: read(header, Header::read)?, message, signature, claims })
    }

    /// Checks the claims. To be called when the signature is known to hold.
    pub(crate) fn claims(&self, expected: &Expected<'_>) -> Result<Bearer, Refusal> {
        read(self.claims, |claims| expected.check(claims))
    }
}

/// Reads a part of a token: an object of JSON in base64url.
///
/// A member that is given twice makes it malformed: whoever else reads the token may take the other one.
fn read<T>(part: &str, read: impl FnOnce(&Node<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Refusal::Malformed("a part of it is not base64url"))?;
    match crate::json::tree(&bytes) {
        Some(node @ Node::Object(_)) => read(&node),
        _ => Err(Refusal::Malformed("a part of it is not an object, or names a member twice")),
    }
}
