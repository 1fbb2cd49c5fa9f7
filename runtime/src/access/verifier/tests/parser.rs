//! Whatever is presented as a token is answered, and nothing panics.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        refused(&with_secret(&Hands::at(START)), &text);
    }

    #[test]
    fn no_three_parts_make_it_panic(
        header in prop::collection::vec(any::<u8>(), 0..64),
        claims in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let secret = Signer::secret(SECRET);
        let (header, claims) = (String::from_utf8_lossy(&header), String::from_utf8_lossy(&claims));
        refused(&with_secret(&Hands::at(START)), &secret.sign(&header, &claims));
    }

    /// Signed, so that the claims are read, and a header that is: what is in it may be anything.
    #[test]
    fn no_values_make_it_panic(
        name in prop::sample::select(vec!["iss", "aud", "sub", "role", "exp", "nbf", "iat", "typ", "kid", "x"]),
        value in prop::sample::select(vec![
            "null", "true", "-1", "1e308", "-1e308", "18446744073709551615", "18446744073709551616", "0.1",
            "\"\\u0000\"", "\"\\ud800\"", "[]", "[[]]", "{}", "[null]", "\"x\"",
        ]),
        in_header in any::<bool>(),
    ) {
        let secret = Signer::secret(SECRET);
        let good = "\"iss\":\"https://issuer.test\",\"aud\":\"platform\",\"sub\":\"user_1\",\"role\":\"admin\",\"exp\":1800000060";
        let claims: Vec<&str> =
            good.split(',').filter(|member| !member.starts_with(&format!("\"{name}\""))).collect();
        let member = format!("\"{name}\":{value}");
        let (header, claims) = if in_header {
            (format!("{{\"alg\":\"HS256\",{member}}}"), format!("{{{good}}}"))
        } else {
            ("{\"alg\":\"HS256\"}".to_owned(), format!("{{{},{member}}}", claims.join(",")))
        };
        // Accepted or refused, as may be: it is answered.
        let _ = verify(&with_secret(&Hands::at(START)), &secret.sign(&header, &claims));
    }

    /// One byte of a good token changed is refused, whichever it is.
    #[test]
    fn no_changed_byte_is_accepted(place in any::<prop::sample::Index>(), byte in b'!'..=b'~') {
        let mut token = Signer::secret(SECRET).token().into_bytes();
        let place = place.index(token.len());
        prop_assume!(token[place] != byte);
        token[place] = byte;
        let token = String::from_utf8(token).expect("it is ASCII");
        refused(&with_secret(&Hands::at(START)), &token);
    }
}
