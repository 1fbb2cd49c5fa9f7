//! Cursors: they open for their own query and caller, and for nothing else.

use proptest::prelude::*;

use super::*;

const SECRET: &[u8] = b"a secret of at least thirty-two bytes";
const KEYS: [&str; 3] = ["AGENT#2026", "AGENT#agent_1", ""];

fn now() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000).expect("in range")
}

fn later(millis: i64) -> Timestamp {
    Timestamp::from_millis(now().as_millis() + millis).expect("in range")
}

fn binding(parts: &[&str]) -> Binding {
    let mut binding = Binding::default();
    for part in parts {
        binding.add(part.as_bytes());
    }
    binding
}

fn sealed() -> String {
    seal(SECRET, &binding(&["by_user", "user_1"]), &KEYS, now()).expect("sealing works")
}

fn check_invalid(secret: &[u8], parts: &[&str], cursor: &str, now: Timestamp) {
    let error = open(secret, &binding(parts), cursor, now).expect_err("the cursor does not hold");
    assert!(error.is_invalid());
    assert_eq!(error.code(), "invalid-cursor");
}

#[test]
fn a_cursor_opens_for_its_query_and_caller() {
    let keys =
        open(SECRET, &binding(&["by_user", "user_1"]), &sealed(), now()).expect("it is ours");
    assert_eq!(keys, KEYS);
}

#[test]
fn a_cursor_of_another_query_caller_or_secret_is_refused() {
    let cursor = sealed();
    check_invalid(SECRET, &["by_user", "user_2"], &cursor, now());
    check_invalid(SECRET, &["by_status", "user_1"], &cursor, now());
    check_invalid(SECRET, &["by_useru", "ser_1"], &cursor, now());
    check_invalid(SECRET, &["by_user", "user_1", ""], &cursor, now());
    check_invalid(b"another secret of thirty-two bytes", &["by_user", "user_1"], &cursor, now());
}

#[test]
fn a_cursor_expires_after_a_day() {
    let cursor = sealed();
    let binding = binding(&["by_user", "user_1"]);
    assert!(open(SECRET, &binding, &cursor, later(LIFETIME_MILLIS)).is_ok());
    assert!(open(SECRET, &binding, &cursor, later(-1000)).is_ok());
    check_invalid(SECRET, &["by_user", "user_1"], &cursor, later(LIFETIME_MILLIS + 1));
}

#[test]
fn a_cursor_shows_nothing_of_the_key() {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed()).expect("it is base 64");
    assert!(!bytes.windows(5).any(|window| window == b"AGENT"));
    assert_ne!(sealed(), sealed());
}

#[test]
fn every_changed_bit_and_every_cut_is_noticed() {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed()).expect("it is base 64");
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        check_invalid(
            SECRET,
            &["by_user", "user_1"],
            &BASE64_URL_SAFE_NO_PAD.encode(changed),
            now(),
        );
    }
    for length in 0..bytes.len() {
        check_invalid(
            SECRET,
            &["by_user", "user_1"],
            &BASE64_URL_SAFE_NO_PAD.encode(&bytes[..length]),
            now(),
        );
    }
    check_invalid(SECRET, &["by_user", "user_1"], &"A".repeat(LONGEST + 1), now());
}

proptest! {
    #[test]
    fn any_text_is_refused_without_a_panic(text in any::<String>()) {
        check_invalid(SECRET, &[], &text, now());
    }
}
