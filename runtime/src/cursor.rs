//! Cursors: where the next page of a query starts, sealed so that a caller can neither read nor change it.
//!
//! The last key of a page may belong to somebody else's item that a filter passed over. So a cursor is
//! encrypted, and not signed only: AES-256-GCM with a random nonce, under a key made of the configured secret.
//! The query and the caller it was made for are authenticated with it, and must be the same when it comes back.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::{Error, Result, Timestamp};

/// The format's number, first byte of a cursor; another one is a cursor of another release.
const FORMAT: u8 = 1;

/// How long a cursor holds: a day.
const LIFETIME_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Cursors come from outside: longer ones than any of ours are not even decoded. Three keys of at most 2,048
/// bytes each and the frame around them, in base 64.
const LONGEST: usize = 10 * 1024;

/// What a cursor is for, as unambiguous bytes: each part is preceded by its length.
#[derive(Default)]
pub(crate) struct Binding(Vec<u8>);

impl Binding {
    pub(crate) fn add(&mut self, part: &[u8]) {
        put(&mut self.0, part);
    }
}

/// Seals the texts of a last key for the query and caller in `binding`.
pub(crate) fn seal(
    secret: &[u8],
    binding: &Binding,
    keys: &[&str],
    now: Timestamp,
) -> Result<String> {
    let mut sealed = now.as_millis().to_be_bytes().to_vec();
    for key in keys {
        put(&mut sealed, key.as_bytes());
    }
    let nonce = key(secret)?
        .seal_in_place_append_tag(Aad::from(&binding.0), &mut sealed)
        .map_err(Error::internal)?;
    let mut cursor = vec![FORMAT];
    cursor.extend_from_slice(nonce.as_ref());
    cursor.append(&mut sealed);
    Ok(BASE64_URL_SAFE_NO_PAD.encode(cursor))
}

/// Opens a cursor that [`seal`] made for the same query and caller, at most a day ago.
///
/// # Errors
/// Whatever is wrong with it, the answer is the same: `invalid-cursor`.
pub(crate) fn open(
    secret: &[u8],
    binding: &Binding,
    cursor: &str,
    now: Timestamp,
) -> Result<Vec<String>> {
    let key = key(secret)?;
    unseal(&key, binding, cursor, now).ok_or_else(invalid)
}

pub(crate) fn invalid() -> Error {
    Error::invalid("invalid-cursor", "the cursor is not one of this list, or has expired")
}

fn unseal(
    key: &RandomizedNonceKey,
    binding: &Binding,
    cursor: &str,
    now: Timestamp,
) -> Option<Vec<String>> {
    if cursor.len() > LONGEST {
        return None;
    }
    let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (format, rest) = bytes.split_first_mut()?;
    let (nonce, sealed) = rest.split_at_mut_checked(NONCE_LEN)?;
    if *format != FORMAT {
        return None;
    }
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let opened = key.open_in_place(nonce, Aad::from(&binding.0), sealed).ok()?;
    let (issued, mut rest) = opened.split_first_chunk()?;
    let age = now.as_millis().checked_sub(i64::from_be_bytes(*issued))?;
    // One issued in the future comes from a function whose clock is ahead: as good as new.
    if age > LIFETIME_MILLIS {
        return None;
    }
    let mut keys = Vec::with_capacity(3);
    while !rest.is_empty() {
        let (length, tail) = rest.split_first_chunk()?;
        let (key, tail) = tail.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        keys.push(String::from_utf8(key.to_vec()).ok()?);
        rest = tail;
    }
    Some(keys)
}

fn put(out: &mut Vec<u8>, part: &[u8]) {
    // Invariant: parts are keys, names and subjects, far below 4 GB.
    out.extend_from_slice(&(part.len() as u32).to_be_bytes());
    out.extend_from_slice(part);
}

/// A key for cursors alone, so that the secret may serve other purposes without harm.
fn key(secret: &[u8]) -> Result<RandomizedNonceKey> {
    let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let derived = hmac::sign(&secret, b"purlin cursor AES-256-GCM");
    RandomizedNonceKey::new(&AES_256_GCM, derived.as_ref()).map_err(Error::internal)
}

#[cfg(test)]
mod tests;
