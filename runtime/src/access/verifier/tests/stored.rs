//! A secret in AWS Secrets Manager, over its own protocol (AWS JSON 1.1).

use serde_json::{Value, json};

use super::*;
use crate::access::refresh::{COOLDOWN, FRESH, TTL};
use crate::access::testing::server;
use crate::log::tests::Captured;

const OTHER: &[u8] = b"another-secret-of-thirty-two-bytes";

fn value(secret: &[u8]) -> Answer {
    let secret = String::from_utf8_lossy(secret);
    Answer::Body(json!({ "Name": "platform/jwt", "SecretString": secret }).to_string())
}

fn denied() -> Answer {
    let headers = "x-amzn-errortype: AccessDeniedException\r\n";
    Answer::Status(400, headers, json!({ "message": "not for you" }).to_string())
}

fn with_store(server: &server::Server, hands: &Hands) -> Verifier {
    let url = server.url();
    let settings = [
        ("PURLIN_JWT_SECRET", None),
        ("PURLIN_JWT_SECRET_ID", Some("platform/jwt")),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", Some(&*url)),
        ("AWS_ACCESS_KEY_ID", Some("test")),
        ("AWS_SECRET_ACCESS_KEY", Some("test")),
    ];
    Verifier::new(&config_with(&settings), None, hands.clock())
}

/// Verifies tokens one after another on one runtime, as the connections of the client belong to it.
async fn found(verifier: &Verifier, token: &str) -> Result<String, Rejection> {
    verifier.verify(token).await.map(|bearer| bearer.subject)
}

#[test]
fn the_secret_is_read_when_it_is_first_needed_and_kept() {
    let server = Server::start(value(SECRET));
    let hands = Hands::at(START);
    let verifier = with_store(&server, &hands);
    let signer = Signer::secret(SECRET);
    assert_eq!(server.count(), 0);
    run(async {
        for number in 0..10 {
            let subject = format!("user_{number}");
            assert_eq!(found(&verifier, &signer.at(START, &subject)).await, Ok(subject));
        }
    });
    let [request] = &server.requests()[..] else { panic!("{:?}", server.requests()) };
    let (head, body) = request.split_once("\r\n\r\n").expect("a head and a body");
    let head = head.to_ascii_lowercase();
    assert!(head.contains("x-amz-target: secretsmanager.getsecretvalue"), "{head}");
    assert!(head.contains("content-type: application/x-amz-json-1.1"), "{head}");
    let body: Value = serde_json::from_str(body).expect("it is JSON");
    assert_eq!(body, json!({ "SecretId": "platform/jwt" }));
}

#[test]
fn a_binary_secret_is_one_too() {
    let binary = json!({ "SecretBinary": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" });
    let server = Server::start(Answer::Body(binary.to_string()));
    let bytes: Vec<u8> = (0..32).collect();
    run(async {
        let verifier = with_store(&server, &Hands::at(START));
        assert!(found(&verifier, &Signer::secret(&bytes).token()).await.is_ok());
    });
}

#[test]
fn a_rotated_secret_works_after_one_refresh() {
    let (old, new) = (Signer::secret(SECRET), Signer::secret(OTHER));
    let server = Server::start(value(SECRET));
    let hands = Hands::at(START);
    let verifier = with_store(&server, &hands);
    run(async {
        assert!(found(&verifier, &old.token()).await.is_ok());
        server.answer(value(OTHER));
        assert_eq!(found(&verifier, &new.token()).await, Err(Refusal::Signature.into()));
        assert_eq!(server.count(), 1);
        hands.pass(COOLDOWN);
        assert!(found(&verifier, &new.token()).await.is_ok());
        assert_eq!(server.count(), 2);
        // The old one ends with it.
        let late = old.at(START, "user_2");
        assert_eq!(found(&verifier, &late).await, Err(Refusal::Signature.into()));
    });
}

#[test]
fn a_flood_of_forged_tokens_makes_no_flood_of_calls() {
    let server = Server::start(value(SECRET));
    let hands = Hands::at(START);
    let verifier = with_store(&server, &hands);
    run(async {
        // No key there has a name: there is no need to ask.
        let named = Signer::secret(SECRET).with(json!({ "kid": "another" }), json!({}));
        assert_eq!(found(&verifier, &named).await, Err(Refusal::UnknownKey.into()));
        assert_eq!(server.count(), 0);
        for second in 0..120 {
            hands.pass(1);
            for number in 0..5 {
                let forged = Signer::secret(OTHER).at(START, &format!("user_{second}_{number}"));
                assert_eq!(found(&verifier, &forged).await, Err(Refusal::Signature.into()));
            }
            assert_eq!(found(&verifier, &named).await, Err(Refusal::UnknownKey.into()));
        }
    });
    assert_eq!(server.count() as u64, 120 / COOLDOWN);
}

#[test]
fn the_secret_is_used_until_its_time_is_over() {
    let server = Server::start(value(SECRET));
    let hands = Hands::at(START);
    let verifier = with_store(&server, &hands);
    let signer = Signer::secret(SECRET);
    run(async {
        assert!(found(&verifier, &signer.token()).await.is_ok());
        server.answer(denied());
        hands.pass(FRESH);
        assert!(found(&verifier, &signer.at(START, "user_2")).await.is_ok());
        hands.pass(TTL - FRESH - 1);
        assert!(found(&verifier, &signer.at(START, "user_3")).await.is_ok());
        hands.pass(1);
        assert_eq!(found(&verifier, &signer.token()).await, Err(Rejection::Unavailable));
        server.answer(value(SECRET));
        hands.pass(COOLDOWN);
        assert!(found(&verifier, &signer.token()).await.is_ok());
    });
}

#[test]
fn a_secret_that_is_none_is_not_used() {
    for answer in [
        value(b"31 bytes are one byte too few !"),
        Answer::Body(json!({ "Name": "platform/jwt" }).to_string()),
        denied(),
    ] {
        let server = Server::start(answer);
        let verifier = with_store(&server, &Hands::at(START));
        let token = Signer::secret(b"31 bytes are one byte too few !").token();
        assert_eq!(run(found(&verifier, &token)), Err(Rejection::Unavailable));
        assert_eq!(server.count(), 1);
    }
}

#[test]
fn the_secret_is_not_written_to_the_log() {
    let captured = Captured::default();
    let guard = captured.start();
    for answer in [value(SECRET), value(b"a-token-secret-too-short"), denied()] {
        let server = Server::start(answer);
        let verifier = with_store(&server, &Hands::at(START));
        let _ = run(found(&verifier, &Signer::secret(SECRET).token()));
    }
    drop(guard);
    let log = captured.text();
    assert!(log.contains("cannot be fetched") && log.contains("shorter than 32 bytes"), "{log}");
    assert!(log.contains("PURLIN_JWT_SECRET_ID"), "{log}");
    assert!(!log.contains("a-token-secret"), "{log}");
}
