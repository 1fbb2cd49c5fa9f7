//! Crockford's base 32 of 128 bits, in lower case, without any of its leniences.

/// The digits of 128 bits.
pub(crate) const LENGTH: usize = 26;

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Which value each byte stands for; 255 for those that are no digit.
const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut digit = 0;
    while digit < DIGITS.len() {
        values[DIGITS[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

pub(crate) fn encode(bits: u128, buffer: &mut [u8; LENGTH]) -> &str {
    // Twelve digits are 60 bits: in parts that fit a register, this takes half the time.
    let (top, low) = buffer.split_at_mut(LENGTH - 12);
    let (top, middle) = top.split_at_mut(2);
    encode_part((bits >> 120) as u64, top);
    encode_part((bits >> 60) as u64, middle);
    encode_part(bits as u64, low);
    // Invariant: the digits are ASCII.
    std::str::from_utf8(buffer).unwrap_or_default()
}

fn encode_part(mut bits: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(bits & 31) as usize];
        bits >>= 5;
    }
}

/// `None` for another length, another digit, or more than 128 bits.
pub(crate) fn decode(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    // 26 digits are 130 bits: the first may use three of its five.
    if bytes.len() != LENGTH || bytes[0] > b'7' {
        return None;
    }
    bytes.iter().try_fold(0, |bits, &byte| match VALUES[usize::from(byte)] {
        255 => None,
        value => Some(bits << 5 | u128::from(value)),
    })
}
