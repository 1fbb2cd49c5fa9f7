//! Tokens whose every check passed, remembered for a while, so that a caller's next request costs a hash.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use lru::LruCache;

use super::jwt::Bearer;

/// How long a token counts as verified, in seconds. A key that was taken back ends with it.
pub(crate) const MAX_AGE: u64 = 5 * 60;

/// Tokens remembered at a time: under 1 MB.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(4096).expect("it is not zero");

/// The SHA-256 hash of a token. The token itself, with which anybody could call, is kept nowhere.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(token: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }
}

/// Verified tokens, the least recently used forgotten first. Nothing refused is in it: refused tokens are without
/// number, and would drive out the others.
pub(crate) struct Cache {
    entries: Mutex<LruCache<Fingerprint, Entry>>,
}

struct Entry {
    bearer: Bearer,
    until: u64,
}

impl Cache {
    pub(crate) fn new() -> Self {
        Self { entries: Mutex::new(LruCache::new(CAPACITY)) }
    }

    /// Who presents this token, if it was verified not long ago.
    pub(crate) fn get(&self, token: &Fingerprint, now: u64) -> Option<Bearer> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(token)?;
        // Where the clock was set back, an entry must not outlive its time by as much.
        if entry.until > now && entry.until - now <= MAX_AGE {
            return Some(entry.bearer.clone());
        }
        entries.pop(token);
        None
    }

    /// Remembers a token that was verified `now`.
    pub(crate) fn insert(&self, token: Fingerprint, bearer: &Bearer, now: u64) {
        let until = bearer.expires.min(now.saturating_add(MAX_AGE));
        if until > now {
            let entry = Entry { bearer: bearer.clone(), until };
            let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            entries.put(token, entry);
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
