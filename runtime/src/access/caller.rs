//! The caller of an operation, and what a request's credential says of it.

use crate::permission::Grants;

/// The caller of an operation, known from a credential whose every check passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    subject: String,
    role: String,
    grants: Grants,
    api_key: Option<String>,
}

impl Caller {
    /// A caller with these grants, as a credential would have made it.
    #[must_use]
    pub fn new(subject: impl Into<String>, role: impl Into<String>, grants: Grants) -> Self {
        Self { subject: subject.into(), role: role.into(), grants, api_key: None }
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

    /// What it holds: what its role does, within the limits of the credential.
    #[must_use]
    pub fn grants(&self) -> Grants {
        self.grants
    }

    /// The digits of the API key's id, where the credential is one.
    #[must_use]
    pub fn api_key(&self) -> Option<&str> {
        self.api_key.as_deref()
    }

    /// The same caller, by an API key with this id.
    pub(crate) fn by_key(mut self, id: &str) -> Self {
        self.api_key = Some(id.to_owned());
        self
    }
}

/// What the request says about who sends it.
pub(crate) enum Credential {
    /// Nothing.
    Missing,
    /// Something that does not hold. Why is in the log.
    Refused,
    /// Something that cannot be checked now, since the keys for it cannot be had.
    Unavailable,
    /// A caller.
    Valid(Caller),
}

/// What a role holds, or `None` where there is no such role.
pub(crate) type GrantsOf = fn(&str) -> Option<Grants>;
