//! The encoders: each injective, each keeping the order of the values, none writing a `#`.

use std::fmt::Write as _;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Every byte up to `$` as `$XX`. Those bytes sort below all others and the escape starts with the highest
/// of them, so the order of the texts is kept; and `#`, which ends a part, sorts below every encoded byte.
pub(super) fn text(value: &str, out: &mut String) {
    let bytes = value.as_bytes();
    let mut start = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        if byte <= b'$' {
            // All three bounds lie beside ASCII bytes, so they are character boundaries.
            out.push_str(&value[start..index]);
            out.push('$');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
            start = index + 1;
        }
    }
    out.push_str(&value[start..]);
}

/// `n` and the distance from the least `i64`, or `p` and the value, each with 19 digits; `q` and 20 digits
/// for what only a `u64` holds.
pub(super) fn integer(value: i128, out: &mut String) {
    // Writing to a `String` cannot fail.
    let _ = if value < 0 {
        write!(out, "n{:019}", value - i128::from(i64::MIN))
    } else if value <= i128::from(i64::MAX) {
        write!(out, "p{value:019}")
    } else {
        write!(out, "q{value:020}")
    };
}

/// The bits of the number as an unsigned integer that sorts like it: negative ones flipped whole, so that
/// the greater magnitude comes first, the others with their sign bit set.
pub(super) fn number(value: f64, out: &mut String) {
    // Adding zero makes -0.0 the 0.0 that it equals.
    let bits = (value + 0.0).to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    let _ = write!(out, "{ordered:016x}");
}

pub(super) fn boolean(value: bool, out: &mut String) {
    out.push_str(if value { "true" } else { "false" });
}
