//! Who counts as one caller: whoever has the same credential's subject, or without one the same address.

use std::net::{IpAddr, Ipv6Addr};

use crate::Caller;
use crate::key::KeyPart as _;

/// Writes the two parts of a key that tell callers apart.
pub(crate) fn write(caller: Option<&Caller>, address: Option<&str>, key: &mut String) {
    let (kind, who) = match caller {
        Some(caller) => ("caller", caller.subject().to_owned()),
        None => ("address", network(address.unwrap_or_default())),
    };
    key.push_str(kind);
    key.push('#');
    who.as_str().write(key);
}

/// Whoever has one address of IPv6 has the 2^64 of its network as well, and counts as one.
fn network(address: &str) -> String {
    match address.parse().map(|address: IpAddr| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let network = Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX));
            format!("{network}/64")
        }
        Ok(address) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn an_address_of_ipv6_counts_as_its_network() {
        for (address, counts_as) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
            ("", ""),
            ("unknown", "unknown"),
        ] {
            assert_eq!(network(address), counts_as);
        }
    }
}
