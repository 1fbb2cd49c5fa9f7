//! Where the keys come from that tokens are verified with.

use std::net::IpAddr;

use super::secret::Secret;
use super::{Vars, long_enough, not_blank};

/// The variables that each name a place for keys.
const SOURCES: [&str; 3] = ["PURLIN_JWT_SECRET", "PURLIN_JWT_SECRET_ID", "PURLIN_JWT_JWKS_URL"];

/// The one place that keys come from. Were there two, a token could be signed with the weaker one's.
#[derive(Clone, Debug)]
pub(crate) enum JwtKeys {
    /// The settings: a secret for HS256.
    Secret(Secret),
    /// AWS Secrets Manager: a secret for HS256, by its name or ARN.
    SecretId(String),
    /// A set of public keys that the issuer publishes.
    JwksUrl(String),
}

impl Vars {
    /// As with every variable, a stand-in is returned with the problem noted.
    pub(super) fn jwt_keys(&mut self) -> JwtKeys {
        let set: Vec<&str> =
            SOURCES.into_iter().filter(|name| self.values.contains_key(*name)).collect();
        let [secret, id, url] = SOURCES;
        match set[..] {
            [name] if name == secret => JwtKeys::Secret(self.required(name, long_enough)),
            [name] if name == id => JwtKeys::SecretId(self.required(name, not_blank)),
            [name] => JwtKeys::JwksUrl(self.required(name, secure_url)),
            [] => self.refuse(format!(
                "one of the environment variables `{secret}`, `{id}` and `{url}` is missing"
            )),
            _ => {
                let names = set.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
                self.refuse(format!(
                    "only one of the environment variables {} may be set",
                    names.join(" and ")
                ))
            }
        }
    }

    fn refuse(&mut self, problem: String) -> JwtKeys {
        self.problems.push(problem);
        JwtKeys::Secret(Secret::default())
    }
}

/// A URL whose answer nobody on the way can change: `https`, or on this machine.
fn secure_url(value: &str) -> Result<String, &'static str> {
    let problem = "is not a URL such as `https://issuer.example/.well-known/jwks.json`";
    let url: http::Uri = value.parse().map_err(|_| problem)?;
    let (Some(authority), Some(scheme)) = (url.authority(), url.scheme_str()) else {
        return Err(problem);
    };
    if authority.host().is_empty() {
        return Err(problem);
    }
    if authority.as_str().contains('@') {
        return Err("holds a user's name or password, which would be shown in the log");
    }
    match scheme {
        "https" => Ok(value.to_owned()),
        "http" if is_loopback(authority.host()) => Ok(value.to_owned()),
        "http" => Err("is not `https`, without which anybody on the way could change the keys"),
        _ => Err(problem),
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
