//! Who calls: the credential of a request, checked once, before the operation runs.

use aws_config::SdkConfig;
use http::header::{AUTHORIZATION, HeaderName};
use http::{HeaderMap, HeaderValue};

use crate::config::RuntimeConfig;
use crate::context::Context;

mod api_key;
mod cache;
mod caller;
mod clock;
#[cfg(fuzzing)]
pub mod fuzzing;
mod jwks;
mod jwt;
mod key;
mod origin;
mod refresh;
mod refusal;
mod stored_secret;
#[cfg(test)]
mod testing;
mod verifier;

pub(crate) use api_key::ApiKeys;
pub use api_key::{AccessKey, IssuedKey, NewKey, StoredKey};
pub use caller::Caller;
pub(crate) use caller::{Credential, GrantsOf};
pub(crate) use clock::{Clock, now};
pub(crate) use key::MIN_SECRET_BYTES;

use verifier::{Rejection, Verifier};

/// The header of an API key.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// What credentials are checked with, made once for all requests of a process.
pub(crate) struct Access {
    tokens: Verifier,
    keys: api_key::Checker,
}

/// What an application knows of its callers.
pub(crate) struct Doors {
    pub(crate) grants_of: GrantsOf,
    /// How its API keys are looked up, where it has any.
    pub(crate) api_keys: Option<ApiKeys>,
}

/// The one credential that a request presents.
enum Presented<'a> {
    Token(&'a HeaderValue),
    AccessKey(&'a HeaderValue),
}

impl Access {
    /// `sdk` is what the AWS clients are made of, where one of them may be needed to fetch a key.
    pub(crate) fn new(config: &RuntimeConfig, sdk: Option<SdkConfig>) -> Self {
        Self {
            tokens: Verifier::new(config, sdk, Clock::system()),
            keys: api_key::Checker::new(Clock::system()),
        }
    }

    /// Checks the credential of a request: `Authorization: Bearer` and a token, or `x-api-key`. What is looked up for
    /// it is looked up in `ctx`.
    ///
    /// Refusing is left to the operation, since a public one needs no caller.
    pub(crate) async fn authenticate(
        &self,
        headers: &HeaderMap,
        doors: &Doors,
        ctx: &Context,
    ) -> Credential {
        match presented(headers) {
            Ok(None) => Credential::Missing,
            Ok(Some(Presented::Token(value))) => self.check_token(value, doors.grants_of).await,
            Ok(Some(Presented::AccessKey(value))) => match &doors.api_keys {
                Some(keys) => self.keys.check(value, keys, doors.grants_of, ctx).await,
                None => refuse(&"no API key is accepted"),
            },
            Err(cause) => refuse(&cause),
        }
    }

    async fn check_token(&self, value: &HeaderValue, grants_of: GrantsOf) -> Credential {
        let Some(token) = value.to_str().ok().and_then(bearer) else {
            return refuse(&"the `authorization` header is not `Bearer` and a token");
        };
        match self.tokens.verify(token).await {
            Ok(bearer) => match grants_of(&bearer.role) {
                Some(grants) => Credential::Valid(Caller::new(bearer.subject, bearer.role, grants)),
                None => refuse(&"the token's role does not exist"),
            },
            Err(Rejection::Refused(refusal)) => refuse(&refusal),
            // Why is in the log already, once for each attempt rather than for each request.
            Err(Rejection::Unavailable) => Credential::Unavailable,
        }
    }
}

/// The credential that the headers hold. Two could be read differently by the two ends of a proxy.
fn presented(headers: &HeaderMap) -> Result<Option<Presented<'_>>, &'static str> {
    let mut tokens = headers.get_all(AUTHORIZATION).iter();
    let mut keys = headers.get_all(API_KEY).iter();
    match (tokens.next(), keys.next()) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err("both an `authorization` and an `x-api-key` header"),
        (Some(_), None) if tokens.next().is_some() => Err("more than one `authorization` header"),
        (None, Some(_)) if keys.next().is_some() => Err("more than one `x-api-key` header"),
        (Some(token), None) => Ok(Some(Presented::Token(token))),
        (None, Some(key)) => Ok(Some(Presented::AccessKey(key))),
    }
}

/// The token, where the scheme is `Bearer` in any case (RFC 9110, section 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_matches(' '))
}

fn refuse(cause: &dyn std::fmt::Display) -> Credential {
    tracing::info!(%cause, "credential refused");
    Credential::Refused
}

#[cfg(test)]
pub(crate) use clock::tests::Hands;

#[cfg(test)]
mod tests;
