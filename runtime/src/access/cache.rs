//! Credentials whose every check passed, remembered for a while, so that a caller's next request costs a hash.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use lru::LruCache;

/// Credentials remembered at a time: under 1 MB.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(4096).expect("it is not zero");

/// The SHA-256 hash of a credential. The credential itself, with which anybody could call, is kept nowhere.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(credential: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, credential.as_bytes()).as_ref());
        Self(bytes)
    }
}

/// Verified credentials, each with what it stands for, the least recently used forgotten first. Nothing refused is in
/// it: refused credentials are without
/// number, and would drive out the others.
pub(crate) struct Cache<V> {
    entries: Mutex<LruCache<Fingerprint, Entry<V>>>,
    /// How long one counts as verified, in seconds. What was taken back ends with it.
    max_age: u64,
}

struct Entry<V> {
    value: V,
    until: u64,
}

impl<V: Clone> Cache<V> {
    pub(crate) fn new(max_age: u64) -> Self {
        Self { entries: Mutex::new(LruCache::new(CAPACITY)), max_age }
    }

    /// What this credential stands for, if it was verified not long ago.
    pub(crate) fn get(&self, credential: &Fingerprint, now: u64) -> Option<V> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(credential)?;
        // Where the clock was set back, an entry must not outlive its time by as much.
        if entry.until > now && entry.until - now <= self.max_age {
            return Some(entry.value.clone());
        }
        entries.pop(credential);
        None
    }

    /// Remembers a credential that was verified `now` and ends when it `expires`.
    pub(crate) fn insert(&self, credential: Fingerprint, value: &V, expires: u64, now: u64) {
        let until = expires.min(now.saturating_add(self.max_age));
        if until > now {
            let entry = Entry { value: value.clone(), until };
            let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            entries.put(credential, entry);
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
