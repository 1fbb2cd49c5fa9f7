//! How long a verified token is remembered, and that nothing else is.

use serde_json::json;

use super::*;
use crate::access::refresh::COOLDOWN;
use crate::access::verifier::MAX_AGE;

fn issuer() -> (Hands, Server, Signer, Verifier) {
    let signer = Signer::ed25519("one");
    let server = Server::start(Answer::Body(publish(&[&signer])));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    (hands, server, signer, verifier)
}

/// Half a minute later the issuer has no key any more, and we know: what is accepted from now on is remembered.
fn take_back(server: &Server, hands: &Hands, verifier: &Verifier) {
    server.answer(Answer::Body(publish(&[])));
    hands.pass(COOLDOWN);
    refused(verifier, &Signer::ed25519("another").token());
}

#[test]
fn a_verified_token_is_remembered_for_five_minutes() {
    let (hands, server, signer, verifier) = issuer();
    let token = signer.token();
    accept(&verifier, &token);
    take_back(&server, &hands, &verifier);
    accept(&verifier, &token);
    assert_eq!(refused(&verifier, &signer.at(START, "user_2")), Refusal::UnknownKey);
    hands.pass(MAX_AGE - COOLDOWN - 1);
    accept(&verifier, &token);
    hands.pass(1);
    assert_eq!(refused(&verifier, &token), Refusal::UnknownKey);
    assert_eq!(verifier.cached(), 0);
}

#[test]
fn a_token_is_not_remembered_beyond_its_expiry() {
    let (hands, server, signer, verifier) = issuer();
    let token = signer.with(json!({}), json!({ "exp": START + 60 }));
    accept(&verifier, &token);
    take_back(&server, &hands, &verifier);
    hands.pass(60 - COOLDOWN - 1);
    accept(&verifier, &token);
    hands.pass(1);
    assert_eq!(refused(&verifier, &token), Refusal::UnknownKey);
    assert_eq!(verifier.cached(), 0);
}

#[test]
fn within_the_leeway_a_token_is_verified_each_time() {
    let (hands, server, signer, verifier) = issuer();
    let token = signer.with(json!({}), json!({ "exp": START - 1 }));
    accept(&verifier, &token);
    assert_eq!(verifier.cached(), 0);
    hands.pass(28);
    accept(&verifier, &token);
    hands.pass(1);
    assert_eq!(refused(&verifier, &token), Refusal::Expired);
    assert_eq!(server.count(), 1);
}

#[test]
fn a_clock_that_is_set_back_prolongs_nothing() {
    let (hands, _server, signer, verifier) = issuer();
    let token = signer.with(json!({}), json!({ "iat": START - 3600, "nbf": START - 600 }));
    accept(&verifier, &token);
    hands.go_back(1);
    accept(&verifier, &token);
    hands.go_back(599 + 31);
    assert_eq!(refused(&verifier, &token), Refusal::NotYetValid);
}

#[test]
fn another_token_of_the_same_caller_is_verified() {
    let (_hands, _server, signer, verifier) = issuer();
    accept(&verifier, &signer.token());
    let forged = Signer::ed25519("one").with(json!({}), json!({ "role": "admin" }));
    assert_eq!(refused(&verifier, &forged), Refusal::Signature);
}

#[test]
fn the_cache_is_bounded() {
    let secret = Signer::secret(SECRET);
    let verifier = with_secret(&Hands::at(START));
    run(async {
        for number in 0..5000 {
            let token = secret.at(START, &format!("user_{number}"));
            verifier.verify(&token).await.expect("it is good");
        }
    });
    assert_eq!(verifier.cached(), 4096);
}
