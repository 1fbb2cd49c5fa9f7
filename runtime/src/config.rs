//! The settings of a running function, read once from the environment.

use std::collections::HashMap;
use std::env;
use std::fmt;

use aws_sdk_dynamodb::config::Credentials;
use tracing_subscriber::filter::Targets;

use crate::access::MIN_SECRET_BYTES;

mod jwt_keys;
mod secret;

pub(crate) use jwt_keys::JwtKeys;
use secret::Secret;

/// Denials of nobody known that are published in a minute, where nothing is said: enough to be seen, and no bill.
const AUDIT_EVENTS_PER_MINUTE: u32 = 60;

/// The settings of a running function. Its `Debug` form shows no secret.
#[derive(Clone, Debug)]
pub struct RuntimeConfig {
    region: String,
    environment: String,
    table: String,
    event_bus: String,
    jwt_keys: JwtKeys,
    jwt_issuer: String,
    jwt_audience: String,
    cursor_secret: Secret,
    credentials: Option<Credentials>,
    dynamodb_endpoint: Option<String>,
    eventbridge_endpoint: Option<String>,
    secrets_manager_endpoint: Option<String>,
    log: Targets,
    audit_events_per_minute: u32,
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
    /// Required: `AWS_REGION`, `PURLIN_TABLE`, `PURLIN_EVENT_BUS`, `PURLIN_JWT_ISSUER`, `PURLIN_JWT_AUDIENCE`,
    /// `PURLIN_CURSOR_SECRET` (32 bytes or more), and exactly one place to take the keys of tokens from:
    /// `PURLIN_JWT_SECRET` (32 bytes or more), `PURLIN_JWT_SECRET_ID` (a name or ARN in AWS Secrets Manager) or
    /// `PURLIN_JWT_JWKS_URL` (an `https` URL). Optional: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
    /// `AWS_SESSION_TOKEN`, in whose absence the SDK's default chain looks for credentials;
    /// `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_EVENTBRIDGE` and `AWS_ENDPOINT_URL_SECRETS_MANAGER`, where
    /// not AWS itself answers; `PURLIN_LOG`, which targets log at which level (`info`, or `warn,purlin=debug`),
    /// `info` where absent; `PURLIN_ENVIRONMENT` (`dev`, `staging`, `prod`, …), `local` where absent;
    /// `PURLIN_AUDIT_EVENTS_PER_MINUTE`, how many denials of nobody known a process publishes in a minute at most,
    /// 60 where absent.
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
            environment: vars
                .optional("PURLIN_ENVIRONMENT", Self::environment_label)
                .unwrap_or_else(|| "local".to_owned()),
            table: vars.required("PURLIN_TABLE", not_blank),
            event_bus: vars.required("PURLIN_EVENT_BUS", not_blank),
            jwt_keys: vars.jwt_keys(),
            jwt_issuer: vars.required("PURLIN_JWT_ISSUER", not_blank),
            jwt_audience: vars.required("PURLIN_JWT_AUDIENCE", not_blank),
            cursor_secret: vars.required("PURLIN_CURSOR_SECRET", long_enough),
            credentials: vars.credentials(),
            dynamodb_endpoint: vars.optional("AWS_ENDPOINT_URL_DYNAMODB", http_url),
            eventbridge_endpoint: vars.optional("AWS_ENDPOINT_URL_EVENTBRIDGE", http_url),
            secrets_manager_endpoint: vars.optional("AWS_ENDPOINT_URL_SECRETS_MANAGER", http_url),
            log: vars.optional("PURLIN_LOG", log_filter).unwrap_or_else(default_log),
            audit_events_per_minute: vars
                .optional("PURLIN_AUDIT_EVENTS_PER_MINUTE", whole_number)
                .unwrap_or(AUDIT_EVENTS_PER_MINUTE),
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

    /// Which of the platform's environments this is, for example `prod`.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
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

    pub(crate) fn secrets_manager_endpoint(&self) -> Option<&str> {
        self.secrets_manager_endpoint.as_deref()
    }

    pub(crate) fn jwt_keys(&self) -> &JwtKeys {
        &self.jwt_keys
    }

    pub(crate) fn cursor_secret(&self) -> &[u8] {
        self.cursor_secret.expose()
    }

    /// The credentials that the environment gives; without them, the SDK's default chain looks for some.
    #[must_use]
    pub fn credentials(&self) -> Option<Credentials> {
        self.credentials.clone()
    }

    pub(crate) fn log(&self) -> &Targets {
        &self.log
    }

    pub(crate) fn audit_events_per_minute(&self) -> u32 {
        self.audit_events_per_minute
    }

    fn environment_label(value: &str) -> Result<String, &'static str> {
        let letters = value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if letters && (1..=16).contains(&value.len()) {
            Ok(value.to_owned())
        } else {
            Err("is not a name of 1 to 16 lower-case letters and digits, such as `prod`")
        }
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
        // A blank one is none, as every SDK of AWS has it: only credentials that last have no token.
        let token = self.optional("AWS_SESSION_TOKEN", |token| Ok(token.to_owned()));
        let token = token.filter(|token| !token.trim().is_empty());
        Some(Credentials::new(key, secret, token, None, "environment"))
    }
}

fn not_blank(value: &str) -> Result<String, &'static str> {
    if value.trim().is_empty() { Err("is blank") } else { Ok(value.to_owned()) }
}

fn long_enough(value: &str) -> Result<Secret, &'static str> {
    if value.len() < MIN_SECRET_BYTES {
        Err("is shorter than 32 bytes")
    } else {
        Ok(Secret::from(value))
    }
}

fn http_url(value: &str) -> Result<String, &'static str> {
    let url = value.parse::<http::Uri>().ok().filter(|url| {
        matches!(url.scheme_str(), Some("http" | "https"))
            && url.host().is_some_and(|host| !host.is_empty())
    });
    url.map(|_| value.to_owned()).ok_or("is not a URL such as `http://127.0.0.1:8000`")
}

fn whole_number(value: &str) -> Result<u32, &'static str> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| digits).ok_or("is not a whole number such as `60`")
}

fn log_filter(value: &str) -> Result<Targets, &'static str> {
    value.parse().map_err(|_| "is not a filter such as `info` or `warn,purlin=debug`")
}

fn default_log() -> Targets {
    Targets::new().with_default(tracing::Level::INFO)
}

#[cfg(test)]
pub(crate) mod tests;
