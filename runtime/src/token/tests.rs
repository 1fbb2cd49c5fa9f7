//! What makes a token be refused: each case changes one thing in a token that would be accepted.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;
use crate::config::tests::config;

/// A token with this header and these claims over good ones; `null` removes one. Signed with the secret given.
fn token(header: Value, claims: Value, secret: &[u8]) -> String {
    let merge = |mut base: Value, changes: Value| {
        for (name, value) in changes.as_object().expect("an object") {
            match value {
                Value::Null => base.as_object_mut().expect("an object").remove(name),
                value => {
                    base.as_object_mut().expect("an object").insert(name.clone(), value.clone())
                }
            };
        }
        URL_SAFE_NO_PAD.encode(base.to_string())
    };
    let now = now();
    let header = merge(json!({ "alg": "HS256", "typ": "JWT" }), header);
    let claims = merge(
        json!({
            "iss": "https://issuer.test", "aud": "platform", "sub": "user_1", "role": "admin",
            "iat": now, "exp": now + 600,
        }),
        claims,
    );
    let message = format!("{header}.{claims}");
    let key = EncodingKey::from_secret(secret);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256)
        .expect("the message is signed");
    format!("{message}.{signature}")
}

fn verify(token: &str) -> Result<Bearer, String> {
    Verifier::new(&config()).verify(token).map_err(|refusal| refusal.to_string())
}

fn with_header(header: Value) -> Result<Bearer, String> {
    verify(&token(header, json!({}), config().jwt_secret()))
}

fn with_claims(claims: Value) -> Result<Bearer, String> {
    verify(&token(json!({}), claims, config().jwt_secret()))
}

fn bearer() -> Bearer {
    Bearer { subject: "user_1".to_owned(), role: "admin".to_owned() }
}

#[test]
fn what_is_signed_is_accepted() {
    let token = sign(&config(), "user_1", "admin", MAX_LIFETIME).expect("the token is signed");
    assert_eq!(verify(&token), Ok(bearer()));
    assert_eq!(with_claims(json!({})), Ok(bearer()));
}

#[test]
fn a_token_is_not_signed_for_longer_than_would_be_accepted() {
    assert!(
        sign(&config(), "user_1", "admin", MAX_LIFETIME + 1).expect_err("too long").is_invalid()
    );
}

#[test]
fn the_algorithm_is_not_the_tokens_to_choose() {
    for algorithm in ["none", "None", "HS384", "HS512", "RS256", "ES256", "EdDSA", ""] {
        with_header(json!({ "alg": algorithm })).expect_err(algorithm);
    }
    with_header(json!({ "alg": null })).expect_err("no algorithm");

    // Unsigned, as `alg: none` would have it.
    let signed = token(json!({ "alg": "none" }), json!({}), config().jwt_secret());
    let unsigned = &signed[..=signed.rfind('.').expect("a token has dots")];
    verify(unsigned).expect_err("unsigned");
}

#[test]
fn headers_that_choose_a_key_or_must_be_understood_are_refused() {
    for header in [
        json!({ "crit": ["exp"] }),
        json!({ "crit": [] }),
        json!({ "jku": "https://attacker.test/keys" }),
        json!({ "x5u": "https://attacker.test/certificate" }),
        json!({ "x5c": ["AAAA"] }),
        json!({ "jwk": { "kty": "oct", "k": "AAAA" } }),
        json!({ "kid": "another" }),
        json!({ "typ": "logout+jwt" }),
    ] {
        with_header(header.clone()).expect_err(&header.to_string());
    }
    assert_eq!(with_header(json!({ "typ": null })), Ok(bearer()));
}

#[test]
fn every_claim_that_is_required_is_missed() {
    for claim in ["iss", "aud", "sub", "role", "exp"] {
        with_claims(json!({ claim: null })).expect_err(claim);
    }
    assert_eq!(with_claims(json!({ "iat": null })), Ok(bearer()));
}

#[test]
fn claims_of_another_type_are_refused() {
    for claims in [
        json!({ "exp": "tomorrow" }),
        json!({ "exp": -1 }),
        json!({ "exp": 1e300 }),
        json!({ "nbf": "yesterday" }),
        json!({ "iss": ["https://issuer.test"] }),
        json!({ "aud": 7 }),
        json!({ "aud": [] }),
        json!({ "sub": 7 }),
        json!({ "sub": "" }),
        json!({ "role": ["admin"] }),
    ] {
        with_claims(claims.clone()).expect_err(&claims.to_string());
    }
}

#[test]
fn another_issuer_or_audience_is_refused() {
    with_claims(json!({ "iss": "https://other.test" })).expect_err("another issuer");
    with_claims(json!({ "aud": "other" })).expect_err("another audience");
    with_claims(json!({ "aud": ["other", "another"] })).expect_err("other audiences");
    assert_eq!(with_claims(json!({ "aud": ["other", "platform"] })), Ok(bearer()));
}

#[test]
fn time_is_kept_within_the_leeway() {
    let now = now();
    with_claims(json!({ "exp": now - 60, "iat": now - 600 })).expect_err("expired");
    assert_eq!(with_claims(json!({ "exp": now - 10, "iat": now - 600 })), Ok(bearer()));
    with_claims(json!({ "nbf": now + 60 })).expect_err("not yet valid");
    assert_eq!(with_claims(json!({ "nbf": now + 10 })), Ok(bearer()));
    with_claims(json!({ "iat": now + 60 })).expect_err("issued in the future");
}

#[test]
fn an_absurd_lifetime_is_refused() {
    let now = now();
    for exp in [now + MAX_LIFETIME + 120, 253_402_300_800, u64::MAX] {
        with_claims(json!({ "exp": exp })).expect_err("absurd");
        with_claims(json!({ "exp": exp, "iat": null }))
            .expect_err("absurd, and not saying since when");
    }
    with_claims(json!({ "iat": now - MAX_LIFETIME, "exp": now + 60 }))
        .expect_err("longer than 24 hours in all");
}

#[test]
fn another_secret_or_a_changed_token_is_refused() {
    verify(&token(json!({}), json!({}), b"another-secret-of-at-least-32-bytes"))
        .expect_err("another secret");

    let good = token(json!({}), json!({}), config().jwt_secret());
    let other = token(json!({}), json!({ "sub": "user_2" }), config().jwt_secret());
    let (header, rest) = good.split_once('.').expect("a token has dots");
    let (_, signature) = rest.split_once('.').expect("a token has two dots");
    let payload = other.split('.').nth(1).expect("a token has a payload");
    verify(&format!("{header}.{payload}.{signature}"))
        .expect_err("another payload under the signature");

    for text in ["", ".", "..", "a.b.c", "a.b.c.d", "Bearer", "\u{0}", "é.é.é"] {
        verify(text).expect_err(text);
    }
}

#[test]
fn a_refusal_does_not_show_the_token() {
    let token = token(json!({ "jku": "https://attacker.test" }), json!({}), config().jwt_secret());
    let refusal = verify(&token).expect_err("refused");
    assert!(token.split('.').all(|part| !refusal.contains(part)), "{refusal}");
}
