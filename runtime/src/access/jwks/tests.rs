//! Which published keys are used, and which are not.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;
use crate::access::testing::signer::Signer;
use crate::log::tests::Captured;

fn usable(keys: &[Value]) -> usize {
    let document = json!({ "keys": keys }).to_string();
    read(document.as_bytes()).expect("it is a set of keys").len()
}

/// A key in which these members are others; `null` leaves one out.
fn with(signer: &Signer, changes: Value) -> Value {
    let mut jwk = signer.jwk();
    for (name, value) in changes.as_object().expect("an object") {
        jwk[name] = value.clone();
    }
    jwk.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    jwk
}

/// An RSA key of this many bytes. It can verify nothing, but looks as if.
fn rsa(bytes: usize, first: u8) -> Value {
    let mut modulus = vec![0; bytes];
    rand::fill(&mut modulus).expect("random bytes");
    modulus[0] = first;
    modulus[bytes - 1] |= 1;
    json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB" })
}

#[test]
fn keys_of_each_kind_are_used() {
    let signers = [Signer::rsa("a"), Signer::p256("b"), Signer::ed25519("c")];
    for signer in &signers {
        for changes in [
            json!({}),
            json!({ "alg": signer.algorithm(), "use": "sig" }),
            json!({ "key_ops": ["verify"] }),
            json!({ "kid": null }),
            json!({ "x5c": ["AAAA"], "x5t": "AAAA", "unknown": { "a": 1 } }),
        ] {
            assert_eq!(usable(&[with(signer, changes.clone())]), 1, "{changes}");
        }
    }
    assert_eq!(usable(&signers.each_ref().map(|signer| signer.jwk())), 3);
    // An issuer that takes back all of its keys means it.
    assert_eq!(usable(&[]), 0);
}

#[test]
fn a_key_that_is_not_for_verifying_is_ignored() {
    for signer in [Signer::rsa("a"), Signer::p256("b"), Signer::ed25519("c")] {
        for changes in [
            json!({ "use": "enc" }),
            json!({ "use": "" }),
            json!({ "key_ops": ["encrypt", "wrapKey"] }),
            json!({ "key_ops": [] }),
            json!({ "alg": "none" }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "RS512" }),
            json!({ "alg": "RSA-OAEP" }),
            json!({ "alg": "ES384" }),
            json!({ "d": "AAAA" }),
            json!({ "kty": "oct", "k": "AAAA" }),
            json!({ "kty": "XYZ" }),
            json!({ "kty": null }),
            json!({ "kid": 7 }),
        ] {
            assert_eq!(usable(&[with(&signer, changes.clone())]), 0, "{changes}");
        }
    }
    assert_eq!(usable(&[Signer::secret(&[7; 32]).jwk()]), 0);
    assert_eq!(usable(&[json!(7), json!(null), json!("key"), json!([]), json!({})]), 0);
}

#[test]
fn a_weak_or_malformed_key_is_ignored() {
    for (bytes, first, expected) in [
        (128, 0xff, 0),
        (255, 0xff, 0),
        (256, 0x7f, 0),
        (256, 0x80, 1),
        // Leading zeros make it no longer.
        (257, 0, 0),
        (1024, 0xff, 1),
        (1025, 0xff, 0),
    ] {
        let mut key = rsa(bytes, first);
        if bytes == 257 {
            let mut modulus = vec![0x7f; 257];
            modulus[0] = 0;
            key["n"] = URL_SAFE_NO_PAD.encode(modulus).into();
        }
        assert_eq!(usable(&[key]), expected, "{bytes} bytes, the first {first:x}");
    }
    let (rsa, p256, ed25519) = (Signer::rsa("a"), Signer::p256("b"), Signer::ed25519("c"));
    for exponent in ["", "AA", "AQ", "Ag", "AQAA", "AQABAQABAQABAQAB", "A Q", "AQAB=="] {
        assert_eq!(usable(&[with(&rsa, json!({ "e": exponent }))]), 0, "{exponent}");
    }
    for changes in [json!({ "n": null }), json!({ "e": null }), json!({ "n": 7 })] {
        assert_eq!(usable(&[with(&rsa, changes.clone())]), 0, "{changes}");
    }
    let ones = URL_SAFE_NO_PAD.encode([1; 32]);
    let long = URL_SAFE_NO_PAD.encode([1; 33]);
    for changes in [
        json!({ "x": null }),
        json!({ "y": null }),
        json!({ "x": long }),
        json!({ "y": "" }),
        json!({ "x": ones, "y": ones }),
        json!({ "crv": "P-384" }),
        json!({ "crv": null }),
    ] {
        assert_eq!(usable(&[with(&p256, changes.clone())]), 0, "{changes}");
    }
    for changes in [json!({ "x": null }), json!({ "x": long }), json!({ "crv": "Ed448" })] {
        assert_eq!(usable(&[with(&ed25519, changes.clone())]), 0, "{changes}");
    }
}

#[test]
fn the_others_are_used_and_the_log_tells_why_one_is_not() {
    let captured = Captured::default();
    let guard = captured.start();
    let signer = Signer::ed25519("good");
    let bad = with(&Signer::ed25519("bad"), json!({ "use": "enc" }));
    assert_eq!(usable(&[bad, signer.jwk()]), 1);
    drop(guard);
    let [line] = &captured.lines()[..] else { panic!("{}", captured.text()) };
    assert_eq!((&line["kid"], &line["reason"]), (&"bad".into(), &"its `use` is not `sig`".into()));
}
