//! Serves an app on AWS Lambda: one binary for every function, each doing the operation its handler name says, or
//! being the authorizer.

mod batch;
mod invocation;

use std::error::Error as StdError;
use std::sync::Arc;
use std::{env, fmt};

use aws_lambda_events::apigw::{ApiGatewayV2CustomAuthorizerV2Request, ApiGatewayV2httpResponse};
use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use serde_json::Value;

use crate::app::App;
use crate::authorizer;
use crate::config::{ConfigError, RuntimeConfig};
use crate::log;
use crate::relay;
use crate::shared::Shared;

use invocation::Invocation;

/// What the handler names of subscribers begin with.
const SUBSCRIBERS: &str = "subscribers.";

/// Serves requests until Lambda ends the process.
///
/// The function's handler name, `_HANDLER`, selects the operation, so that every function ships the same code and
/// keeps a role, memory and time-out of its own. The name `authorizer` makes it the authorizer of an API Gateway HTTP
/// API ([`App::authorize`]), unless an operation bears it; `relay` publishes the events of the table's stream
/// ([`App::relay`]); `subscribers.execute_task` delivers events to that subscriber ([`App::deliver`]). Settings and clients are made once, at cold start.
///
/// # Errors
///
/// The settings are incomplete, the handler names no operation, or Lambda's runtime API cannot be reached.
pub fn serve(app: App) -> Result<(), ServeError> {
    let config = RuntimeConfig::from_env().map_err(ServeError::Config)?;
    log::init(&config);
    let handler = env::var("_HANDLER").unwrap_or_default();
    let duty = select(&app, &handler)?;
    // Lambda runs one invocation at a time: worker threads would only wake each other.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| ServeError::Runtime(error.into()))?;
    runtime.block_on(run(app, duty, config)).map_err(ServeError::Runtime)
}

/// What a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Duty {
    Operation(&'static str),
    Authorizer,
    Relay,
    Subscriber(&'static str),
}

async fn run(app: App, duty: Duty, config: RuntimeConfig) -> Result<(), lambda_runtime::Error> {
    let shared = Shared::connect(config).await;
    let served = Arc::new((app, shared));
    match duty {
        Duty::Operation(operation) => {
            let service = service_fn(move |event: LambdaEvent<Invocation>| {
                let served = Arc::clone(&served);
                async move {
                    let (app, shared) = &*served;
                    Ok::<_, lambda_runtime::Error>(answer(app, operation, event, shared).await)
                }
            });
            Runtime::new(service).run().await
        }
        Duty::Authorizer => {
            let service =
                service_fn(move |event: LambdaEvent<ApiGatewayV2CustomAuthorizerV2Request>| {
                    let served = Arc::clone(&served);
                    async move {
                        let (app, shared) = &*served;
                        let LambdaEvent { mut payload, context, .. } = event;
                        name(&mut payload.request_context.request_id, context);
                        app.authorize(payload, shared).await.map_err(lambda_runtime::Error::from)
                    }
                });
            Runtime::new(service).run().await
        }
        Duty::Relay => {
            let service = service_fn(move |event: LambdaEvent<Value>| {
                let served = Arc::clone(&served);
                async move {
                    let (app, shared) = &*served;
                    let records = batch::read(&event.payload)?;
                    Ok::<_, lambda_runtime::Error>(batch::relay(app, records, shared).await)
                }
            });
            Runtime::new(service).run().await
        }
        Duty::Subscriber(subscriber) => {
            let service = service_fn(move |event: LambdaEvent<Value>| {
                let served = Arc::clone(&served);
                async move {
                    let (app, shared) = &*served;
                    let deliveries = batch::read(&event.payload)?;
                    let undone = batch::deliver(app, subscriber, deliveries, shared).await?;
                    Ok::<_, lambda_runtime::Error>(undone)
                }
            });
            Runtime::new(service).run().await
        }
    }
}

async fn answer(
    app: &App,
    operation: &str,
    event: LambdaEvent<Invocation>,
    shared: &Shared,
) -> ApiGatewayV2httpResponse {
    let LambdaEvent { payload: Invocation(mut payload), context, .. } = event;
    name(&mut payload.request_context.request_id, context);
    app.call(operation, payload, shared).await
}

/// API Gateway's id is the one its own access log has; without it, Lambda's is the next best.
fn name(request_id: &mut Option<String>, context: lambda_runtime::Context) {
    if request_id.as_deref().is_none_or(str::is_empty) {
        *request_id = Some(context.request_id);
    }
}

/// What a function's handler name says.
fn select(app: &App, handler: &str) -> Result<Duty, ServeError> {
    if let Some(operation) = app.operation(handler) {
        return Ok(Duty::Operation(operation.name()));
    }
    let subscriber = handler.strip_prefix(SUBSCRIBERS).and_then(|name| app.subscriber(name));
    match subscriber {
        Some(subscriber) => Ok(Duty::Subscriber(subscriber.name())),
        None if handler == authorizer::NAME => Ok(Duty::Authorizer),
        None if handler == relay::NAME => Ok(Duty::Relay),
        None => {
            let mut known: Vec<String> = app.iter().map(|it| it.name().to_owned()).collect();
            known.extend(app.subscribed().map(|it| format!("{SUBSCRIBERS}{}", it.name())));
            known.extend([authorizer::NAME, relay::NAME].map(str::to_owned));
            Err(ServeError::Handler { handler: handler.to_owned(), known })
        }
    }
}

/// Why a function does not start.
#[non_exhaustive]
pub enum ServeError {
    /// Settings are missing or malformed.
    Config(ConfigError),
    /// `_HANDLER` names no operation.
    Handler {
        /// What it says.
        handler: String,
        /// The operations and subscribers there are, the authorizer and the relay.
        known: Vec<String>,
    },
    /// Lambda's runtime API, or the asynchronous runtime, failed.
    Runtime(lambda_runtime::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => write!(f, "{error}"),
            Self::Handler { handler, known } => {
                write!(
                    f,
                    "the handler `{handler}` is no operation; there are: {}",
                    known.join(", ")
                )
            }
            Self::Runtime(error) => write!(f, "the runtime failed: {error}"),
        }
    }
}

