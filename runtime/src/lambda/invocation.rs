//! What an operation's function is invoked with: API Gateway's event, or as much of one as a program writes that
//! invokes the function itself.

use std::fmt;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{
    DeserializeSeed, Error as _, IntoDeserializer as _, MapAccess, Visitor, value::StrDeserializer,
};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

/// The one member that API Gateway's event always has, and that an operation has no use for but the request's id.
const CONTEXT: &str = "requestContext";

/// An event of API Gateway, payload format 2.0, in which `requestContext` may be missing: then nothing else need be
/// there either, and a body is JSON unless a header says otherwise.
///
/// It passes the same checks as any other, since it takes the same way from here on.
#[derive(Debug)]
pub(super) struct Invocation(pub(super) ApiGatewayV2httpRequest);

impl<'de> Deserialize<'de> for Invocation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Whole)
    }
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Invocation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "an event of API Gateway, or an object such as `{\"headers\": {…}, \"body\": \"…\"}`",
        )
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Invocation, A::Error> {
        let mut is_direct = true;
        let members = Completed { members, is_direct: &mut is_direct, state: State::Given };
        let mut event = ApiGatewayV2httpRequest::deserialize(MapAccessDeserializer::new(members))?;
        if is_direct && event.body.is_some() && !event.headers.contains_key(CONTENT_TYPE) {
            event.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(Invocation(event))
    }
}

/// The members given, and behind them an empty request context where none was.
struct Completed<'d, A> {
    members: A,
    is_direct: &'d mut bool,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Given,
    Adding,
    Done,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Completed<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        if self.state == State::Given {
            if let Some(name) = self.members.next_key::<String>()? {
                *self.is_direct &= name != CONTEXT;
                let name: StringDeserializer<A::Error> = name.into_deserializer();
                return seed.deserialize(name).map(Some);
            }
            self.state = if *self.is_direct { State::Adding } else { State::Done };
        }
        match self.state {
            State::Adding => {
                let name: StrDeserializer<'_, A::Error> = CONTEXT.into_deserializer();
                seed.deserialize(name).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        if self.state == State::Given {
            return self.members.next_value_seed(seed);
        }
        self.state = State::Done;
        // The method is one that the event must have; which, no operation asks.
        let context: Value = json!({ "http": { "method": "POST" } });
        seed.deserialize(context).map_err(A::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: Value) -> ApiGatewayV2httpRequest {
        let payload = payload.to_string();
        let invocation: Invocation = serde_json::from_str(&payload).expect("it is an invocation");
        invocation.0
    }

    #[test]
    fn a_small_payload_is_an_event() {
        let event = read(json!({
            "headers": { "Authorization": "Bearer a.b.c" },
            "pathParameters": { "thing_id": "thing_1" },
            "queryStringParameters": { "limit": "5" },
            "body": "{}",
        }));
        assert_eq!(event.headers["authorization"], "Bearer a.b.c");
        assert_eq!(event.headers["content-type"], "application/json");
        assert_eq!(event.path_parameters["thing_id"], "thing_1");
        assert_eq!(event.query_string_parameters.first("limit"), Some("5"));
        assert_eq!(event.body.as_deref(), Some("{}"));
        assert_eq!(event.request_context.request_id, None);
        let nothing = read(json!({}));
        assert!(nothing.headers.is_empty() && nothing.body.is_none());
    }

    #[test]
    fn a_type_that_is_named_stays() {
        let event = read(json!({ "headers": { "content-type": "text/plain" }, "body": "hm" }));
        assert_eq!(event.headers["content-type"], "text/plain");
    }

    #[test]
    fn an_event_of_api_gateways_stays_as_it_is() {
        let event = read(json!({
            "version": "2.0",
            "routeKey": "POST /things",
            "rawPath": "/things",
            "rawQueryString": "a=1",
            "headers": { "host": "example.com" },
            "requestContext": {
                "requestId": "a-request", "timeEpoch": 1, "http": { "method": "PUT", "sourceIp": "192.0.2.1" },
            },
            "body": "{}",
            "isBase64Encoded": false,
        }));
        assert_eq!(event.request_context.request_id.as_deref(), Some("a-request"));
        assert_eq!(event.request_context.http.method, http::Method::PUT);
        assert_eq!(event.request_context.http.source_ip.as_deref(), Some("192.0.2.1"));
        // What came over HTTP says itself what it is.
        assert!(!event.headers.contains_key("content-type"));
    }

    #[test]
    fn what_is_no_object_or_has_members_of_another_kind_is_refused() {
        for payload in ["null", "7", "[]", "\"\"", "{\"headers\": 7}", "{\"requestContext\": {}}"] {
            assert!(serde_json::from_str::<Invocation>(payload).is_err(), "{payload}");
        }
    }
}
