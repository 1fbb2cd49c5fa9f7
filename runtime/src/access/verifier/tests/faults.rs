//! What makes a token be refused: each line changes one thing in a token that would be accepted, and signs it.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;
use crate::access::jwt::LEEWAY;
use crate::token::MAX_LIFETIME;

/// A key of each kind, published by one issuer.
static SIGNERS: LazyLock<[Signer; 3]> =
    LazyLock::new(|| [Signer::rsa("rsa"), Signer::p256("p256"), Signer::ed25519("ed25519")]);

/// Checks what `case` makes of a signer of each kind; each must come out as `expected`.
fn each(case: impl Fn(&Signer) -> String, expected: Result<(), Refusal>) {
    let hands = Hands::at(START);
    let secret = Signer::secret(SECRET);
    let server = Server::start(Answer::Body(publish(&SIGNERS.each_ref())));
    let (fetching, fixed) = (with_server(&server, &hands), with_secret(&hands));
    let published = SIGNERS.iter().map(|signer| (&fetching, signer));
    for (verifier, signer) in published.chain([(&fixed, &secret)]) {
        let token = case(signer);
        let found = verify(verifier, &token).map(drop);
        assert_eq!(found, expected.map_err(Rejection::Refused), "{}: {token}", signer.algorithm());
        assert!(expected.is_ok() || verifier.cached() == 0, "what is refused is remembered");
    }
}

fn header(changes: Value, expected: Result<(), Refusal>) {
    each(|signer| signer.with(changes.clone(), json!({})), expected);
}

fn claims(changes: Value, expected: Result<(), Refusal>) {
    each(|signer| signer.with(json!({}), changes.clone()), expected);
}

#[test]
fn a_good_token_is_accepted() {
    each(Signer::token, Ok(()));
}

