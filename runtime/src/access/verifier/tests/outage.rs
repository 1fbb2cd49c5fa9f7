//! An issuer that cannot be reached, or answers what it must not.

use std::sync::LazyLock;

use serde_json::json;

use super::*;
use crate::access::refresh::{COOLDOWN, FRESH, RETRY, TTL};

static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::ed25519("one"));

fn unavailable(verifier: &Verifier, token: &str) {
    assert_eq!(verify(verifier, token), Err(Rejection::Unavailable));
}

#[test]
fn keys_are_trusted_until_their_time_is_over() {
    let mut server = Server::start(Answer::Body(publish(&[&SIGNER])));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    accept(&verifier, &SIGNER.token());
    server.stop();
    let mut passed = 0;
    for moment in [FRESH, FRESH + COOLDOWN, TTL / 2, TTL - 1] {
        hands.pass(moment - passed);
        passed = moment;
        accept(&verifier, &SIGNER.at(START, &format!("user_{moment}")));
    }
    hands.pass(1);
    // Not what was remembered, either: it was verified an hour ago.
    unavailable(&verifier, &SIGNER.token());
    unavailable(&verifier, &SIGNER.at(START, "user_2"));
    server.resume();
    hands.pass(COOLDOWN);
    accept(&verifier, &SIGNER.at(START, "user_2"));
    assert_eq!(server.count(), 2);
}

#[test]
fn without_keys_nobody_is_refused_and_fetches_are_few() {
    let server = Server::start(Answer::Status(500, "", String::new()));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    for _ in 0..100 {
        unavailable(&verifier, &SIGNER.token());
    }
    assert_eq!(server.count(), 1);
    hands.pass(RETRY);
    unavailable(&verifier, &SIGNER.token());
    assert_eq!(server.count(), 2);
    server.answer(Answer::Body(publish(&[&SIGNER])));
    hands.pass(RETRY);
    accept(&verifier, &SIGNER.token());
    assert_eq!(server.count(), 3);
}

#[test]
fn a_kid_that_may_be_new_is_not_refused_while_its_issuer_is_down() {
    let mut server = Server::start(Answer::Body(publish(&[&SIGNER])));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    accept(&verifier, &SIGNER.token());
    server.stop();
    hands.pass(COOLDOWN);
    let new = Signer::ed25519("new");
    unavailable(&verifier, &new.token());
    unavailable(&verifier, &new.token());
    // Nor are the others troubled.
    accept(&verifier, &SIGNER.at(START, "user_2"));
    // What no key could make good is refused all the same.
    let none = SIGNER.with(json!({ "alg": "none" }), json!({}));
    assert_eq!(refused(&verifier, &none), Refusal::Header("alg"));
}

#[test]
fn an_answer_that_is_no_set_of_keys_changes_nothing() {
    let long = format!(r#"{{"keys":[],"x":"{}"}}"#, "y".repeat(128 * 1024));
    for answer in [
        Answer::Status(500, "", publish(&[&SIGNER])),
        Answer::Status(404, "", publish(&[])),
        Answer::Status(204, "", String::new()),
        Answer::Body(String::new()),
        Answer::Body("<html></html>".to_owned()),
        Answer::Body("[]".to_owned()),
        Answer::Body(r#"{"keys":{}}"#.to_owned()),
        Answer::Body(long),
    ] {
        let server = Server::start(Answer::Body(publish(&[&SIGNER])));
        let hands = Hands::at(START);
        let verifier = with_server(&server, &hands);
        accept(&verifier, &SIGNER.token());
        server.answer(answer.clone());
        hands.pass(FRESH);
        accept(&verifier, &SIGNER.at(START, "user_2"));
        assert_eq!(server.count(), 2);
        unavailable(&with_server(&server, &hands), &SIGNER.token());
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(Answer::Body(publish(&[&SIGNER])));
    let location: &'static str = format!("location: {}/keys\r\n", elsewhere.url()).leak();
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(Answer::Status(status, location, publish(&[&SIGNER])));
        unavailable(&with_server(&server, &Hands::at(START)), &SIGNER.token());
        assert_eq!(server.count(), 1);
    }
    assert_eq!(elsewhere.count(), 0);
}

#[test]
fn an_answer_that_does_not_come_is_not_waited_for() {
    let server = Server::start(Answer::Silence);
    let verifier = with_server(&server, &Hands::at(START));
    let token = SIGNER.token();
    run(async {
        // From here on, time passes as soon as nothing else can happen.
        tokio::time::pause();
        let started = tokio::time::Instant::now();
        assert_eq!(verifier.verify(&token).await, Err(Rejection::Unavailable));
        assert!(started.elapsed().as_secs() <= 5, "{:?}", started.elapsed());
    });
}

#[test]
fn a_clock_that_is_set_back_does_not_stop_fetching() {
    let server = Server::start(Answer::Status(500, "", String::new()));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    unavailable(&verifier, &SIGNER.token());
    server.answer(Answer::Body(publish(&[&SIGNER])));
    hands.go_back(7200);
    accept(&verifier, &SIGNER.at(START - 7200, "user_1"));
}
