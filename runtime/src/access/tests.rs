//! Which headers are a credential, and what becomes of it.

use super::*;
use crate::config::tests::{config, config_with};
use crate::context::tests::shared;
use crate::log::tests::Captured;
use crate::permission::Grants;
use crate::token;

fn check(access: &Access, headers: &[(&str, &str)]) -> Credential {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        map.append(name, HeaderValue::from_str(value).expect("a header value"));
    }
    authenticated(access, &map, |role: &str| (role == "admin").then(|| Grants::NONE.any(0)))
}

fn authenticated(access: &Access, headers: &HeaderMap, grants_of: GrantsOf) -> Credential {
    let doors = Doors { grants_of, api_keys: None };
    let ctx = Context::without_caller(&shared(), "request");
    testing::run(access.authenticate(headers, &doors, &ctx))
}

fn credential(headers: &[(&str, &str)]) -> Credential {
    check(&Access::new(&config(), None), headers)
}

fn signed(role: &str) -> String {
    token::sign(&config(), "user_1", role, 60).expect("the token is signed")
}

#[test]
fn a_good_token_makes_a_caller() {
    let token = signed("admin");
    for value in [format!("Bearer {token}"), format!("bearer  {token} ")] {
        let Credential::Valid(caller) = credential(&[("authorization", &value)]) else {
            panic!("not accepted: {value}")
        };
        assert_eq!(caller, Caller::new("user_1", "admin", Grants::NONE.any(0)));
    }
}

#[test]
fn no_header_is_missing_and_anything_else_refused() {
    assert!(matches!(credential(&[]), Credential::Missing));
    let token = signed("admin");
    let unknown_role = format!("Bearer {}", signed("emperor"));
    let twice = format!("Bearer {token}, Bearer {token}");
    let basic = format!("Basic {token}");
    for value in ["", "Bearer", "Bearer ", &basic, &token, &twice, &unknown_role] {
        let credential = credential(&[("authorization", value)]);
        assert!(matches!(credential, Credential::Refused), "accepted: {value}");
    }
}

#[test]
fn two_credentials_are_refused() {
    let bearer = format!("Bearer {}", signed("admin"));
    for headers in [
        [("authorization", &*bearer), ("authorization", &*bearer)],
        [("authorization", &*bearer), ("authorization", "")],
        [("authorization", &*bearer), ("x-api-key", "key")],
        [("authorization", &*bearer), ("x-api-key", "")],
        [("x-api-key", "key"), ("x-api-key", "key")],
    ] {
        assert!(matches!(credential(&headers), Credential::Refused), "accepted: {headers:?}");
    }
}

#[test]
fn a_role_that_is_no_more_is_refused_though_its_token_is_remembered() {
    let access = Access::new(&config(), None);
    let mut headers = HeaderMap::new();
    let bearer = format!("Bearer {}", signed("admin"));
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&bearer).expect("a header value"));
    let known = authenticated(&access, &headers, |_| Some(Grants::NONE));
    assert!(matches!(known, Credential::Valid(_)));
    let unknown = authenticated(&access, &headers, |_| None);
    assert!(matches!(unknown, Credential::Refused));
}

#[test]
fn keys_that_cannot_be_had_refuse_nobody() {
    let mut server = testing::server::Server::start(testing::server::Answer::Silence);
    server.stop();
    let url = ("PURLIN_JWT_JWKS_URL", Some(&*server.url()));
    let access = Access::new(&config_with(&[("PURLIN_JWT_SECRET", None), url]), None);
    let bearer = format!("Bearer {}", testing::signer::Signer::ed25519("key").token());
    let credential = check(&access, &[("authorization", &bearer)]);
    assert!(matches!(credential, Credential::Unavailable));
}

#[test]
fn no_credential_is_written_to_the_log() {
    let captured = Captured::default();
    let guard = captured.start();
    let token = signed("admin");
    let forged = format!("{token}x");
    for value in [&token, &forged] {
        credential(&[("authorization", &format!("Bearer {value}"))]);
        credential(&[("authorization", value)]);
        credential(&[("x-api-key", value)]);
    }
    drop(guard);
    let log = captured.text();
    assert!(log.contains("credential refused"), "{log}");
    assert!(token.split('.').all(|part| !log.contains(part)), "{log}");
    assert!(!log.contains("secret-of-thirty-two"), "{log}");
}