/// What `main` prints of an error it returns: the same sentence as `Display`.
impl fmt::Debug for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for ServeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Config(error) => Some(error),
            Self::Handler { .. } => None,
            Self::Runtime(error) => Some(&**error),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::apigw::ApiGatewayV2httpRequest;

    use super::*;
    use crate::context::Context;
    use crate::context::tests::{TestPermission, shared, thing};
    use crate::error::Result;
    use crate::operation::Operation;
    use crate::permission::Permit;
    use crate::request::Request;
    use crate::response::Response;
    use crate::token;

    async fn request_id(ctx: Context, _: Request) -> Result<Response> {
        Response::ok(ctx.request_id())
    }

    fn app() -> App {
        App::new("test").operations([
            Operation::public("things.get", "GET", "/things/{thing_id}", request_id),
            Operation::public("things.list", "GET", "/things", request_id),
        ])
    }

    #[test]
    fn the_handler_name_selects_the_operation() {
        assert_eq!(select(&app(), "things.list").ok(), Some(Duty::Operation("things.list")));
        assert_eq!(select(&app(), "authorizer").ok(), Some(Duty::Authorizer));
    }

    #[test]
    fn an_unknown_handler_is_told_which_there_are() {
        for handler in ["", "things", "things.list "] {
            let error = select(&app(), handler).expect_err("no such operation");
            let expected = format!(
                "the handler `{handler}` is no operation; there are: things.get, things.list, authorizer, relay"
            );
            assert_eq!(error.to_string(), expected);
            assert_eq!(format!("{error:?}"), expected);
        }
    }

    fn answered(api_gateway: Option<&str>) -> String {
        let mut payload = ApiGatewayV2httpRequest::default();
        payload.request_context.request_id = api_gateway.map(str::to_owned);
        let mut context = lambda_runtime::Context::default();
        context.request_id = "lambdas".to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let event = LambdaEvent::new(Invocation(payload), context);
        let answer = runtime.block_on(answer(&app(), "things.get", event, &shared()));
        match answer.body {
            Some(aws_lambda_events::encodings::Body::Text(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_request_id_is_api_gateways_or_else_lambdas() {
        assert_eq!(answered(Some("gateways")), "\"gateways\"");
        assert_eq!(answered(Some("")), "\"lambdas\"");
        assert_eq!(answered(None), "\"lambdas\"");
    }

    async fn whose(permit: Permit<thing::Read>, request: Request) -> Result<Response> {
        let thing: String = request.path("thing_id")?;
        let (limit, caller) = (request.limit()?, permit.subject::<String>()?);
        Response::ok(&serde_json::json!([thing, limit, caller]))
    }

    /// What Lambda answers a program that invokes an operation's function itself.
    fn invoked(payload: &serde_json::Value) -> ApiGatewayV2httpResponse {
        let app = App::new("test").permissions::<TestPermission>().operations([Operation::new(
            "things.get",
            "GET",
            "/things/{thing_id}",
            whose,
        )]);
        let payload: Invocation =
            serde_json::from_str(&payload.to_string()).expect("it is an invocation");
        let event = LambdaEvent::new(payload, lambda_runtime::Context::default());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let shared = shared();
        runtime.expect("a runtime").block_on(answer(&app, "things.get", event, &shared))
    }

    #[test]
    fn an_operation_that_is_invoked_directly_is_authorized_the_same_way() {
        let invoked_as = |role: &str| {
            let token = token::sign(shared().config(), "user_1", role, 60).expect("it is signed");
            invoked(&serde_json::json!({
                "headers": { "authorization": format!("Bearer {token}") },
                "pathParameters": { "thing_id": "thing_1" },
                "queryStringParameters": { "limit": "7" },
            }))
        };
        let answer = invoked_as("owner");
        assert_eq!(answer.status_code, 200);
        match answer.body {
            Some(aws_lambda_events::encodings::Body::Text(text)) => {
                assert_eq!(text, "[\"thing_1\",7,\"user_1\"]");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(invoked_as("guest").status_code, 403);
        for payload in [
            serde_json::json!({ "pathParameters": { "thing_id": "thing_1" } }),
            serde_json::json!({ "headers": { "authorization": "Bearer a.b.c" } }),
            // What API Gateway's authorizer says proves nothing: anybody can write it who may invoke a function.
            serde_json::json!({ "requestContext": {
                "http": { "method": "GET" },
                "authorizer": { "lambda": { "subject": "user_1", "role": "admin" } },
            } }),
        ] {
            assert_eq!(invoked(&payload).status_code, 401, "{payload}");
        }
    }
}
