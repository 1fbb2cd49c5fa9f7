//! HTTP on one side, API Gateway's payload format 2.0 on the other.

use std::borrow::Cow;

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::encodings::Body;
use aws_lambda_events::query_map::QueryMap;
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use purlin::RouteMatch;

/// The event that API Gateway would send for `request`, which its route sends to `route`.
pub(super) fn request(
    request: &Request<Bytes>,
    route: RouteMatch,
    route_key: String,
    request_id: &str,
) -> ApiGatewayV2httpRequest {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let headers = request.headers();
    let now = jiff::Timestamp::now();
    let mut event = ApiGatewayV2httpRequest::default();
    event.version = Some("2.0".to_owned());
    event.route_key = Some(route_key.clone());
    event.raw_path = Some(path.to_owned());
    event.raw_query_string = Some(query.to_owned());
    event.cookies = cookies(headers);
    event.headers = joined(headers);
    // Parsing a query cannot fail: what is no pair is a name without a value.
    event.query_string_parameters = query.parse::<QueryMap>().unwrap_or_default();
    event.path_parameters = route.path_parameters;
    (event.body, event.is_base64_encoded) = body(headers, request.body());

    let context = &mut event.request_context;
    context.route_key = Some(route_key);
    context.account_id = Some("000000000000".to_owned());
    context.apiid = Some("local".to_owned());
    context.stage = Some("$default".to_owned());
    context.request_id = Some(request_id.to_owned());
    context.domain_name = text(headers, &HOST);
    context.domain_prefix = Some("local".to_owned());
    context.time = Some(now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string());
    context.time_epoch = now.as_millisecond();
    context.http.method = request.method().clone();
    context.http.path = Some(path.to_owned());
    context.http.protocol = Some(format!("{:?}", request.version()));
    context.http.source_ip = Some("127.0.0.1".to_owned());
    context.http.user_agent = text(headers, &USER_AGENT);
    event
}

/// The HTTP answer that API Gateway would make of what a function returned.
///
/// `None`: it is not an answer, which API Gateway turns into a 500 of its own.
pub(super) fn response(answer: ApiGatewayV2httpResponse) -> Option<Response<Bytes>> {
    let status =
        u16::try_from(answer.status_code).ok().and_then(|code| StatusCode::from_u16(code).ok())?;
    let body = match answer.body {
        None | Some(Body::Empty) => Bytes::new(),
        Some(Body::Binary(bytes)) => bytes.into(),
        Some(Body::Text(text)) if answer.is_base64_encoded => STANDARD.decode(text).ok()?.into(),
        Some(Body::Text(text)) => text.into(),
        // A kind of body that API Gateway does not know either.
        Some(_) => return None,
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = answer.headers;
    for cookie in answer.cookies {
        response.headers_mut().append(SET_COOKIE, HeaderValue::try_from(cookie).ok()?);
    }
    Some(response)
}

/// Payload 2.0 has cookies apart, and every other header once, its values joined by commas.
fn joined(headers: &HeaderMap) -> HeaderMap {
    let mut joined = HeaderMap::with_capacity(headers.keys_len());
    for name in headers.keys().filter(|name| *name != COOKIE) {
        let values: Vec<&[u8]> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        if let Ok(value) = HeaderValue::from_bytes(&values.join(&b","[..])) {
            joined.insert(name.clone(), value);
        }
    }
    joined
}

fn cookies(headers: &HeaderMap) -> Option<Vec<String>> {
    let cookies: Vec<String> = headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(';'))
        .map(|cookie| cookie.trim().to_owned())
        .filter(|cookie| !cookie.is_empty())
        .collect();
    (!cookies.is_empty()).then_some(cookies)
}

/// The body, and whether it is in Base64: a text that calls itself one travels as it is, all else encoded.
fn body(headers: &HeaderMap, body: &Bytes) -> (Option<String>, bool) {
    if body.is_empty() {
        return (None, false);
    }
    match std::str::from_utf8(body) {
        Ok(text) if is_text(headers) => (Some(text.to_owned()), false),
        _ => (Some(STANDARD.encode(body)), true),
    }
}

