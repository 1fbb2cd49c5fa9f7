//! Tokens really signed, keys really fetched: what is accepted, and for how long.

use super::*;
use crate::access::clock::tests::Hands;
use crate::access::testing::server::{Answer, Server};
use crate::access::testing::signer::{Signer, publish};
use crate::access::testing::{START, run};
use crate::config::tests::config_with;

mod cached;
mod faults;
mod outage;
mod parser;
mod rotation;
mod stored;

const SECRET: &[u8] = b"a-token-secret-of-thirty-two-bytes";

/// A verifier that has the settings' secret.
fn with_secret(hands: &Hands) -> Verifier {
    Verifier::new(&config_with(&[]), None, hands.clock())
}

/// A verifier that fetches keys from `server`.
fn with_server(server: &Server, hands: &Hands) -> Verifier {
    let url = server.url();
    let settings = [("PURLIN_JWT_SECRET", None), ("PURLIN_JWT_JWKS_URL", Some(&*url))];
    Verifier::new(&config_with(&settings), None, hands.clock())
}

/// Runs one verification to its end.
fn verify(verifier: &Verifier, token: &str) -> Result<Bearer, Rejection> {
    run(verifier.verify(token))
}

fn accept(verifier: &Verifier, token: &str) {
    let bearer = verify(verifier, token).expect("the token is good");
    assert_eq!(bearer.role, "admin");
}

fn refused(verifier: &Verifier, token: &str) -> Refusal {
    match verify(verifier, token) {
        Err(Rejection::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
