//! What an operation works with: what all requests share, the caller and the request id of this one.

use std::fmt;
use std::sync::Arc;

use crate::access::{Caller, Credential};
use crate::config::RuntimeConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::permission::{PermissionType, Permissions as _, Permit, Scope};
use crate::publisher::EventPublisher;
use crate::rate::Rates;
use crate::shared::Shared;
use crate::usage::{Meter, Usage};

/// What one request's operation works with. Cloning it is cheap.
#[derive(Clone)]
pub struct Context {
    inner: Arc<ContextInner>,
}

struct ContextInner {
    shared: Shared,
    credential: Credential,
    request_id: String,
    meter: Arc<Meter>,
}

impl Context {
    pub(crate) fn new(shared: &Shared, credential: Credential, request_id: String) -> Self {
        let (shared, meter) = (shared.clone(), Arc::default());
        Self { inner: Arc::new(ContextInner { shared, credential, request_id, meter }) }
    }

    /// The same context for whoever presents this credential.
    pub(crate) fn presenting(&self, credential: Credential) -> Self {
        let ContextInner { shared, request_id, meter, .. } = &*self.inner;
        Self {
            inner: Arc::new(ContextInner {
                shared: shared.clone(),
                credential,
                request_id: request_id.clone(),
                meter: Arc::clone(meter),
            }),
        }
    }

    /// A context without a caller, for work that no request started. It is denied every permission.
    #[must_use]
    pub fn without_caller(shared: &Shared, request_id: impl Into<String>) -> Self {
        Self::new(shared, Credential::Missing, request_id.into())
    }

    /// A context on behalf of `caller`, for work started elsewhere than by a request with its credential.
    #[must_use]
    pub fn on_behalf_of(shared: &Shared, caller: Caller, request_id: impl Into<String>) -> Self {
        Self::new(shared, Credential::Valid(caller), request_id.into())
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &RuntimeConfig {
        self.inner.shared.config()
    }

    /// The DynamoDB client.
    #[must_use]
    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        self.inner.shared.dynamodb()
    }

    /// The name of the DynamoDB table.
    #[must_use]
    pub fn table(&self) -> &str {
        self.config().table()
    }

