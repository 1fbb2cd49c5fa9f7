//! A platform's operations, and the one door through which each of them is called.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use http::{HeaderMap, Method};
use tracing::Instrument;
use uuid::Uuid;

use crate::access::{AccessKey, ApiKeys, Doors};
use crate::audit::{self, Call, Outcome};
use crate::context::{Context, Origin};
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Emitted, TraceContext};
use crate::failure_event::{FailureEvent, Teller};
use crate::log::chain;
use crate::operation::Operation;
use crate::permission::{Grants, Permissions};
use crate::problem;
use crate::request::Request;
use crate::response::Response;
use crate::router::{RouteError, RouteMatch, Router};
use crate::shared::Shared;
use crate::subscriber::{Subscriber, Upcast};
use crate::table_index::TableIndex;
use crate::usage::Usage;

/// A platform: its operations, its permissions, and the indexes of its table.
///
/// ```
/// use purlin::{App, Context, Operation, Request, Response, Result};
///
/// async fn ping(_: Context, _: Request) -> Result<Response> {
///     Response::ok("pong")
/// }
///
/// let app = App::new("example").operations([Operation::public("ping", "GET", "/ping", ping)]);
/// assert_eq!(app.iter().count(), 1);
/// ```
pub struct App {
    name: &'static str,
    doors: Doors,
    index_of: fn(&str) -> Option<u32>,
    roles: &'static [&'static str],
    subject_prefix: &'static str,
    indexes: &'static [TableIndex],
    operations: Vec<Operation>,
    by_name: HashMap<&'static str, usize>,
    router: Router,
    emitted: &'static [Emitted],
    subscribers: Vec<Subscriber>,
    failures: Option<Teller>,
    upcasts: &'static [Upcast],
}

