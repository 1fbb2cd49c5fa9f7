//! The settings of a running function, read once from the environment.

use std::collections::HashMap;
use std::env;
use std::fmt;

use aws_sdk_dynamodb::config::Credentials;
use tracing_subscriber::filter::Targets;

/// HMAC-SHA-256 keys shorter than its 32-byte output weaken it (RFC 7518, section 3.2).
const MIN_SECRET_BYTES: usize = 32;

/// The settings of a running function. Its `Debug` form shows no secret.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    region: String,
    table: String,
    event_bus: String,
    jwt_secret: Secret,
    jwt_issuer: String,
    jwt_audience: String,
    cursor_secret: Secret,
    credentials: Option<Credentials>,
    dynamodb_endpoint: Option<String>,
    eventbridge_endpoint: Option<String>,
    log: Targets,
}

impl RuntimeConfig {
    /// Reads the settings from the process's environment.
    ///
    /// # Errors
    ///
    /// See [`from_vars`](Self::from_vars).
    pub fn from_env() -> Result<Self, ConfigError> {
        // A variable that is not Unicode cannot be one of ours, unless it is malformed: then its lossy form is
        // refused or shows where it is wrong.
        let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        Self::from_vars(env::vars_os().map(|(name, value)| (lossy(name), lossy(value))))
    }

    /// Reads the settings from `vars`, pairs of name and value; names it does not know are ignored.
    ///
    /// Required: `AWS_REGION`, `PURLIN_TABLE`, `PURLIN_EVENT_BUS`, `PURLIN_JWT_SECRET` and `PURLIN_CURSOR_SECRET`
    /// (32 bytes or more), `PURLIN_JWT_ISSUER`, `PURLIN_JWT_AUDIENCE`. Optional: `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, in whose absence the SDK's default chain looks for
    /// credentials; `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL_EVENTBRIDGE`, where not AWS itself answers;
    /// `PURLIN_LOG`, which targets log at which level (`info`, or `warn,purlin=debug`), `info` where absent.
    ///
    /// # Errors
    ///
    /// Every variable that is missing or malformed, by its name.
    pub fn from_vars(
        vars: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut vars = Vars { values: vars.into_iter().collect(), problems: Vec::new() };
        let config = Self {
            region: vars.required("AWS_REGION", Self::region_label),
            table: vars.required("PURLIN_TABLE", not_blank),
            event_bus: vars.required("PURLIN_EVENT_BUS", not_blank),
            jwt_secret: Secret(vars.required("PURLIN_JWT_SECRET", long_enough).into_bytes()),
            jwt_issuer: vars.required("PURLIN_JWT_ISSUER", not_blank),
            jwt_audience: vars.required("PURLIN_JWT_AUDIENCE", not_blank),
            cursor_secret: Secret(vars.required("PURLIN_CURSOR_SECRET", long_enough).into_bytes()),
            credentials: vars.credentials(),
            dynamodb_endpoint: vars.optional("AWS_ENDPOINT_URL_DYNAMODB", http_url),
            eventbridge_endpoint: vars.optional("AWS_ENDPOINT_URL_EVENTBRIDGE", http_url),
            log: vars.optional("PURLIN_LOG", log_filter).unwrap_or_else(default_log),
        };
        if vars.problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError { problems: vars.problems })
        }
    }

    /// The AWS region, for example `eu-central-1`.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The name of the DynamoDB table.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The name or ARN of the event bus.
    #[must_use]
    pub fn event_bus(&self) -> &str {
        &self.event_bus
    }

    /// Where DynamoDB answers, if not at AWS's own endpoint.
    #[must_use]
    pub fn dynamodb_endpoint(&self) -> Option<&str> {
        self.dynamodb_endpoint.as_deref()
    }

    /// Where EventBridge answers, if not at AWS's own endpoint.
    #[must_use]
    pub fn eventbridge_endpoint(&self) -> Option<&str> {
        self.eventbridge_endpoint.as_deref()
    }

    /// Who issues the tokens that callers present.
    #[must_use]
    pub fn jwt_issuer(&self) -> &str {
        &self.jwt_issuer
    }

    /// For whom those tokens are issued: this platform.
    #[must_use]
    pub fn jwt_audience(&self) -> &str {
        &self.jwt_audience
    }

    pub(crate) fn jwt_secret(&self) -> &[u8] {
        &self.jwt_secret.0
    }

    pub(crate) fn cursor_secret(&self) -> &[u8] {
        &self.cursor_secret.0
    }

    pub(crate) fn credentials(&self) -> Option<Credentials> {
        self.credentials.clone()
    }

    pub(crate) fn log(&self) -> &Targets {
        &self.log
    }

    fn region_label(value: &str) -> Result<String, &'static str> {
        let label = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !value.is_empty() && value.chars().all(label) {
            Ok(value.to_owned())
        } else {
            Err("is not a region such as `eu-central-1`")
        }
    }
}

