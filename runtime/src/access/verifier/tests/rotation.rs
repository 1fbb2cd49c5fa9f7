//! Keys that come and go at their issuer, and how often it is asked for them.

use std::pin::pin;
use std::task::Poll;

use futures_util::future::join_all;
use serde_json::json;

use super::*;
use crate::access::refresh::{COOLDOWN, FRESH};

#[test]
fn keys_are_fetched_when_the_first_token_comes() {
    let signer = Signer::p256("one");
    let server = Server::start(Answer::Body(publish(&[&signer])));
    let verifier = with_server(&server, &Hands::at(START));
    assert_eq!(server.count(), 0);
    for number in 0..10 {
        accept(&verifier, &signer.at(START, &format!("user_{number}")));
    }
    assert_eq!(server.count(), 1);
    let request = &server.requests()[0];
    assert!(request.starts_with("GET / HTTP/1.1\r\n"), "{request}");
}

#[test]
fn a_new_kid_works_after_one_refresh() {
    let (old, new) = (Signer::ed25519("old"), Signer::ed25519("new"));
    let server = Server::start(Answer::Body(publish(&[&old])));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    accept(&verifier, &old.token());
    server.answer(Answer::Body(publish(&[&new, &old])));
    // Rate-limited: the keys were fetched a moment ago.
    hands.pass(COOLDOWN - 1);
    assert_eq!(refused(&verifier, &new.token()), Refusal::UnknownKey);
    assert_eq!(server.count(), 1);
    hands.pass(1);
    accept(&verifier, &new.token());
    accept(&verifier, &new.at(START, "user_2"));
    accept(&verifier, &old.at(START, "user_2"));
    assert_eq!(server.count(), 2);
}

#[test]
fn a_flood_of_unknown_kids_makes_no_flood_of_fetches() {
    let signer = Signer::ed25519("one");
    let server = Server::start(Answer::Body(publish(&[&signer])));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    accept(&verifier, &signer.token());
    // Ten minutes, ten tokens each second, some of them at once.
    for second in 0..600 {
        hands.pass(1);
        let tokens: Vec<String> = (0..10)
            .map(|number| {
                signer.with(json!({ "kid": format!("unknown-{second}-{number}") }), json!({}))
            })
            .collect();
        let found = run(join_all(tokens.iter().map(|token| verifier.verify(token))));
        assert!(found.iter().all(|found| *found == Err(Refusal::UnknownKey.into())), "{found:?}");
    }
    assert_eq!(server.count() as u64, 1 + 600 / COOLDOWN);
    accept(&verifier, &signer.at(START, "user_2"));
}

#[test]
fn many_requests_at_once_share_one_fetch() {
    let signer = Signer::ed25519("one");
    let server = Server::start(Answer::Body(publish(&[&signer])));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    let tokens: Vec<String> =
        (0..100).map(|number| signer.at(START, &format!("user_{number}"))).collect();
    let found = run(join_all(tokens.iter().map(|token| verifier.verify(token))));
    assert!(found.iter().all(Result::is_ok), "{found:?}");
    assert_eq!(server.count(), 1);
}

#[test]
fn old_keys_serve_while_one_request_fetches_new_ones() {
    let signer = Signer::ed25519("one");
    let server = Server::start(Answer::Body(publish(&[&signer])));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    accept(&verifier, &signer.token());
    hands.pass(FRESH);
    server.hold(true);
    let (first, second) = (signer.at(START, "user_2"), signer.at(START, "user_3"));
    run(async {
        let mut fetching = pin!(verifier.verify(&first));
        // Until the request has arrived, and is held.
        while server.count() < 2 {
            assert!(futures_util::poll!(fetching.as_mut()).is_pending());
            tokio::task::yield_now().await;
        }
        let Poll::Ready(found) = futures_util::poll!(pin!(verifier.verify(&second))) else {
            panic!("it waits for a fetch that it does not need")
        };
        assert!(found.is_ok(), "{found:?}");
        server.hold(false);
        assert!(fetching.await.is_ok());
    });
    assert_eq!(server.count(), 2);
}

#[test]
fn a_request_that_is_given_up_lets_the_next_one_fetch() {
    let signer = Signer::ed25519("one");
    let server = Server::start(Answer::Body(publish(&[&signer])));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    server.hold(true);
    run(async {
        let token = signer.token();
        let mut fetching = Box::pin(verifier.verify(&token));
        while server.count() < 1 {
            assert!(futures_util::poll!(fetching.as_mut()).is_pending());
            tokio::task::yield_now().await;
        }
        drop(fetching);
        // Whoever connects and goes away again and again does not make us fetch each time.
        assert_eq!(verifier.verify(&token).await, Err(Rejection::Unavailable));
        assert_eq!(server.count(), 1);
        server.hold(false);
        hands.pass(1);
        verifier.verify(&token).await.expect("the keys are there");
    });
    assert_eq!(server.count(), 2);
}

#[test]
fn a_key_that_is_taken_back_is_not_trusted_for_long() {
    let (old, new) = (Signer::ed25519("old"), Signer::ed25519("new"));
    let server = Server::start(Answer::Body(publish(&[&old])));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    accept(&verifier, &old.token());
    server.answer(Answer::Body(publish(&[&new])));
    hands.pass(FRESH);
    // The one that finds them old still gets what its own fetch brings.
    assert_eq!(refused(&verifier, &old.at(START, "user_2")), Refusal::UnknownKey);
    accept(&verifier, &new.token());
    assert_eq!(server.count(), 2);
}

#[test]
fn a_key_without_a_name_is_replaced_without_a_sign() {
    let (old, new) = (Signer::p256("").unnamed(), Signer::p256("").unnamed());
    let server = Server::start(Answer::Body(publish(&[&old])));
    let hands = Hands::at(START);
    let verifier = with_server(&server, &hands);
    accept(&verifier, &old.token());
    server.answer(Answer::Body(publish(&[&new])));
    assert_eq!(refused(&verifier, &new.token()), Refusal::Signature);
    hands.pass(COOLDOWN);
    accept(&verifier, &new.token());
    assert_eq!(server.count(), 2);
    for number in 0..100 {
        let forged = Signer::p256("").unnamed().at(START, &format!("user_{number}"));
        assert_eq!(refused(&verifier, &forged), Refusal::Signature);
    }
    assert_eq!(server.count(), 2);
}

#[test]
fn what_no_published_key_can_be_for_is_refused_unasked() {
    let server = Server::start(Answer::Body(publish(&[])));
    let verifier = with_server(&server, &Hands::at(START));
    assert_eq!(refused(&verifier, &Signer::secret(SECRET).token()), Refusal::Algorithm);
    assert_eq!(server.count(), 0);
}
