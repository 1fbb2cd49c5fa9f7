//! Who is authorized to what, and clients and permissions for the tests of others.

use super::*;
use crate::config::tests::{config, config_with};
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

/// Clients that reach nothing, nor the keys that tokens are checked with.
pub(crate) fn keyless() -> Shared {
    // Nothing listens there any more.
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let url = format!("http://{}/keys", port.expect("a port is free"));
    let settings = [("PURLIN_JWT_SECRET", None), ("PURLIN_JWT_JWKS_URL", Some(&*url))];
    let clients = shared();
    Shared::with_clients(
        config_with(&settings),
        clients.dynamodb().clone(),
        clients.eventbridge().clone(),
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

    fn is_privileged(self) -> bool {
        self == Self::Write
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
    let text = format!("{shared:?} {:?} {permit:?}", Context::without_caller(&shared, "request"));
    assert!(!text.contains("secret-of"), "{text}");
}
