//! Operations: a name, a route, the permission that it takes, and the function that does it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use http::Method;

use crate::context::Context;
use crate::error::Result;
use crate::permission::{PermissionType, Permissions as _, Permit};
use crate::request::Request;
use crate::response::Response;

pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

type Run = Box<dyn Fn(Context, Request) -> Answer + Send + Sync>;

/// A function that does an operation under the permission `P`: it takes a permit and the request.
///
/// ```text
/// async fn create(permit: Permit<order::Create>, request: Request) -> Result<Response>
/// ```
#[diagnostic::on_unimplemented(
    message = "this is no handler of an operation",
    label = "takes no `Permit`, or returns something else than `Result<Response>`",
    note = "a handler is an `async fn(permit: Permit<order::Create>, request: Request) -> Result<Response>`",
    note = "`#[require_permission(order::create)]` adds the permit to a function that takes a `Request`",
    note = "an operation that is open to anybody is made by `Operation::public`"
)]
pub trait Handler<P>: Send + Sync + 'static {
    /// Starts the operation.
    fn call(
        &self,
        permit: Permit<P>,
        request: Request,
    ) -> impl Future<Output = Result<Response>> + Send + 'static;
}

impl<P, H, F> Handler<P> for H
where
    H: Fn(Permit<P>, Request) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response>> + Send + 'static,
{
    fn call(
        &self,
        permit: Permit<P>,
        request: Request,
    ) -> impl Future<Output = Result<Response>> + Send + 'static {
        self(permit, request)
    }
}

/// A named operation: its route, the permission that it takes, and the function that does it.
pub struct Operation {
    name: &'static str,
    method: Method,
    path: &'static str,
    permission: Option<&'static str>,
    privileged: bool,
    run: Run,
}

impl Operation {
    /// An operation such as `agents.create`, reached by `method` on `path` (`/agents/{agent_id}`), done by
    /// `handler` for whoever holds the permission that it takes a permit of.
    ///
    /// # Panics
    ///
    /// If `method` is not an HTTP method.
    pub fn new<P: PermissionType>(
        name: &'static str,
        method: &'static str,
        path: &'static str,
        handler: impl Handler<P>,
    ) -> Self {
        let run = move |ctx: Context, request| -> Answer {
            match ctx.authorize::<P>() {
                Ok(permit) => Box::pin(handler.call(permit, request)),
                Err(error) => Box::pin(std::future::ready(Err(error))),
            }
        };
        let operation =
            Self::running(name, method, path, Some(P::PERMISSION.name()), Box::new(run));
        Self { privileged: P::PERMISSION.is_privileged(), ..operation }
    }

    /// An operation that is open to anybody, whoever calls or nobody.
    ///
    /// # Panics
    ///
    /// If `method` is not an HTTP method.
    pub fn public<H, F>(
        name: &'static str,
        method: &'static str,
        path: &'static str,
        handler: H,
    ) -> Self
    where
        H: Fn(Context, Request) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response>> + Send + 'static,
    {
        let run = move |ctx, request| -> Answer { Box::pin(handler(ctx, request)) };
        Self::running(name, method, path, None, Box::new(run))
    }

    fn running(
        name: &'static str,
        method: &'static str,
        path: &'static str,
        permission: Option<&'static str>,
        run: Run,
    ) -> Self {
        let method = Method::from_bytes(method.as_bytes())
            .unwrap_or_else(|_| panic!("operation `{name}`: `{method}` is not an HTTP method"));
        Self { name, method, path, permission, privileged: false, run }
    }

    /// The operation's name: what Lambda's `_HANDLER` says.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The method of its route.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path of its route, for example `/agents/{agent_id}`.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The permission that it takes, for example `agent:create`; `None` where it is open to anybody.
    #[must_use]
    pub fn permission(&self) -> Option<&'static str> {
        self.permission
    }

    /// Whether every call is told to the audit, rather than only those that are denied.
    #[must_use]
    pub fn is_privileged(&self) -> bool {
        self.privileged
    }

    pub(crate) fn run(&self, ctx: Context, request: Request) -> Answer {
        (self.run)(ctx, request)
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.name, self.method, self.path)
    }
}
