//! What the fuzz targets of `runtime/fuzz` call: the parsers of credentials, which any text reaches.

use super::api_key::text::parse;
use super::jwt::{Expected, Token};

/// A text presented as a token.
///
/// # Panics
/// Never.
pub fn token(text: &str) {
    // The claims, too, though nothing says that they were signed.
    if let Ok(token) = Token::read(text) {
        let _ = token.claims(&Expected { issuer: "issuer", audience: "audience", now: 0 });
    }
}

/// A text presented as an API key.
///
/// # Panics
/// If what is taken for a key is not made of the parts that it was taken apart into.
pub fn api_key(text: &str) {
    if let Some(key) = parse(text) {
        let shown = format!("{}_{}_{}_", key.environment, key.prefix, key.id);
        assert!(text.starts_with(&shown) && text.is_ascii(), "{text} is no key");
    }
}