impl App {
    /// A platform without operations.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            doors: Doors { grants_of: |_| None, api_keys: None },
            index_of: |_| None,
            roles: &[],
            subject_prefix: "user",
            indexes: &[],
            operations: Vec::new(),
            by_name: HashMap::new(),
            router: Router::default(),
            emitted: &[],
            subscribers: Vec::new(),
            failures: None,
            upcasts: &[],
        }
    }

    /// Takes roles and what they hold from `P`. Without this no role exists, and no credential is accepted.
    #[must_use]
    pub fn permissions<P: Permissions>(mut self) -> Self {
        self.doors.grants_of = P::grants;
        self.roles = P::ROLES;
        self.index_of = |name| P::ALL.iter().find(|it| it.name() == name).map(|it| it.index());
        self
    }

    /// Takes API keys that are items of `E`, each limited to permissions of `P`.
    #[must_use]
    pub fn api_keys<E: AccessKey, P: Permissions>(mut self) -> Self {
        self.doors.api_keys = Some(ApiKeys::of::<E, P>());
        self
    }

    /// Names what the id of a caller begins with: `user`, where nothing is said.
    #[must_use]
    pub fn subject_prefix(mut self, prefix: &'static str) -> Self {
        self.subject_prefix = prefix;
        self
    }

    /// Names the table's global secondary indexes, and what each holds.
    #[must_use]
    pub fn indexes(mut self, indexes: &'static [TableIndex]) -> Self {
        self.indexes = indexes;
        self
    }

    /// Adds operations.
    ///
    /// # Panics
    ///
    /// If two operations have one name or one route, or a path is malformed: what is generated never has, so a
    /// test that builds the app shows it.
    #[must_use]
    pub fn operations(mut self, operations: impl IntoIterator<Item = Operation>) -> Self {
        for operation in operations {
            let place = self.operations.len();
            if let Err(problem) = self.router.add(operation.method(), operation.path(), place) {
                panic!("operation `{}`: {problem}", operation.name());
            }
            if self.by_name.insert(operation.name(), place).is_some() {
                panic!("operation `{}` is added twice", operation.name());
            }
            self.operations.push(operation);
        }
        self
    }

    /// Names the events that writes emit: those that the relay can make of items.
    #[must_use]
    pub fn emits(mut self, emitted: &'static [Emitted]) -> Self {
        self.emitted = emitted;
        self
    }

    /// Adds subscribers.
    ///
    /// # Panics
    ///
    /// If two have one name: what is generated never has, so a test that builds the app shows it.
    #[must_use]
    pub fn subscribers(mut self, subscribers: impl IntoIterator<Item = Subscriber>) -> Self {
        for subscriber in subscribers {
            if self.subscriber(subscriber.name()).is_some() {
                panic!("subscriber `{}` is added twice", subscriber.name());
            }
            self.subscribers.push(subscriber);
        }
        self
    }

    /// Names the code by hand that makes events of older versions into those of the next ones.
    #[must_use]
    pub fn upcasting(mut self, upcasts: &'static [Upcast]) -> Self {
        self.upcasts = upcasts;
        self
    }

    /// Names the event that tells what was given up.
    #[must_use]
    pub fn failures<V: FailureEvent + Send + 'static>(mut self) -> Self {
        self.failures = Some(Teller::of::<V>());
        self
    }

    /// The subscribers, in the order in which they were added.
    pub fn subscribed(&self) -> impl Iterator<Item = &Subscriber> {
        self.subscribers.iter()
    }

    /// The subscriber with this name.
    #[must_use]
    pub fn subscriber(&self, name: &str) -> Option<&Subscriber> {
        self.subscribers.iter().find(|subscriber| subscriber.name() == name)
    }

    /// The events that writes emit.
    #[must_use]
    pub fn emitted(&self) -> &'static [Emitted] {
        self.emitted
    }

    pub(crate) fn upcasts(&self) -> &'static [Upcast] {
        self.upcasts
    }

    pub(crate) fn teller(&self) -> Option<Teller> {
        self.failures
    }

    /// The platform's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The names of the roles, in the order in which they are declared.
    #[must_use]
    pub fn roles(&self) -> &'static [&'static str] {
        self.roles
    }

    /// What a role holds; `None` where there is no such role.
    #[must_use]
    pub fn grants_of(&self, role: &str) -> Option<Grants> {
        (self.doors.grants_of)(role)
    }

    /// Whether the permission of this name is among these grants. One that there is not never is.
    #[must_use]
    pub fn holds(&self, grants: Grants, permission: &str) -> bool {
        (self.index_of)(permission).is_some_and(|index| grants.holds(index))
    }

    /// What the id of a caller begins with.
    #[must_use]
    pub fn caller_prefix(&self) -> &'static str {
        self.subject_prefix
    }

    /// The table's global secondary indexes.
    #[must_use]
    pub fn table_indexes(&self) -> &'static [TableIndex] {
        self.indexes
    }

    /// The operations, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter()
    }

    /// The operation with this name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.by_name.get(name).map(|place| &self.operations[*place])
    }

    /// Finds the operation that a method and a path belong to, as API Gateway does in front of Lambda.
    ///
    /// # Errors
    ///
    /// No such path, or not with this method.
    pub fn route(&self, method: &Method, path: &str) -> Result<RouteMatch, RouteError> {
        let found = self.router.find(method, path)?;
        let operation = self.operations[found.operation].name();
        Ok(RouteMatch { operation, path_parameters: found.path_parameters })
    }

    /// Calls an operation: on Lambda, behind the local gateway and in tests alike.
    ///
    /// The caller is authenticated first. An error becomes a problem (RFC 9457), and so does a panic; those that
    /// are ours are logged with their cause under the request's id: API Gateway's, or a new one where it is absent.
    /// An operation that does not exist is answered with 404.
    pub async fn call(
        &self,
        operation: &str,
        event: ApiGatewayV2httpRequest,
        shared: &Shared,
    ) -> ApiGatewayV2httpResponse {
        match self.operation(operation) {
            Some(operation) => self.run(operation, event, shared).await,
            None => RouteError::NotFound.response(&request_id(event.request_context.request_id)),
        }
    }

    /// The context of a request, for whoever sends it.
    pub(crate) async fn identify(
        &self,
        headers: &HeaderMap,
        request_id: String,
        shared: &Shared,
    ) -> Context {
        let origin = Origin { trace: TraceContext::of(headers), ..Origin::default() };
        let ctx = Context::after(shared, request_id, origin);
        let credential = shared.access().authenticate(headers, &self.doors, &ctx).await;
        ctx.identify(credential);
        ctx
    }

    pub(crate) async fn run(
        &self,
        operation: &Operation,
        mut event: ApiGatewayV2httpRequest,
        shared: &Shared,
    ) -> ApiGatewayV2httpResponse {
        let request_id = request_id(event.request_context.request_id.take());
        let span = tracing::info_span!(
            "request",
            request_id,
            operation = operation.name(),
            dynamodb.requests = tracing::field::Empty,
            dynamodb.read_units = tracing::field::Empty,
            dynamodb.write_units = tracing::field::Empty,
        );
        async {
            let ctx = self.identify(&event.headers, request_id, shared).await;
            let call = Call::of(operation, &event.path_parameters);
            let request = Request::new(event, (operation.method().clone(), operation.path()));
            let answer = catch_panic(|| operation.run(ctx.clone(), request)).await;
            tell(ctx.usage());
            audit::tell(self.name, &call, Outcome::of(&answer), &ctx).await;
            answer.unwrap_or_else(|error| refuse(&error, ctx.request_id()))
        }
        .instrument(span)
        .await
        .into()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("name", &self.name)
            .field("indexes", &self.indexes)
            .field("operations", &self.operations)
            .finish_non_exhaustive()
    }
}

