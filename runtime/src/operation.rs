//! Operations: a name, a route, the permission that it takes, and the function that does it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::Method;

use crate::context::Context;
use crate::error::Result;
use crate::permission::{PermissionType, Permissions as _, Permit};
use crate::rate::{self, Rate};
use crate::request::Request;
use crate::response::Response;

pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

type Run = Box<dyn Fn(Context, Request, Option<Limit>) -> Answer + Send + Sync>;

/// A rate, and the operation whose calls it counts.
#[derive(Clone, Copy)]
struct Limit {
    operation: &'static str,
    rate: Rate,
}

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
    ) -> impl Future<Output = Result<Response>> + Send + use<Self, P>;
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
    ) -> impl Future<Output = Result<Response>> + Send + use<P, H, F> {
        self(permit, request)
    }
}

/// A named operation: its route, the permission that it takes, and the function that does it.
pub struct Operation {
    name: &'static str,
    method: Method,
    path: &'static str,
    permission: Option<&'static str>,
    rate: Option<Rate>,
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
        let handler = move |permit, request| handler.call(permit, request);
        let operation = Self::authorized(name, method, path, Context::authorize::<P>, handler);
        let permission = Some(P::PERMISSION.name());
        Self { permission, privileged: P::PERMISSION.is_privileged(), ..operation }
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
        Self::authorized(name, method, path, |ctx| Ok(ctx.clone()), handler)
    }

    /// An operation done by whoever `authorize` lets in, with what it says.
    fn authorized<A, H, F>(
        name: &'static str,
        method: &'static str,
        path: &'static str,
        authorize: fn(&Context) -> Result<A>,
        handler: H,
    ) -> Self
    where
        A: Send + 'static,
        H: Fn(A, Request) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Response>> + Send + 'static,
    {
        let method = Method::from_bytes(method.as_bytes())
            .unwrap_or_else(|_| panic!("operation `{name}`: `{method}` is not an HTTP method"));
        let handler = Arc::new(handler);
        let run = move |ctx: Context, request: Request, limit| -> Answer {
            // Whoever may not call at all learns nothing of the rate, and costs no write.
            let authority = match authorize(&ctx) {
                Ok(authority) => authority,
                Err(error) => return Box::pin(std::future::ready(Err(error))),
            };
            let Some(limit) = limit else { return Box::pin(handler(authority, request)) };
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                admit(limit, &ctx, &request).await?;
                handler(authority, request).await
            })
        };
        let run = Box::new(run);
        Self { name, method, path, permission: None, rate: None, privileged: false, run }
    }

    /// Lets each caller call it so often, and answers further calls with 429, without running the handler.
    ///
    /// Callers are told apart by the subjects of their credentials, and those without one by their addresses. Each
    /// call costs a write to the table; where the table cannot be written, the call fails as any other write does.
    #[must_use]
    pub fn rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
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

    /// The names of the parameters in its path, in order: `agent_id`.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
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
        let limit = self.rate.map(|rate| Limit { operation: self.name, rate });
        (self.run)(ctx, request, limit)
    }
}

async fn admit(Limit { operation, rate }: Limit, ctx: &Context, request: &Request) -> Result<()> {
    rate::admit(ctx, operation, rate, request.address()).await
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.name, self.method, self.path)
    }
}
