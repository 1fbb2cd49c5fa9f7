//! Problems as a caller sees them: `application/problem+json` (RFC 9457).

use http::StatusCode;
use http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;

use crate::error::{Error, ErrorKind, FieldError};
use crate::response::Response;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

/// The answer that tells a caller of `error`. What its `source` says is for the log.
pub(crate) fn response(error: &Error, request_id: &str) -> Response {
    let status = status(error.kind());
    let problem = Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        code: error.code(),
        detail: error.detail(),
        request_id,
        errors: error.fields(),
    };
    // Texts and numbers only: this cannot fail.
    let mut response =
        Response::problem(status, serde_json::to_string(&problem).unwrap_or_default());
    match error.kind() {
        ErrorKind::Unauthenticated => {
            response.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        ErrorKind::Throttled | ErrorKind::Unavailable => {
            response.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        _ => {}
    }
    if let Some(wait) = error.retry_after() {
        response.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs()));
    }
    response
}

/// The answer for a method that a path does not have; `allow` lists those it has.
pub(crate) fn method_not_allowed(allow: &str, request_id: &str) -> Response {
    let detail = format!("this path allows {allow}");
    let mut response = response(
        &Error::new(ErrorKind::MethodNotAllowed, "method-not-allowed", detail),
        request_id,
    );
    if let Ok(allow) = HeaderValue::from_str(allow) {
        response.insert(ALLOW, allow);
    }
    response
}

/// The status that an error of this kind is answered with.
pub(crate) fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Denied => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Stale => StatusCode::PRECONDITION_FAILED,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorKind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        ErrorKind::Throttled | ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
