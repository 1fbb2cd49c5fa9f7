//! Blocks of IP addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A block of addresses, such as `10.0.0.0/24` or `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cidr {
    V4 { base: u32, mask: u32 },
    V6 { base: u128, mask: u128 },
}

/// Why a text is no block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoCidr {
    /// There is no single `/`.
    Slash,
    /// What stands before the `/` is no address.
    Address,
    /// What stands after the `/` is no number of bits below this one.
    Bits(u32),
}

impl Cidr {
    /// Reads a block. EventBridge takes up to 31 bits of an IPv4 address and up to 127 of an IPv6 address, and does
    /// not mind bits that are set beyond them.
    pub(super) fn parse(text: &str) -> Result<Self, NoCidr> {
        let (address, bits) = text.split_once('/').ok_or(NoCidr::Slash)?;
        if bits.contains('/') {
            return Err(NoCidr::Slash);
        }
        let below = |limit: u32| {
            let digits = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
            let bits = bits.parse().ok().filter(|bits| digits && *bits < limit);
            bits.ok_or(NoCidr::Bits(limit))
        };
        match Address::parse(address).ok_or(NoCidr::Address)? {
            Address::V4(address) => {
                let mask = !u32::MAX.checked_shr(below(u32::BITS)?).unwrap_or(0);
                Ok(Self::V4 { base: address & mask, mask })
            }
            Address::V6(address) => {
                let mask = !u128::MAX.checked_shr(below(u128::BITS)?).unwrap_or(0);
                Ok(Self::V6 { base: address & mask, mask })
            }
        }
    }

    /// Whether `value` is an address in the block.
    pub(super) fn contains(&self, value: &str) -> bool {
        match (*self, Address::parse(value)) {
            (Self::V4 { base, mask }, Some(Address::V4(address))) => address & mask == base,
            (Self::V6 { base, mask }, Some(Address::V6(address))) => address & mask == base,
            _ => false,
        }
    }
}

enum Address {
    V4(u32),
    V6(u128),
}

impl Address {
    fn parse(text: &str) -> Option<Self> {
        // Addresses of version 6 are taken in hexadecimal alone, not with one of version 4 at their end.
        if text.contains(':') && !text.contains('.') {
            return text.parse::<Ipv6Addr>().ok().map(|address| Self::V6(address.to_bits()));
        }
        let mut octets = [0; 4];
        let mut parts = text.split('.');
        for octet in &mut octets {
            // EventBridge reads leading zeros as decimal, where the standard library refuses them.
            let part =
                parts.next().filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?;
            *octet = part.parse().ok()?;
        }
        let whole = parts.next().is_none();
        whole.then(|| Self::V4(Ipv4Addr::from(octets).to_bits()))
    }
}
