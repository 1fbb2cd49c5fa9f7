//! Callers for local use: ids that are the same at every start, so that what they own stays theirs.

/// The alphabet of TypeID: Crockford's Base32 in lower case.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The id of the `number`th local caller in `role`, as a TypeID: `user_…`.
///
/// It depends on nothing else: not on the process, the machine or the day.
pub(crate) fn subject(prefix: &str, role: &str, number: u32) -> String {
    let digest = fnv1a(format!("{role}/{number}").as_bytes());
    // Version 7 and the variant of RFC 9562, which readers of a TypeID may check.
    let uuid = digest & !(0xf << 76) & !(0x3 << 62) | (0x7 << 76) | (0x2 << 62);
    let mut suffix = [0; 26];
    let mut rest = uuid;
    for digit in suffix.iter_mut().rev() {
        *digit = ALPHABET[(rest % 32) as usize];
        rest /= 32;
    }
    format!("{prefix}_{}", String::from_utf8_lossy(&suffix))
}

/// FNV-1a of 128 bits: the standard library's hashes may change between its releases.
pub(crate) fn fnv1a(bytes: &[u8]) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(OFFSET, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_and_differ() {
        let id = subject("user", "admin", 1);
        assert_eq!(id, subject("user", "admin", 1));
        assert_ne!(id, subject("user", "admin", 2));
        assert_ne!(id, subject("user", "service", 1));
    }

    #[test]
    fn an_id_is_a_type_id_of_a_version_7_uuid() {
        let id = subject("user", "admin", 1);
        let suffix = id.strip_prefix("user_").expect("the prefix is given");
        assert_eq!(suffix.len(), 26);
        // 26 digits of 5 bits hold 130 bits: a UUID's first digit is at most 7.
        assert!(suffix.as_bytes()[0] <= b'7', "{id}");
        let value = suffix.bytes().fold(0_u128, |value, digit| {
            let place = ALPHABET
                .iter()
                .position(|letter| *letter == digit)
                .expect("a digit of the alphabet");
            value << 5 | place as u128
        });
        let uuid = uuid::Uuid::from_u128(value);
        assert_eq!((uuid.get_version_num(), uuid.get_variant()), (7, uuid::Variant::RFC4122));
    }
}
