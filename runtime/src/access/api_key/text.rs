//! The text of an API key: what it is made of, how it is known again, and what is stored of it.
//!
//! `prod_ap_01h455vb4pex5vsknk084sn02q_…`: the environment, the platform's prefix, the digits of the key's id, and 52
//! digits of a secret with 7 of a checksum. The beginning tells scanners of code and logs what they have found, and
//! the checksum that it is no chance, without asking anybody.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::id::base32;

/// The digits of a secret of 256 bits.
const SECRET: usize = 2 * base32::LENGTH;

/// The digits of a CRC-32.
const CHECKSUM: usize = 7;

/// Longer than any key.
const LONGEST: usize = 160;

/// A text of the form of a key, with a checksum that is right. Nothing says yet that there is such a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parsed<'t> {
    pub(crate) environment: &'t str,
    pub(crate) prefix: &'t str,
    /// The digits of the key's id.
    pub(crate) id: &'t str,
    /// The id itself.
    pub(crate) uuid: Uuid,
}

/// Takes a key apart; `None` for any other text.
pub(crate) fn parse(text: &str) -> Option<Parsed<'_>> {
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let mut parts = text.splitn(4, '_');
    let (environment, prefix) = (parts.next()?, parts.next()?);
    let (id, secret) = (parts.next()?, parts.next()?);
    if secret.len() != SECRET + CHECKSUM {
        return None;
    }
    let uuid = Uuid::from_u128(base32::decode(id)?);
    let (body, check) = text.split_at(text.len() - CHECKSUM);
    (checksum(body) == check).then_some(Parsed { environment, prefix, id, uuid })
}

/// A new key with this id's digits.
///
/// # Errors
/// Internal if the system has no randomness to give.
pub(crate) fn make(environment: &str, prefix: &str, id: &str) -> Result<String> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| Error::internal("the system gives no random bytes"))?;
    let mut text = shown(environment, prefix, id);
    text.push('_');
    for half in bytes.chunks_exact(16) {
        let bits = half.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        text.push_str(base32::encode(bits, &mut [0; base32::LENGTH]));
    }
    let check = checksum(&text);
    text.push_str(&check);
    Ok(text)
}

/// The part of a key that is no secret.
pub(crate) fn shown(environment: &str, prefix: &str, id: &str) -> String {
    format!("{environment}_{prefix}_{id}")
}

/// What is stored of a key: its SHA-256 hash in hexadecimal digits. A key has 256 random bits, so nothing slower is
/// needed to keep it from being found.
pub(crate) fn hash(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether `stored` is the key's hash, told in the same time for every other one.
pub(crate) fn is_hash_of(text: &str, stored: &str) -> bool {
    verify_slices_are_equal(hash(text).as_bytes(), stored.as_bytes()).is_ok()
}

fn checksum(text: &str) -> String {
    let bits = u128::from(crc32fast::hash(text.as_bytes()));
    let mut buffer = [0; base32::LENGTH];
    let digits = base32::encode(bits, &mut buffer);
    digits[base32::LENGTH - CHECKSUM..].to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "01h455vb4pex5vsknk084sn02q";

    fn key() -> String {
        make("prod", "ap", ID).expect("there is randomness")
    }

    #[test]
    fn a_key_is_known_again() {
        let (first, second) = (key(), key());
        assert_ne!(first, second);
        let uuid = Uuid::from_u128(base32::decode(ID).expect("digits"));
        let parsed = Parsed { environment: "prod", prefix: "ap", id: ID, uuid };
        assert_eq!(parse(&first), Some(parsed));
        assert!(first.starts_with("prod_ap_01h455vb4pex5vsknk084sn02q_"), "{first}");
        assert_eq!(first.len(), 35 + SECRET + CHECKSUM);
    }

    #[test]
    fn a_key_with_any_letter_changed_is_none() {
        let key = key();
        for at in 0..key.len() {
            let other = if &key[at..=at] == "7" { "8" } else { "7" };
            let mut changed = key.clone();
            changed.replace_range(at..=at, other);
            assert_eq!(parse(&changed), None, "{changed}");
            assert_eq!(parse(&key[..at]), None);
        }
        assert_eq!(parse(&format!("{key}0")), None);
    }

    #[test]
    fn a_hash_is_of_one_key_alone() {
        let (first, second) = (key(), key());
        assert!(is_hash_of(&first, &hash(&first)));
        assert!(!is_hash_of(&second, &hash(&first)) && !is_hash_of(&first, ""));
        assert_eq!(hash("a"), "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
    }

    proptest! {
        #[test]
        fn any_text_is_a_key_or_none(text in ".{0,200}", tail in "[0-9a-z_]{0,130}") {
            let _ = (parse(&text), parse(&tail), parse(&format!("prod_ap_{ID}_{tail}")));
        }
    }
}
