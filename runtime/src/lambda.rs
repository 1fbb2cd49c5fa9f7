//! Serves an app on AWS Lambda: one binary for every function, each doing the operation its handler name says.

use std::error::Error as StdError;
use std::sync::Arc;
use std::{env, fmt};

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_runtime::{LambdaEvent, Runtime, service_fn};

use crate::app::App;
use crate::config::{ConfigError, RuntimeConfig};
use crate::log;
use crate::operation::Operation;
use crate::shared::Shared;

/// Serves requests until Lambda ends the process.
///
/// The function's handler name, `_HANDLER`, selects the operation, so that every function ships the same code and
/// keeps a role, memory and time-out of its own. Settings and clients are made once, at cold start.
///
/// # Errors
///
/// The settings are incomplete, the handler names no operation, or Lambda's runtime API cannot be reached.
pub fn serve(app: App) -> Result<(), ServeError> {
    let config = RuntimeConfig::from_env().map_err(ServeError::Config)?;
    log::init(&config);
    let handler = env::var("_HANDLER").unwrap_or_default();
    let place = select(&app, &handler)?.name();
    // Lambda runs one invocation at a time: worker threads would only wake each other.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| ServeError::Runtime(error.into()))?;
    runtime.block_on(run(app, place, config)).map_err(ServeError::Runtime)
}

async fn run(
    app: App,
    operation: &'static str,
    config: RuntimeConfig,
) -> Result<(), lambda_runtime::Error> {
    let shared = Shared::connect(config).await;
    let served = Arc::new((app, shared));
    let service = service_fn(move |event: LambdaEvent<ApiGatewayV2httpRequest>| {
        let served = Arc::clone(&served);
        async move {
            let (app, shared) = &*served;
            Ok::<_, lambda_runtime::Error>(answer(app, operation, event, shared).await)
        }
    });
    Runtime::new(service).run().await
}

async fn answer(
    app: &App,
    operation: &str,
    event: LambdaEvent<ApiGatewayV2httpRequest>,
    shared: &Shared,
) -> ApiGatewayV2httpResponse {
    let LambdaEvent { mut payload, context, .. } = event;
    // API Gateway's id is the one its own access log has; without it, Lambda's is the next best.
    let request_id = &mut payload.request_context.request_id;
    if request_id.as_deref().is_none_or(str::is_empty) {
        *request_id = Some(context.request_id);
    }
    app.call(operation, payload, shared).await
}

/// The operation that a function's handler name says.
fn select<'a>(app: &'a App, handler: &str) -> Result<&'a Operation, ServeError> {
    app.operation(handler).ok_or_else(|| ServeError::Handler {
        handler: handler.to_owned(),
        known: app.iter().map(Operation::name).collect(),
    })
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
        /// The operations there are.
        known: Vec<&'static str>,
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
    use super::*;
    use crate::context::Context;
    use crate::context::tests::shared;
    use crate::error::Result;
    use crate::request::Request;
    use crate::response::Response;

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
        assert_eq!(select(&app(), "things.list").ok().map(Operation::name), Some("things.list"));
    }

    #[test]
    fn an_unknown_handler_is_told_which_there_are() {
        for handler in ["", "things", "things.list "] {
            let error = select(&app(), handler).expect_err("no such operation");
            let expected = format!(
                "the handler `{handler}` is no operation; there are: things.get, things.list"
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
        let event = LambdaEvent::new(payload, context);
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
}
