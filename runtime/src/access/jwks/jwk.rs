//! One published key, checked before it verifies anything.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::access::key::{Algorithm, Key};

/// The moduli of RSA that are accepted, in bits: shorter ones can be factored (NIST SP 800-131A), and the time that
/// longer ones take is a caller's to spend.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The members of a key that matter here (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<IgnoredAny>,
}

/// Makes a published key ours, or says why it is not used.
pub(super) fn read(value: Value) -> Result<Key, &'static str> {
    let jwk: Jwk = serde_json::from_value(value).map_err(|_| "it is malformed")?;
    if jwk.d.is_some() {
        return Err("its private half is published with it");
    }
    if jwk.r#use.as_deref().is_some_and(|purpose| purpose != "sig") {
        return Err("its `use` is not `sig`");
    }
    let verifies = |uses: &Vec<String>| uses.iter().any(|purpose| purpose == "verify");
    if jwk.key_ops.as_ref().is_some_and(|uses| !verifies(uses)) {
        return Err("its `key_ops` do not hold `verify`");
    }
    let (algorithm, verifier) = match (&*jwk.kty, jwk.crv.as_deref()) {
        ("RSA", _) => (Algorithm::Rs256, rsa(&jwk)?),
        ("EC", Some("P-256")) => (Algorithm::Es256, p256(&jwk)?),
        ("OKP", Some("Ed25519")) => (Algorithm::EdDsa, ed25519(&jwk)?),
        // Whoever may read the set could sign with it.
        ("oct", _) => return Err("it is symmetric, and published"),
        _ => return Err("its type or curve is not supported"),
    };
    if jwk.alg.is_some_and(|name| Algorithm::from_name(&name) != Some(algorithm)) {
        return Err("its algorithm is not supported");
    }
    Ok(Key { id: jwk.kid, algorithm, verifier })
}

fn rsa(jwk: &Jwk) -> Result<DecodingKey, &'static str> {
    let modulus = member(jwk.n.as_deref())?;
    let exponent = member(jwk.e.as_deref())?;
    if !RSA_BITS.contains(&bits(&modulus)) {
        return Err("its modulus does not have 2048 to 8192 bits");
    }
    // With an exponent of 1 every text is its own signature; an even one has no inverse.
    if !(2..=64).contains(&bits(&exponent)) || exponent.last().is_some_and(|byte| byte % 2 == 0) {
        return Err("its exponent is not sound");
    }
    Ok(DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

fn p256(jwk: &Jwk) -> Result<DecodingKey, &'static str> {
    let (x, y) = (member(jwk.x.as_deref())?, member(jwk.y.as_deref())?);
    if (x.len(), y.len()) != (32, 32) {
        return Err("its coordinates do not have 32 bytes each");
    }
    // The uncompressed form of a point (SEC 1, section 2.3.3).
    let point = [&[4], &*x, &*y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point)
        .map_err(|_| "it is not a point of its curve")?;
    Ok(DecodingKey::from_ec_der(&point))
}

fn ed25519(jwk: &Jwk) -> Result<DecodingKey, &'static str> {
    let point = member(jwk.x.as_deref())?;
    if point.len() != 32 {
        return Err("its `x` does not have 32 bytes");
    }
    ParsedPublicKey::new(&ED25519, &point).map_err(|_| "it is not a point of its curve")?;
    Ok(DecodingKey::from_ed_der(&point))
}

/// The bytes of a member, which are in base64url.
fn member(text: Option<&str>) -> Result<Vec<u8>, &'static str> {
    let text = text.ok_or("it is incomplete")?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| "it is not base64url")
}

/// The bits of a big-endian number, leading zeros not counted.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    match number.get(zeros) {
        Some(first) => (number.len() - zeros) * 8 - first.leading_zeros() as usize,
        None => 0,
    }
}
