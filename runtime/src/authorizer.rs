//! The authorizer: tells API Gateway who calls before it calls an operation.
//!
//! What it says keeps requests away from the operations' functions, and nothing more: each operation checks its caller
//! itself, whatever an authorizer said or API Gateway remembers of it.

use aws_lambda_events::apigw::{
    ApiGatewayV2CustomAuthorizerSimpleResponse as Verdict,
    ApiGatewayV2CustomAuthorizerV2Request as Question,
};
use http::StatusCode;
use serde_json::{Map, Value};

use crate::app::{App, request_id};
use crate::audit::{self, Call, Outcome};
use crate::context::Context;
use crate::error::Result;
use crate::operation::Operation;
use crate::shared::Shared;

/// What a function's handler name says where it is the authorizer rather than an operation. Operations that are
/// generated have a dot in their names.
pub(crate) const NAME: &str = "authorizer";

impl App {
    /// Says to API Gateway whether a request may go on to its operation: one with a valid credential, and any to a
    /// public operation. Whether the caller may do what it asks for is the operation's to say.
    ///
    /// Payload format 2.0, simple responses. `context` holds `subject`, `role` and `apiKey`, where there is a caller
    /// and where it called with a key.
    ///
    /// # Errors
    ///
    /// Unavailable, where a credential cannot be checked. API Gateway then answers with 500 and remembers nothing,
    /// as it would of a denial.
    pub async fn authorize(&self, mut question: Question, shared: &Shared) -> Result<Verdict> {
        let request_id = request_id(question.request_context.request_id.take());
        let ctx = self.identify(&question.headers, request_id, shared).await;
        let route = question.route_key.as_deref().unwrap_or_default();
        let operation = self.iter().find(|operation| is_at(operation, route));
        let denial = match operation {
            Some(operation) if operation.permission().is_none() => None,
            _ => ctx.known().err(),
        };
        let Some(denial) = denial else { return Ok(verdict(true, &ctx)) };
        let call = match operation {
            Some(operation) => Call::of(operation, &question.path_parameters),
            None => Call::of_route(route),
        };
        // What API Gateway answers of itself.
        let status = match denial.is_unavailable() {
            true => StatusCode::INTERNAL_SERVER_ERROR,
            false => StatusCode::FORBIDDEN,
        };
        audit::tell(self.name(), &call, Outcome::refused(&denial, status), &ctx).await;
        match denial.is_unavailable() {
            true => Err(denial),
            false => Ok(verdict(false, &ctx)),
        }
    }
}

/// Whether a route is the operation's, as API Gateway names it: `GET /agents/{agent_id}`.
fn is_at(operation: &Operation, route: &str) -> bool {
    route.split_once(' ').is_some_and(|(method, path)| {
        method == operation.method().as_str() && path == operation.path()
    })
}

fn verdict(is_authorized: bool, ctx: &Context) -> Verdict {
    let mut context = Map::new();
    if let Some(caller) = ctx.caller() {
        let mut tell = |name: &str, value: &str| context.insert(name.to_owned(), value.into());
        tell("subject", caller.subject());
        tell("role", caller.role());
        caller.api_key().map(|key| tell("apiKey", key));
    }
    let mut verdict = Verdict::default();
    verdict.is_authorized = is_authorized;
    verdict.context = Value::Object(context);
    verdict
}

#[cfg(test)]
mod tests;
