//! Settings that are missing or malformed, and those that are neither.

use super::*;

/// Settings for tests: no endpoint is reachable, and the secrets are not secret.
pub(crate) fn config() -> RuntimeConfig {
    RuntimeConfig::from_vars(vars(&[])).expect("the settings are complete")
}

/// Settings for tests, but for these.
pub(crate) fn config_with(changes: &[(&str, Option<&str>)]) -> RuntimeConfig {
    RuntimeConfig::from_vars(vars(changes)).expect("the settings are complete")
}

fn vars(changes: &[(&str, Option<&str>)]) -> Vec<(String, String)> {
    let mut vars: HashMap<String, String> = [
        ("AWS_REGION", "eu-central-1"),
        ("PURLIN_TABLE", "platform"),
        ("PURLIN_EVENT_BUS", "platform"),
        ("PURLIN_JWT_SECRET", "a-token-secret-of-thirty-two-bytes"),
        ("PURLIN_JWT_ISSUER", "https://issuer.test"),
        ("PURLIN_JWT_AUDIENCE", "platform"),
        ("PURLIN_CURSOR_SECRET", "a-cursor-secret-of-thirty-two-bytes"),
        ("HOME", "/home/somebody"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for (name, value) in changes {
        match value {
            Some(value) => vars.insert((*name).to_owned(), (*value).to_owned()),
            None => vars.remove(*name),
        };
    }
    vars.into_iter().collect()
}

fn problem(name: &str, value: Option<&str>) -> String {
    RuntimeConfig::from_vars(vars(&[(name, value)])).expect_err("the setting is wrong").to_string()
}

#[test]
fn every_required_variable_names_itself_when_missing() {
    for name in [
        "AWS_REGION",
        "PURLIN_TABLE",
        "PURLIN_EVENT_BUS",
        "PURLIN_JWT_ISSUER",
        "PURLIN_JWT_AUDIENCE",
        "PURLIN_CURSOR_SECRET",
    ] {
        assert_eq!(problem(name, None), format!("environment variable `{name}` is missing"));
    }
}

#[test]
fn every_malformed_variable_names_itself() {
    for (name, value) in [
        ("AWS_REGION", "Frankfurt am Main"),
        ("PURLIN_TABLE", " "),
        ("PURLIN_EVENT_BUS", ""),
        ("PURLIN_JWT_SECRET", "31 bytes are one byte too few !"),
        ("PURLIN_CURSOR_SECRET", "tiny"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "localhost:8000"),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", "ftp://127.0.0.1"),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "/secrets"),
        ("PURLIN_LOG", "purlin=loudly"),
        ("PURLIN_AUDIT_EVENTS_PER_MINUTE", "+60"),
    ] {
        let problem = problem(name, Some(value));
        assert!(problem.contains(&format!("`{name}`")), "{problem}");
        assert!(value.trim().is_empty() || !problem.contains(value), "a value is shown: {problem}");
    }
}

#[test]
fn all_problems_come_out_at_once() {
    let error = RuntimeConfig::from_vars([("PURLIN_LOG".to_owned(), "purlin=loudly".to_owned())])
        .expect_err("all is wrong");
    assert_eq!(error.problems.len(), 8);
}

#[test]
fn debug_shows_no_secret() {
    let text = format!("{:?}", config());
    assert!(text.contains("platform") && text.contains("[redacted]"), "{text}");
    assert!(!text.contains("a-token-secret") && !text.contains("a-cursor-secret"), "{text}");
    let bytes = format!("{:?}", b"a-token-secret".as_slice());
    assert!(!text.contains(bytes.trim_matches(['[', ']'])), "{text}");
}

#[test]
fn credentials_are_all_there_or_looked_for_elsewhere() {
    assert!(config().credentials().is_none());
    let key = ("AWS_ACCESS_KEY_ID", Some("AKID"));
    let error = RuntimeConfig::from_vars(vars(&[key])).expect_err("half a credential");
    assert_eq!(error.to_string(), "environment variable `AWS_SECRET_ACCESS_KEY` is missing");

    let vars = vars(&[
        key,
        ("AWS_SECRET_ACCESS_KEY", Some("hidden")),
        ("AWS_SESSION_TOKEN", Some("hidden")),
    ]);
    let config = RuntimeConfig::from_vars(vars).expect("the settings are complete");
    assert_eq!(config.credentials().expect("they are given").access_key_id(), "AKID");
    assert!(!format!("{config:?}").contains("hidden"), "{config:?}");
}

#[test]
fn a_blank_session_token_is_none() {
    for blank in ["", " "] {
        let vars = vars(&[
            ("AWS_ACCESS_KEY_ID", Some("AKID")),
            ("AWS_SECRET_ACCESS_KEY", Some("hidden")),
            ("AWS_SESSION_TOKEN", Some(blank)),
        ]);
        let config = RuntimeConfig::from_vars(vars).expect("the settings are complete");
        assert_eq!(config.credentials().expect("they are given").session_token(), None);
    }
}

#[test]
fn endpoints_are_optional() {
    assert_eq!(config().dynamodb_endpoint(), None);
    let vars = vars(&[("AWS_ENDPOINT_URL_DYNAMODB", Some("http://127.0.0.1:8000"))]);
    let config = RuntimeConfig::from_vars(vars).expect("the settings are complete");
    assert_eq!(config.dynamodb_endpoint(), Some("http://127.0.0.1:8000"));
}

#[test]
fn exactly_one_place_for_the_keys_of_tokens_is_named() {
    let none = problem("PURLIN_JWT_SECRET", None);
    assert_eq!(
        none,
        "one of the environment variables `PURLIN_JWT_SECRET`, `PURLIN_JWT_SECRET_ID` and `PURLIN_JWT_JWKS_URL` is \
         missing"
    );
    let two = problem("PURLIN_JWT_SECRET_ID", Some("platform/jwt"));
    assert_eq!(
        two,
        "only one of the environment variables `PURLIN_JWT_SECRET` and `PURLIN_JWT_SECRET_ID` may be set"
    );
    let two = problem("PURLIN_JWT_JWKS_URL", Some("https://issuer.test/keys"));
    assert!(two.contains("`PURLIN_JWT_JWKS_URL`") && two.contains("only one"), "{two}");
}

#[test]
fn keys_come_over_https_or_from_this_machine() {
    let read = |name, value| {
        RuntimeConfig::from_vars(vars(&[("PURLIN_JWT_SECRET", None), (name, Some(value))]))
    };
    for url in [
        "https://issuer.test/.well-known/jwks.json",
        "https://issuer.test:8443/keys?tenant=1",
        "http://127.0.0.1:8080/keys",
        "http://[::1]:8080/keys",
        "http://localhost/keys",
    ] {
        let config = read("PURLIN_JWT_JWKS_URL", url).expect(url);
        assert!(matches!(config.jwt_keys(), JwtKeys::JwksUrl(kept) if kept == url));
    }
    for url in [
        "",
        "issuer.test",
        "/keys",
        "https://",
        "ftp://issuer.test/keys",
        "http://issuer.test/keys",
        "http://127.0.0.1.issuer.test/keys",
        "http://localhost.issuer.test/keys",
        "https://me:hidden@issuer.test/keys",
        "http://localhost@issuer.test/keys",
    ] {
        let problem = read("PURLIN_JWT_JWKS_URL", url).expect_err(url).to_string();
        assert!(problem.contains("`PURLIN_JWT_JWKS_URL`"), "{problem}");
        assert!(!problem.contains("hidden"), "{problem}");
    }
    let config = read("PURLIN_JWT_SECRET_ID", "platform/jwt").expect("a name");
    assert!(matches!(config.jwt_keys(), JwtKeys::SecretId(id) if id == "platform/jwt"));
    let problem = read("PURLIN_JWT_SECRET_ID", " ").expect_err("blank").to_string();
    assert_eq!(problem, "environment variable `PURLIN_JWT_SECRET_ID` is blank");
}
