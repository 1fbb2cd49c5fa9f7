//! What an operation works with: what all requests share, the caller and the request id of this one.

use std::fmt;
use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use crate::access::{Caller, Credential};
use crate::audit::Audit;
use crate::config::RuntimeConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{EntityRef, Event, Kind, Metadata, TraceContext, emission};
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
    /// Nothing while it is not known yet, and where nobody calls.
    credential: OnceLock<Credential>,
    request_id: String,
    origin: Origin,
    meter: Meter,
    /// The entity of an item that was there, and kept from the caller as somebody else's: the first one.
    withheld: OnceLock<&'static str>,
}

/// What a piece of work came of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origin {
    /// The event that it reacts to.
    pub(crate) causation_id: Option<String>,
    /// Who caused that event.
    pub(crate) actor: Option<String>,
    pub(crate) trace: Option<TraceContext>,
}

impl Context {
    pub(crate) fn new(shared: &Shared, credential: Credential, request_id: String) -> Self {
        Self::of(shared, OnceLock::from(credential), request_id, Origin::default())
    }

    fn of(
        shared: &Shared,
        credential: OnceLock<Credential>,
        request_id: String,
        origin: Origin,
    ) -> Self {
        let (shared, meter, withheld) = (shared.clone(), Meter::default(), OnceLock::new());
        let inner = ContextInner { shared, credential, request_id, origin, meter, withheld };
        Self { inner: Arc::new(inner) }
    }

    /// A context without a caller, for work that came of something else.
    pub(crate) fn after(shared: &Shared, request_id: String, origin: Origin) -> Self {
        Self::of(shared, OnceLock::new(), request_id, origin)
    }

    /// Says who presents the request. Until then nobody does, and then nobody else can.
    pub(crate) fn identify(&self, credential: Credential) {
        let _ = self.inner.credential.set(credential);
    }

    /// A context without a caller, for work that no request started. It is denied every permission.
    #[must_use]
    pub fn without_caller(shared: &Shared, request_id: impl Into<String>) -> Self {
        Self::of(shared, OnceLock::new(), request_id.into(), Origin::default())
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
        match self.credential() {
            Credential::Valid(caller) => Some(caller),
            Credential::Missing | Credential::Refused | Credential::Unavailable => None,
        }
    }

    /// On whose behalf this is done: the caller's, or that of who caused the event which is reacted to.
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        self.caller().map(Caller::subject).or(self.inner.origin.actor.as_deref())
    }

    /// The event that is reacted to; nothing where a request is answered.
    #[must_use]
    pub fn causation_id(&self) -> Option<&str> {
        self.inner.origin.causation_id.as_deref()
    }

    /// The trace that this is a part of, where one is known.
    #[must_use]
    pub fn trace(&self) -> Option<TraceContext> {
        self.inner.origin.trace
    }

    /// What is known of an event that happens now.
    pub(crate) fn metadata<'m>(
        &'m self,
        kind: Kind<'m>,
        entity: Option<EntityRef<'m>>,
    ) -> Metadata<'m> {
        let id = Uuid::now_v7();
        Metadata {
            event_id: id.to_string().into(),
            detail_type: kind.detail_type.into(),
            version: kind.version,
            source: kind.source.into(),
            time: emission::moment(id),
            entity,
            actor: self.actor().map(Into::into),
            correlation_id: self.request_id().into(),
            causation_id: self.causation_id().map(Into::into),
            traceparent: self.trace().map(|trace| trace.child().to_string().into()),
        }
    }

    /// The request's id, as the caller sees it in a problem and an operator in the log. Whatever came of the request
    /// has the same one: it is the correlation id of events.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.inner.request_id
    }

    /// Who calls.
    ///
    /// # Errors
    ///
    /// Unauthenticated (401) without a valid credential, unavailable (503) where one cannot be checked.
    pub(crate) fn known(&self) -> Result<&Caller> {
        let unauthenticated =
            |detail| Error::new(ErrorKind::Unauthenticated, "unauthenticated", detail);
        match self.credential() {
            Credential::Valid(caller) => Ok(caller),
            Credential::Missing => Err(unauthenticated("a bearer token or an API key is required")),
            Credential::Refused => Err(unauthenticated("the credential is not valid")),
            // Not a 401: a client would throw away a credential that may well be valid.
            Credential::Unavailable => {
                let detail = "the credential cannot be checked at the moment";
                Err(Error::new(ErrorKind::Unavailable, "unavailable", detail))
            }
        }
    }

    /// Checks that the caller holds `permission`.
    ///
    /// # Errors
    ///
    /// Unauthenticated (401) without a valid credential, unavailable (503) where one cannot be checked, denied
    /// (403) without the permission.
    pub fn authorize<P: PermissionType>(&self) -> Result<Permit<P>> {
        let caller = self.known()?;
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

    pub(crate) fn credential(&self) -> &Credential {
        self.inner.credential.get().unwrap_or(&Credential::Missing)
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.inner.shared
    }

    pub(crate) fn audit(&self) -> &Audit {
        self.inner.shared.audit()
    }

    /// Notes that an item of this entity is there, and is kept from the caller as somebody else's. The caller is
    /// told that there is nothing; the audit is not.
    pub(crate) fn note_withheld(&self, entity: &'static str) {
        // The first one is what the request was about.
        let _ = self.inner.withheld.set(entity);
    }

    pub(crate) fn withheld(&self) -> Option<&'static str> {
        self.inner.withheld.get().copied()
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
pub(crate) mod tests;
