//! The parsers of credentials, as fuzz targets call them.

use super::api_key::parse_key;
use super::jwt::{Expected, Token};

pub(crate) fn token(text: &str) {
    // The claims, too, though nothing says that they were signed.
    if let Ok(token) = Token::read(text) {
        let _ = token.claims(&Expected { issuer: "issuer", audience: "audience", now: 0 });
    }
}

pub(crate) fn api_key(text: &str) {
    if let Some((environment, prefix, id)) = parse_key(text) {
        let shown = format!("{environment}_{prefix}_{id}_");
        assert!(text.starts_with(&shown) && text.is_ascii(), "{text} is no key");
    }
}
