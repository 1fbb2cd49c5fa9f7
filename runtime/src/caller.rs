//! Who calls: the credential of a request, checked once, before the operation runs.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::permission::Grants;
use crate::token::Verifier;

/// The caller of an operation, known from a credential whose every check passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    subject: String,
    role: String,
    grants: Grants,
}

impl Caller {
    /// A caller with these grants, as a credential would have made it.
    #[must_use]
    pub fn new(subject: impl Into<String>, role: impl Into<String>, grants: Grants) -> Self {
        Self { subject: subject.into(), role: role.into(), grants }
    }

    /// Who it is: the id that owns what the caller creates.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The role it acts in.
    #[must_use]
    pub fn role(&self) -> &str {
        &self.role
    }

    /// What the role holds.
    #[must_use]
    pub fn grants(&self) -> Grants {
        self.grants
    }
}

/// What the request says about who sends it.
pub(crate) enum Credential {
    /// Nothing.
    Missing,
    /// Something that does not hold. Why is in the log.
    Refused,
    /// A caller.
    Valid(Caller),
}

/// What a role holds, or `None` where there is no such role.
pub(crate) type GrantsOf = fn(&str) -> Option<Grants>;

/// Checks the credential of a request: `Authorization: Bearer` and a token.
///
/// Refusing is left to the operation, since a public one needs no caller.
pub(crate) fn authenticate(
    headers: &HeaderMap,
    verifier: &Verifier,
    grants_of: GrantsOf,
) -> Credential {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Credential::Missing };
    // Two credentials could be read differently by the two ends of a proxy.
    if values.next().is_some() {
        return refuse(&"more than one `authorization` header");
    }
    let Some(token) = value.to_str().ok().and_then(bearer) else {
        return refuse(&"the `authorization` header is not `Bearer` and a token");
    };
    match verifier.verify(token) {
        Ok(bearer) => match grants_of(&bearer.role) {
            Some(grants) => {
                Credential::Valid(Caller { subject: bearer.subject, role: bearer.role, grants })
            }
            None => refuse(&"the token's role does not exist"),
        },
        Err(refusal) => refuse(&refusal),
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
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::config::tests::config;
    use crate::token;

    fn credential(values: &[&str]) -> Credential {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).expect("a header value"));
        }
        let grants_of = |role: &str| (role == "admin").then(|| Grants::NONE.any(0));
        authenticate(&headers, &Verifier::new(&config()), grants_of)
    }

    fn signed(role: &str) -> String {
        token::sign(&config(), "user_1", role, 60).expect("the token is signed")
    }

    #[test]
    fn a_good_token_makes_a_caller() {
        let token = signed("admin");
        for value in [format!("Bearer {token}"), format!("bearer  {token} ")] {
            let Credential::Valid(caller) = credential(&[&value]) else {
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
        let basic = format!("Basic {token}");
        for value in ["", "Bearer", "Bearer ", &basic, &token, &unknown_role] {
            assert!(matches!(credential(&[value]), Credential::Refused), "accepted: {value}");
        }
    }

    #[test]
    fn two_credentials_are_refused() {
        let value = format!("Bearer {}", signed("admin"));
        assert!(matches!(credential(&[&value, &value]), Credential::Refused));
    }
}