/// The content types API Gateway passes on without encoding them.
fn is_text(headers: &HeaderMap) -> bool {
    let Some(content_type) = text(headers, &CONTENT_TYPE) else { return true };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.starts_with("text/")
        || matches!(
            essence.as_str(),
            "application/json" | "application/javascript" | "application/xml"
        )
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| match String::from_utf8_lossy(value.as_bytes()) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(request: Request<Bytes>) -> serde_json::Value {
        let app = purlin::App::new("things").operations([purlin::Operation::public(
            "things.get",
            "GET",
            "/things/{thing_id}",
            |_, _| async { Ok(purlin::Response::no_content()) },
        )]);
        let route = app.route(request.method(), request.uri().path()).expect("the route exists");
        let event = super::request(&request, route, "GET /things/{thing_id}".to_owned(), "id");
        serde_json::to_value(event).expect("an event is JSON")
    }

    fn get(path: &str) -> http::request::Builder {
        Request::builder().uri(path)
    }

    #[test]
    fn an_event_has_what_payload_2_has() {
        let request =
            get("/things/a%2Fb?x=1&x=2&y=%20").header("X-Many", "1").header("x-many", "2");
        let request = request.header("cookie", "a=1; b=2").header("user-agent", "test");
        let event = event(request.body(Bytes::new()).expect("a request"));
        assert_eq!(event["version"], "2.0");
        assert_eq!(event["routeKey"], "GET /things/{thing_id}");
        assert_eq!(event["rawPath"], "/things/a%2Fb");
        assert_eq!(event["rawQueryString"], "x=1&x=2&y=%20");
        assert_eq!(event["queryStringParameters"], json!({ "x": "1,2", "y": " " }));
        assert_eq!(event["pathParameters"], json!({ "thing_id": "a/b" }));
        assert_eq!(event["headers"], json!({ "x-many": "1,2", "user-agent": "test" }));
        assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
        assert_eq!(event["isBase64Encoded"], false);
        let http = &event["requestContext"]["http"];
        assert_eq!((&http["method"], &http["protocol"]), (&json!("GET"), &json!("HTTP/1.1")));
        assert_eq!(event["requestContext"]["requestId"], "id");
    }

    #[test]
    fn a_body_that_is_no_text_is_in_base64() {
        for (content_type, body, expected, encoded) in [
            ("application/json", &b"{}"[..], "{}", false),
            ("application/problem+json", b"{}", "{}", false),
            ("text/plain; charset=utf-8", "ä".as_bytes(), "ä", false),
            ("application/json", b"\xff", "/w==", true),
            ("application/octet-stream", b"{}", "e30=", true),
        ] {
            let request = get("/things/1").header("content-type", content_type);
            let event = event(request.body(Bytes::copy_from_slice(body)).expect("a request"));
            assert_eq!(
                (&event["body"], &event["isBase64Encoded"]),
                (&json!(expected), &json!(encoded))
            );
        }
    }

    #[test]
    fn an_answer_becomes_http() {
        let answer =
            |value| serde_json::from_value::<ApiGatewayV2httpResponse>(value).expect("an answer");
        let response = response(answer(json!({
            "statusCode": 201, "headers": { "x-a": "1" }, "multiValueHeaders": {}, "body": "e30=",
            "isBase64Encoded": true, "cookies": ["a=1", "b=2"],
        })));
        let response = response.expect("it is one");
        assert_eq!((response.status().as_u16(), &response.body()[..]), (201, &b"{}"[..]));
        assert_eq!(response.headers()["x-a"], "1");
        assert_eq!(response.headers().get_all(SET_COOKIE).iter().count(), 2);
    }

    #[test]
    fn what_is_no_answer_is_told_apart() {
        for (status, body, encoded) in
            [(0, "", false), (99, "", false), (70_000, "", false), (200, "?", true)]
        {
            let mut answer = ApiGatewayV2httpResponse::default();
            answer.status_code = status;
            answer.body = Some(Body::Text(body.to_owned()));
            answer.is_base64_encoded = encoded;
            assert_eq!(response(answer).map(|response| response.status()), None);
        }
    }
}