/// Tells in the trace what an operation's requests to DynamoDB consumed.
fn tell(usage: Usage) {
    let span = tracing::Span::current();
    span.record("dynamodb.requests", usage.requests);
    span.record("dynamodb.read_units", usage.read_units);
    span.record("dynamodb.write_units", usage.write_units);
    tracing::debug!(
        requests = usage.requests,
        read_units = usage.read_units,
        write_units = usage.write_units,
        "the operation is done"
    );
}

pub(crate) fn request_id(given: Option<String>) -> String {
    given.filter(|id| !id.is_empty()).unwrap_or_else(|| Uuid::now_v7().to_string())
}

/// Logs what is ours to mend, with its cause, and answers the caller without it.
fn refuse(error: &Error, request_id: &str) -> Response {
    match error.kind() {
        ErrorKind::Internal => tracing::error!(error = chain(error), "the operation failed"),
        ErrorKind::Throttled => tracing::warn!(error = chain(error), "the operation was throttled"),
        _ => tracing::debug!(code = error.code(), error = chain(error), "the request was refused"),
    }
    problem::response(error, request_id)
}

/// Runs a handler so that its panic is an error of this request alone: the process goes on to serve the next one.
///
/// Unwind safety: what the handler could leave half-changed is its own and dropped with it. What requests share is
/// the clients, which keep their invariants behind locks of their own.
pub(crate) async fn catch_panic<T>(
    start: impl FnOnce() -> Pin<Box<dyn Future<Output = Result<T>> + Send>>,
) -> Result<T> {
    let mut answer = catch_unwind(AssertUnwindSafe(start)).map_err(panicked)?;
    std::future::poll_fn(move |cx| {
        match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx))) {
            Ok(poll) => poll,
            Err(payload) => Poll::Ready(Err(panicked(payload))),
        }
    })
    .await
}

/// As [`catch_panic`], of what is done at once.
pub(crate) fn catch_panic_of<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).map_err(panicked)?
}

fn panicked(payload: Box<dyn Any + Send>) -> Error {
    let message = match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => {
            payload.downcast_ref::<&str>().copied().unwrap_or("a value that is no text").to_owned()
        }
    };
    Error::internal(format!("panicked: {message}"))
}

#[cfg(test)]
mod tests;
