//! Keys of each kind that sign whatever they are told to, by `aws-lc-rs` itself rather than the library under test.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::START;

pub(crate) struct Signer {
    kid: Option<&'static str>,
    key: Key,
}

enum Key {
    Secret(Vec<u8>),
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    pub(crate) fn secret(secret: &[u8]) -> Self {
        Self { kid: None, key: Key::Secret(secret.to_vec()) }
    }

    pub(crate) fn rsa(kid: &'static str) -> Self {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key is made");
        Self { kid: Some(kid), key: Key::Rsa(key) }
    }

    pub(crate) fn p256(kid: &'static str) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key is made");
        Self { kid: Some(kid), key: Key::P256(key) }
    }

    pub(crate) fn ed25519(kid: &'static str) -> Self {
        let key = Ed25519KeyPair::generate().expect("a key is made");
        Self { kid: Some(kid), key: Key::Ed25519(key) }
    }

    /// The same key under no name.
    pub(crate) fn unnamed(mut self) -> Self {
        self.kid = None;
        self
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self.key {
            Key::Secret(_) => "HS256",
            Key::Rsa(_) => "RS256",
            Key::P256(_) => "ES256",
            Key::Ed25519(_) => "EdDSA",
        }
    }

    /// The public half, as an issuer publishes it.
    pub(crate) fn jwk(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match &self.key {
            Key::Secret(secret) => json!({ "kty": "oct", "k": encode(secret) }),
            Key::Rsa(key) => {
                let key = key.public_key();
                let modulus = key.modulus().big_endian_without_leading_zero().to_vec();
                let exponent = key.exponent().big_endian_without_leading_zero().to_vec();
                json!({ "kty": "RSA", "n": encode(&modulus), "e": encode(&exponent) })
            }
            Key::P256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) })
            }
            Key::Ed25519(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(key.public_key().as_ref()) })
            }
        };
        if let Some(kid) = self.kid {
            jwk["kid"] = kid.into();
        }
        jwk
    }

    /// What an attacker takes for an HMAC secret: everything that is published of the key.
    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        match &self.key {
            Key::Secret(_) => Vec::new(),
            Key::Rsa(key) => key.public_key().as_ref().to_vec(),
            Key::P256(key) => key.public_key().as_ref().to_vec(),
            Key::Ed25519(key) => key.public_key().as_ref().to_vec(),
        }
    }

    /// A good token of the time at which tests begin.
    pub(crate) fn token(&self) -> String {
        self.with(json!({}), json!({}))
    }

    /// A good token, in which these headers and claims are others; `null` leaves one out.
    pub(crate) fn with(&self, header: Value, claims: Value) -> String {
        let mut good = json!({ "alg": self.algorithm(), "typ": "JWT" });
        if let Some(kid) = self.kid {
            good["kid"] = kid.into();
        }
        let header = merge(good, header).to_string();
        self.sign(&header, &merge(claims_at(START), claims).to_string())
    }

    /// A good token issued at this time, for this subject.
    pub(crate) fn at(&self, now: u64, subject: &str) -> String {
        let mut claims = claims_at(now);
        claims["sub"] = subject.into();
        self.with(json!({}), claims)
    }

    /// A token of this header and these claims, whatever they are.
    pub(crate) fn sign(&self, header: &str, claims: &str) -> String {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let message = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
        let signature = self.signature(message.as_bytes());
        format!("{message}.{}", encode(&signature))
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        match &self.key {
            Key::Secret(secret) => {
                hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message).as_ref().to_vec()
            }
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .expect("it is signed");
                signature
            }
            Key::P256(key) => {
                let signature = key.sign(&SystemRandom::new(), message).expect("it is signed");
                signature.as_ref().to_vec()
            }
            Key::Ed25519(key) => key.sign(message).as_ref().to_vec(),
        }
    }
}

/// The document that publishes these keys.
pub(crate) fn publish(signers: &[&Signer]) -> String {
    let keys: Vec<Value> = signers.iter().map(|signer| signer.jwk()).collect();
    json!({ "keys": keys }).to_string()
}

fn claims_at(now: u64) -> Value {
    json!({
        "iss": "https://issuer.test", "aud": "platform", "sub": "user_1", "role": "admin",
        "iat": now, "exp": now + 7200,
    })
}

fn merge(mut base: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("an object is merged") };
    for (name, value) in changes {
        match value {
            Value::Null => {
                base.as_object_mut().expect("an object").remove(&name);
            }
            value => base[name] = value,
        }
    }
    base
}