#[test]
fn alg_none_is_refused() {
    for name in ["none", "None", "NONE", "nOnE", ""] {
        header(json!({ "alg": name }), Err(Refusal::Header("alg")));
        let unsigned = |signer: &Signer| {
            let signed = signer.with(json!({ "alg": name }), json!({}));
            signed[..=signed.rfind('.').expect("a token has dots")].to_owned()
        };
        each(unsigned, Err(Refusal::Signature));
    }
    header(json!({ "alg": null }), Err(Refusal::Header("alg")));
    each(|signer| signer.sign(r#"{"alg":null}"#, "{}"), Err(Refusal::Header("alg")));
}

#[test]
fn the_algorithm_is_the_keys_never_the_headers() {
    for name in ["HS384", "HS512", "RS384", "RS512", "PS256", "ES384", "hs256", "Ed25519"] {
        header(json!({ "alg": name }), Err(Refusal::Header("alg")));
    }
    for name in ["HS256", "RS256", "ES256", "EdDSA"] {
        let another = |signer: &Signer| {
            let name = if signer.algorithm() == name { "none" } else { name };
            signer.with(json!({ "alg": name }), json!({}))
        };
        let hands = Hands::at(START);
        let server = Server::start(Answer::Body(publish(&SIGNERS.each_ref())));
        for signer in &*SIGNERS {
            refused(&with_server(&server, &hands), &another(signer));
        }
        refused(&with_secret(&hands), &another(&Signer::secret(SECRET)));
    }
}

#[test]
fn a_public_key_is_no_hmac_secret() {
    let hands = Hands::at(START);
    let server = Server::start(Answer::Body(publish(&SIGNERS.each_ref())));
    let verifier = with_server(&server, &hands);
    for signer in &*SIGNERS {
        let jwk = signer.jwk();
        let texts = [jwk.to_string(), jwk["n"].as_str().unwrap_or_default().to_owned()];
        let secrets = texts.map(String::into_bytes).into_iter().chain([signer.public_bytes()]);
        for secret in secrets.filter(|secret| !secret.is_empty()) {
            let forged = Signer::secret(&secret).with(json!({ "kid": jwk["kid"] }), json!({}));
            assert_eq!(refused(&verifier, &forged), Refusal::Algorithm);
            // Also under the algorithm that the key is for.
            let header = json!({ "kid": jwk["kid"], "alg": signer.algorithm() });
            let forged = Signer::secret(&secret).with(header, json!({}));
            assert_eq!(refused(&verifier, &forged), Refusal::Signature);
        }
    }
}

#[test]
fn an_unknown_kid_is_refused() {
    header(json!({ "kid": "another" }), Err(Refusal::UnknownKey));
    header(json!({ "kid": "" }), Err(Refusal::UnknownKey));
    header(json!({ "kid": 7 }), Err(Refusal::Header("kid")));
    header(json!({ "kid": ["rsa"] }), Err(Refusal::Header("kid")));
    header(json!({ "kid": "../../dev/null" }), Err(Refusal::UnknownKey));
}

#[test]
fn headers_that_bring_a_key_or_must_be_understood_are_refused() {
    for (name, value) in [
        ("jku", json!("https://attacker.test/keys")),
        ("jku", json!("https://issuer.test/keys")),
        ("x5u", json!("https://attacker.test/certificate")),
        ("x5c", json!(["AAAA"])),
        ("x5c", json!([])),
        ("jwk", json!({ "kty": "oct", "k": "AAAA" })),
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
        ("crit", json!([])),
        ("crit", json!("nonsense")),
    ] {
        header(json!({ name: value }), Err(Refusal::Header(name)));
    }
    // Its own public key, which would hold.
    each(
        |signer| signer.with(json!({ "jwk": signer.jwk() }), json!({})),
        Err(Refusal::Header("jwk")),
    );
    each(
        |signer| signer.sign(&format!(r#"{{"alg":"{}","jku":null}}"#, signer.algorithm()), "{}"),
        Err(Refusal::Header("jku")),
    );
}

#[test]
fn only_tokens_that_say_who_calls_are_accepted() {
    for kind in [json!("logout+jwt"), json!("JWE"), json!(""), json!(7), json!("application/")] {
        header(json!({ "typ": kind }), Err(Refusal::Header("typ")));
    }
    for kind in ["JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/JWT"] {
        header(json!({ "typ": kind }), Ok(()));
    }
    header(json!({ "typ": null }), Ok(()));
}

#[test]
fn what_is_said_twice_is_refused() {
    let malformed = Refusal::Malformed("a part of it is not an object, or names a member twice");
    let good = json!({
        "iss": "https://issuer.test", "aud": "platform", "sub": "user_1", "role": "user",
        "exp": START + 60,
    });
    let more = |member: &str| good.to_string().replacen('{', &format!("{{{member},"), 1);
    let start = |signer: &Signer| {
        let kid = signer.jwk()["kid"].clone();
        let kid = if kid.is_null() { String::new() } else { format!(r#","kid":{kid}"#) };
        format!(r#"{{"alg":"{}"{kid}"#, signer.algorithm())
    };
    each(|signer| signer.sign(&format!("{}}}", start(signer)), &more(r#""jti":"1""#)), Ok(()));
    for member in [
        r#""role":"admin""#,
        r#""exp":1900000000"#,
        r#""sub":"user_2""#,
        r#""jti":"1","jti":"2""#,
        r#""ro\u006ce":"admin""#,
        r#""nested":{"a":1,"a":2}"#,
    ] {
        let token = |signer: &Signer| signer.sign(&format!("{}}}", start(signer)), &more(member));
        each(token, Err(malformed));
    }
    for member in [r#""alg":"none""#, r#""x":1,"x":1"#, r#""\u0061lg":"none""#] {
        let token = |signer: &Signer| {
            signer.sign(&format!("{},{member}}}", start(signer)), &good.to_string())
        };
        each(token, Err(malformed));
    }
}

#[test]
fn every_claim_that_is_required_is_missed() {
    for name in ["iss", "aud", "sub", "role", "exp"] {
        claims(json!({ name: null }), Err(Refusal::Claim(name)));
    }
    claims(json!({ "iat": null }), Ok(()));
    each(|signer| signer.with(json!({}), json!({ "iat": null, "nbf": null })), Ok(()));
}

#[test]
fn claims_of_another_type_are_refused() {
    for (name, value) in [
        ("exp", json!("tomorrow")),
        ("exp", json!(-1)),
        ("exp", json!(1e300)),
        ("exp", json!([START + 60])),
        ("nbf", json!("yesterday")),
        ("nbf", json!(-1.5)),
        ("iat", json!({})),
        ("iss", json!(["https://issuer.test"])),
        ("aud", json!(7)),
        ("aud", json!(["platform", 7])),
        ("sub", json!(7)),
        ("role", json!(["admin"])),
    ] {
        claims(json!({ name: value }), Err(Refusal::Claim(name)));
    }
    claims(json!({ "sub": "" }), Err(Refusal::EmptySubject));
    claims(json!({ "exp": START as f64 + 60.5 }), Ok(()));
}

#[test]
fn another_issuer_or_audience_is_refused() {
    for issuer in ["https://other.test", "https://issuer.test/", "HTTPS://issuer.test", ""] {
        claims(json!({ "iss": issuer }), Err(Refusal::Issuer));
    }
    for audience in [json!("other"), json!("Platform"), json!(""), json!([]), json!(["a", "b"])] {
        claims(json!({ "aud": audience }), Err(Refusal::Audience));
    }
    claims(json!({ "aud": ["other", "platform"] }), Ok(()));
}

#[test]
fn time_is_kept_within_the_leeway() {
    let times = json!({ "iat": START - 600, "exp": START - LEEWAY });
    claims(times, Err(Refusal::Expired));
    claims(json!({ "iat": START - 600, "exp": START - LEEWAY + 1 }), Ok(()));
    claims(json!({ "exp": 0 }), Err(Refusal::Expired));
    claims(json!({ "nbf": START + LEEWAY + 1 }), Err(Refusal::NotYetValid));
    claims(json!({ "nbf": START + LEEWAY }), Ok(()));
    claims(json!({ "nbf": u64::MAX }), Err(Refusal::NotYetValid));
    claims(json!({ "iat": START + LEEWAY + 1 }), Err(Refusal::Lifetime));
    claims(json!({ "iat": START + LEEWAY }), Ok(()));
}

#[test]
fn an_absurd_lifetime_is_refused() {
    for exp in [START + MAX_LIFETIME + LEEWAY + 1, 253_402_300_800, u64::MAX] {
        claims(json!({ "exp": exp }), Err(Refusal::Lifetime));
        claims(json!({ "exp": exp, "iat": null }), Err(Refusal::Lifetime));
    }
    let day = json!({ "iat": START - 60, "exp": START - 60 + MAX_LIFETIME });
    claims(day, Ok(()));
    let over = json!({ "iat": START - 60, "exp": START - 60 + MAX_LIFETIME + 1 });
    claims(over, Err(Refusal::Lifetime));
}

#[test]
fn another_key_or_a_changed_token_is_refused() {
    let others = [Signer::rsa("rsa"), Signer::p256("p256"), Signer::ed25519("ed25519")];
    let by_another = |signer: &Signer| {
        let same = others.iter().find(|other| other.algorithm() == signer.algorithm());
        same.map_or_else(|| Signer::secret(&[7; 32]).token(), Signer::token)
    };
    each(by_another, Err(Refusal::Signature));
    let other_claims = |signer: &Signer| {
        let (good, other) = (signer.token(), signer.with(json!({}), json!({ "sub": "user_2" })));
        let (good, other): (Vec<_>, Vec<_>) =
            (good.split('.').collect(), other.split('.').collect());
        format!("{}.{}.{}", good[0], other[1], good[2])
    };
    each(other_claims, Err(Refusal::Signature));
    // A header that is not signed, but for the same key.
    let other_header = |signer: &Signer| {
        let (good, other) = (signer.token(), signer.with(json!({ "typ": null }), json!({})));
        let (good, other): (Vec<_>, Vec<_>) =
            (good.split('.').collect(), other.split('.').collect());
        format!("{}.{}.{}", other[0], good[1], good[2])
    };
    each(other_header, Err(Refusal::Signature));
    each(|signer| format!("{}AAAA", signer.token()), Err(Refusal::Signature));
    each(|signer| format!("{}=", signer.token()), Err(Refusal::Signature));
}

#[test]
fn what_is_no_token_is_refused() {
    for text in ["", ".", "..", "...", "a.b.c", "a.b.c.d", "e30.e30.e30.e30.e30", "\u{0}", "é.é.é"]
    {
        let refusal = refused(&with_secret(&Hands::at(START)), text);
        let named = format!("{refusal:?}");
        assert!(matches!(refusal, Refusal::Malformed(_) | Refusal::Signature), "{text}: {named}");
    }
    for (header, body) in [("[]", "{}"), ("7", "{}"), ("", "{}"), ("{", "{}"), ("{}{}", "{}")] {
        each(
            |signer| signer.sign(header, body),
            Err(Refusal::Malformed("a part of it is not an object, or names a member twice")),
        );
    }
}

#[test]
fn a_token_that_is_too_long_is_refused_unread() {
    let long = |signer: &Signer, length: usize| {
        let padded = |padding: usize| signer.with(json!({}), json!({ "x": "y".repeat(padding) }));
        // Four characters of base64 hold three bytes.
        let padding = (length - padded(0).len()) * 3 / 4;
        (0..4).map(|less| padded(padding + 3 - less)).find(|token| token.len() <= length)
    };
    each(|signer| long(signer, MAX_LENGTH).expect("it can be made"), Ok(()));
    each(
        |signer| {
            let token = long(signer, MAX_LENGTH + 6).expect("it can be made");
            assert!(token.len() > MAX_LENGTH);
            token
        },
        Err(Refusal::TooLong),
    );
}

#[test]
fn a_token_without_a_kid_is_for_the_only_key_there_is() {
    header(json!({ "typ": "JWT" }), Ok(()));
    let hands = Hands::at(START);
    let server = Server::start(Answer::Body(publish(&SIGNERS.each_ref())));
    for signer in &*SIGNERS {
        let token = signer.with(json!({ "kid": null }), json!({}));
        assert_eq!(refused(&with_server(&server, &hands), &token), Refusal::NoKeyNamed);
        let alone = Server::start(Answer::Body(publish(&[signer])));
        accept(&with_server(&alone, &hands), &token);
    }
}

#[test]
fn a_refusal_does_not_show_the_token() {
    let secret = Signer::secret(SECRET);
    for token in [
        secret.with(json!({ "jku": "https://attacker.test" }), json!({})),
        secret.with(json!({ "alg": "hidden" }), json!({})),
        secret.with(json!({}), json!({ "exp": "hidden" })),
        secret.with(json!({}), json!({ "iss": "hidden" })),
    ] {
        let refusal = refused(&with_secret(&Hands::at(START)), &token);
        for text in [refusal.to_string(), format!("{refusal:?}")] {
            assert!(!text.contains("hidden") && !text.contains("attacker"), "{text}");
            assert!(token.split('.').all(|part| !text.contains(part)), "{text}");
        }
    }
    // The same in base64url without its last bits being zero is another text for the same bytes.
    let token = secret.token();
    let last = token.chars().last().expect("it is not empty");
    let alphabet: Vec<char> =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars().collect();
    let place = alphabet.iter().position(|letter| *letter == last).expect("of the alphabet");
    let malleable = format!("{}{}", &token[..token.len() - 1], alphabet[place + 1]);
    assert!(URL_SAFE_NO_PAD.decode(malleable.rsplit('.').next().expect("a part")).is_err());
    assert_eq!(refused(&with_secret(&Hands::at(START)), &malleable), Refusal::Signature);
}