    /// Publishes events on the platform's bus, with this request's id and caller in their metadata.
    #[must_use]
    pub fn events(&self) -> EventPublisher<'_> {
        EventPublisher::new(self)
    }

    /// Publishes one event; [`events`](Self::events) publishes several.
    ///
    /// # Errors
    ///
    /// See [`EventPublisher::publish`].
    pub async fn publish<E: Event>(&self, event: &E) -> Result<()> {
        self.events().publish(event).await
    }

    /// Who calls, if a valid credential was presented.
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        match &self.inner.credential {
            Credential::Valid(caller) => Some(caller),
            Credential::Missing | Credential::Refused | Credential::Unavailable => None,
        }
    }

    /// The request's id, as the caller sees it in a problem and an operator in the log.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.inner.request_id
    }

    /// Checks that the caller holds `permission`.
    ///
    /// # Errors
    ///
    /// Unauthenticated (401) without a valid credential, unavailable (503) where one cannot be checked, denied
    /// (403) without the permission.
    pub fn authorize<P: PermissionType>(&self) -> Result<Permit<P>> {
        let unauthenticated =
            |detail| Error::new(ErrorKind::Unauthenticated, "unauthenticated", detail);
        let caller = match &self.inner.credential {
            Credential::Valid(caller) => caller,
            Credential::Missing => {
                return Err(unauthenticated("a bearer token or an API key is required"));
            }
            Credential::Refused => return Err(unauthenticated("the credential is not valid")),
            // Not a 401: a client would throw away a credential that may well be valid.
            Credential::Unavailable => {
                let detail = "the credential cannot be checked at the moment";
                return Err(Error::new(ErrorKind::Unavailable, "unavailable", detail));
            }
        };
        let index = P::PERMISSION.index();
        if !caller.grants().holds(index) {
            let detail = format!("the permission `{}` is required", P::PERMISSION.name());
            return Err(Error::new(ErrorKind::Denied, "permission-denied", detail));
        }
        let scope = if caller.grants().reaches_any(index) {
            Scope::Any
        } else {
            Scope::Own(caller.subject().to_owned())
        };
        Ok(Permit::new(self.clone(), caller, scope))
    }

    /// The requests that this context has sent to DynamoDB so far, and what they cost.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.inner.meter.usage()
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.inner.meter
    }

    pub(crate) fn rates(&self) -> &Rates {
        self.inner.shared.rates()
    }

    pub(crate) fn cursor_secret(&self) -> &[u8] {
        self.config().cursor_secret()
    }

    pub(crate) fn eventbridge(&self) -> &aws_sdk_eventbridge::Client {
        self.inner.shared.eventbridge()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request_id", &self.request_id())
            .field("caller", &self.caller())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::config::tests::config;
    use crate::permission::{Grants, Permissions};

    /// Clients that reach nothing: enough for what never calls AWS.
    pub(crate) fn shared() -> Shared {
        let dynamodb = aws_sdk_dynamodb::Config::builder().behavior_version_latest().build();
        let eventbridge = aws_sdk_eventbridge::Config::builder().behavior_version_latest().build();
        Shared::with_clients(
            config(),
            aws_sdk_dynamodb::Client::from_conf(dynamodb),
            aws_sdk_eventbridge::Client::from_conf(eventbridge),
        )
    }

    /// Two permissions and a role for each way of holding the first.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum TestPermission {
        Read,
        Write,
    }

    /// The types of both, as the derive makes them.
    pub(crate) mod thing {
        use super::TestPermission;
        use crate::permission::PermissionType;

        #[derive(Debug)]
        pub(crate) enum Read {}

        impl PermissionType for Read {
            type Catalogue = TestPermission;
            const PERMISSION: TestPermission = TestPermission::Read;
        }

        #[derive(Debug)]
        pub(crate) enum Write {}

        impl PermissionType for Write {
            type Catalogue = TestPermission;
            const PERMISSION: TestPermission = TestPermission::Write;
        }
    }

    impl Permissions for TestPermission {
        const ALL: &'static [Self] = &[Self::Read, Self::Write];
        const ROLES: &'static [&'static str] = &["owner", "admin", "guest"];

        fn name(self) -> &'static str {
            match self {
                Self::Read => "thing:read",
                Self::Write => "thing:write",
            }
        }

        fn index(self) -> u32 {
            self as u32
        }

        fn grants(role: &str) -> Option<Grants> {
            match role {
                "owner" => Some(Grants::NONE.own(0)),
                "admin" => Some(Grants::NONE.any(0).any(1)),
                "guest" => Some(Grants::NONE),
                _ => None,
            }
        }
    }

    fn authorize<P: PermissionType>(role: &str) -> Result<Permit<P>> {
        let grants = TestPermission::grants(role).expect("the role exists");
        Context::on_behalf_of(&shared(), Caller::new("user_1", role, grants), "request").authorize()
    }

    #[test]
    fn a_role_reaches_its_own_or_everybodys() {
        let owner = authorize::<thing::Read>("owner").expect("it is held");
        assert_eq!(owner.scope(), &Scope::Own("user_1".to_owned()));
        let admin = authorize::<thing::Read>("admin").expect("it is held");
        assert_eq!(admin.scope(), &Scope::Any);
        assert_eq!(admin.subject::<String>().ok().as_deref(), Some("user_1"));
    }

    #[test]
    fn a_permission_not_held_is_denied_by_name() {
        let write = authorize::<thing::Write>("owner").expect_err("it is not held");
        let read = authorize::<thing::Read>("guest").expect_err("it is not held");
        for (error, permission) in [(write, "thing:write"), (read, "thing:read")] {
            assert!(error.is_denied());
            assert!(error.to_string().contains(permission), "{error}");
        }
    }

    #[test]
    fn a_subject_of_another_form_is_denied() {
        let permit = authorize::<thing::Read>("admin").expect("it is held");
        let error = permit.subject::<u64>().expect_err("it is not a number");
        assert!(error.is_denied());
    }

    #[test]
    fn without_a_valid_credential_nobody_is_authorized() {
        for credential in [Credential::Missing, Credential::Refused] {
            let ctx = Context::new(&shared(), credential, "request".to_owned());
            let error = ctx.authorize::<thing::Read>().expect_err("nobody calls");
            assert!(error.is_unauthenticated());
            assert_eq!(ctx.caller(), None);
        }
        let ctx = Context::new(&shared(), Credential::Unavailable, "request".to_owned());
        let error = ctx.authorize::<thing::Read>().expect_err("nobody is known to call");
        assert!(error.is_unavailable() && !error.is_unauthenticated());
        assert_eq!(ctx.caller(), None);
    }

    #[test]
    fn debug_shows_no_secret() {
        let shared = shared();
        let permit = authorize::<thing::Read>("owner").expect("it is held");
        let text =
            format!("{shared:?} {:?} {permit:?}", Context::without_caller(&shared, "request"));
        assert!(!text.contains("secret-of"), "{text}");
    }
}