/// The variables of the environment that are missing or malformed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    // Each names its variable; none shows a value, which may be a secret put in the wrong place.
    problems: Vec<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

impl std::error::Error for ConfigError {}

#[derive(Clone)]
struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

struct Vars {
    values: HashMap<String, String>,
    problems: Vec<String>,
}

impl Vars {
    /// A stand-in is returned with the problem noted, so that one run names every variable at fault.
    fn required<T: Default>(&mut self, name: &str, read: fn(&str) -> Result<T, &'static str>) -> T {
        if !self.values.contains_key(name) {
            self.problems.push(format!("environment variable `{name}` is missing"));
            return T::default();
        }
        self.optional(name, read).unwrap_or_default()
    }

    fn optional<T>(&mut self, name: &str, read: fn(&str) -> Result<T, &'static str>) -> Option<T> {
        match read(self.values.get(name)?) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.problems.push(format!("environment variable `{name}` {reason}"));
                None
            }
        }
    }
}

impl Vars {
    /// Lambda puts the credentials of a function's role into its environment, for as long as the process lives.
    fn credentials(&mut self) -> Option<Credentials> {
        if !self.values.contains_key("AWS_ACCESS_KEY_ID") {
            return None;
        }
        let key = self.required("AWS_ACCESS_KEY_ID", not_blank);
        let secret = self.required("AWS_SECRET_ACCESS_KEY", not_blank);
        let token = self.optional("AWS_SESSION_TOKEN", not_blank);
        Some(Credentials::new(key, secret, token, None, "environment"))
    }
}

fn not_blank(value: &str) -> Result<String, &'static str> {
    if value.trim().is_empty() { Err("is blank") } else { Ok(value.to_owned()) }
}

fn long_enough(value: &str) -> Result<String, &'static str> {
    if value.len() < MIN_SECRET_BYTES {
        Err("is shorter than 32 bytes")
    } else {
        Ok(value.to_owned())
    }
}

fn http_url(value: &str) -> Result<String, &'static str> {
    let url = value.parse::<http::Uri>().ok().filter(|url| {
        matches!(url.scheme_str(), Some("http" | "https"))
            && url.host().is_some_and(|host| !host.is_empty())
    });
    url.map(|_| value.to_owned()).ok_or("is not a URL such as `http://127.0.0.1:8000`")
}

fn log_filter(value: &str) -> Result<Targets, &'static str> {
    value.parse().map_err(|_| "is not a filter such as `info` or `warn,purlin=debug`")
}

fn default_log() -> Targets {
    Targets::new().with_default(tracing::Level::INFO)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Settings for tests: no endpoint is reachable, and the secrets are not secret.
    pub(crate) fn config() -> RuntimeConfig {
        RuntimeConfig::from_vars(vars(&[])).expect("the settings are complete")
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
        RuntimeConfig::from_vars(vars(&[(name, value)]))
            .expect_err("the setting is wrong")
            .to_string()
    }

    #[test]
    fn every_required_variable_names_itself_when_missing() {
        for name in [
            "AWS_REGION",
            "PURLIN_TABLE",
            "PURLIN_EVENT_BUS",
            "PURLIN_JWT_SECRET",
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
            ("PURLIN_LOG", "purlin=loudly"),
        ] {
            let problem = problem(name, Some(value));
            assert!(problem.contains(&format!("`{name}`")), "{problem}");
            assert!(
                value.trim().is_empty() || !problem.contains(value),
                "a value is shown: {problem}"
            );
        }
    }

    #[test]
    fn all_problems_come_out_at_once() {
        let error =
            RuntimeConfig::from_vars([("PURLIN_LOG".to_owned(), "purlin=loudly".to_owned())])
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
    fn endpoints_are_optional() {
        assert_eq!(config().dynamodb_endpoint(), None);
        let vars = vars(&[("AWS_ENDPOINT_URL_DYNAMODB", Some("http://127.0.0.1:8000"))]);
        let config = RuntimeConfig::from_vars(vars).expect("the settings are complete");
        assert_eq!(config.dynamodb_endpoint(), Some("http://127.0.0.1:8000"));
    }
}
