//! Tokens that are signed here.

use super::*;
use crate::config::tests::{config, config_with};

#[test]
fn a_token_is_not_signed_for_longer_than_would_be_accepted() {
    sign(&config(), "user_1", "admin", MAX_LIFETIME).expect("as long as may be");
    assert!(
        sign(&config(), "user_1", "admin", MAX_LIFETIME + 1).expect_err("too long").is_invalid()
    );
}

#[test]
fn without_the_secret_nothing_is_signed() {
    for place in
        [("PURLIN_JWT_SECRET_ID", "platform/jwt"), ("PURLIN_JWT_JWKS_URL", "https://issuer.test")]
    {
        let config = config_with(&[("PURLIN_JWT_SECRET", None), (place.0, Some(place.1))]);
        let error = sign(&config, "user_1", "admin", 60).expect_err("no secret");
        assert!(error.to_string().contains("`PURLIN_JWT_SECRET`"), "{error}");
    }
}
