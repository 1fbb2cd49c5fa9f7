//! What the fuzz targets of `runtime/fuzz` call: the parsers of credentials, which any text reaches.

use crate::access::fuzzing as access;

/// A text presented as a token.
///
/// # Panics
/// Never.
pub fn token(text: &str) {
    access::token(text);
}

/// A text presented as an API key.
///
/// # Panics
/// If what is taken for a key is not made of the parts that it was taken apart into.
pub fn api_key(text: &str) {
    access::api_key(text);
}
