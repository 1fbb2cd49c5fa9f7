//! The header `Idempotency-Key`, by which a request asks for the effect and the answer of the first one with its key.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{Context, Digest, SHA256};
use http::HeaderName;

use super::Request;
use crate::error::{Error, Result};
use crate::json;
use crate::key::KeyPart as _;
use crate::{Caller, party};

/// The header, after the IETF's draft of it (`draft-ietf-httpapi-idempotency-key-header`).
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest key, in characters.
const LONGEST: usize = 255;

/// A request that may come again, and is then to have no further effect.
pub(crate) struct Recurring<'r> {
    key: &'r str,
    request: &'r Request,
}

impl Request {
    /// The request as one that may come again; `None` where it has no such key.
    ///
    /// # Errors
    ///
    /// `invalid-idempotency-key` (400) if the key is not 1 to 255 visible ASCII characters, or is given more than once.
    pub(crate) fn recurring(&self) -> Result<Option<Recurring<'_>>> {
        let mut values = self.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(invalid("is given more than once"));
        }
        let is_visible = |value: &&[u8]| value.iter().all(u8::is_ascii_graphic);
        let fits = |value: &&[u8]| (1..=LONGEST).contains(&value.len());
        let value = Some(value.as_bytes()).filter(fits).filter(is_visible);
        let key = value.and_then(|value| std::str::from_utf8(value).ok());
        let key = key.ok_or_else(|| invalid("is not a text of 1 to 255 visible ASCII characters"));
        Ok(Some(Recurring { key: key?, request: self }))
    }
}

impl Recurring<'_> {
    /// What the key belongs to, and the key, as parts of a key of the table: the operation and the caller tell equal
    /// keys apart.
    pub(crate) fn write(&self, caller: Option<&Caller>, out: &mut String) {
        let (method, path) = &self.request.route;
        format!("{method} {path}").as_str().write(out);
        out.push('#');
        party::write(caller, self.request.address(), out);
        out.push('#');
        self.key.write(out);
    }

    /// What two requests with one key must share: the parameters of the path, the body as far as it is JSON that says
    /// the same, and whatever else the answer depends on.
    pub(crate) fn digest(&self, besides: &str) -> Result<Digest> {
        let Request { path_parameters, body, .. } = self.request;
        // Names and values in quotes, and none of the lines has a line break.
        let parameters: BTreeMap<_, _> = path_parameters.iter().collect();
        let parameters = serde_json::to_string(&parameters).map_err(Error::internal)?;
        let mut digest = Context::new(&SHA256);
        digest.update(format!("{parameters}\n{besides}\n").as_bytes());
        // An operation that takes no body ignores whatever comes as one; here it makes a difference.
        let body = match self.request.body_bytes() {
            Ok(body) => body,
            Err(_) => body.as_deref().unwrap_or_default().as_bytes().into(),
        };
        match json::canonical(&body) {
            Some(text) => digest.update(text.as_bytes()),
            None => digest.update(&body),
        }
        Ok(digest.finish())
    }
}

fn invalid(reason: &str) -> Error {
    let detail = format!("the header `{IDEMPOTENCY_KEY}` {reason}");
    Error::invalid("invalid-idempotency-key", detail)
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
    use http::header::CONTENT_TYPE;
    use http::{HeaderValue, Method};

    use super::*;
    use crate::Grants;

    fn request(keys: &[&[u8]], thing: &str, body: &str) -> Request {
        let mut event = ApiGatewayV2httpRequest::default();
        for key in keys {
            let key = HeaderValue::from_bytes(key).expect("a header can be so");
            event.headers.append(IDEMPOTENCY_KEY, key);
        }
        event.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        event.path_parameters.insert("thing_id".to_owned(), thing.to_owned());
        event.request_context.http.source_ip = Some("192.0.2.1".to_owned());
        event.body = Some(body.to_owned());
        Request::new(event, (Method::POST, "/things/{thing_id}"))
    }

    #[test]
    fn a_key_is_visible_ascii_and_of_limited_length() {
        let longest = [b'~'; LONGEST];
        for key in [b"!".as_slice(), b"\"8e03978e-40d5\"", b"a,b", &longest] {
            let request = request(&[key], "1", "{}");
            let recurring = request.recurring().expect("the key holds").expect("there is one");
            assert_eq!(recurring.key.as_bytes(), key);
        }
        let longer = [b'~'; LONGEST + 1];
        let refused: [&[&[u8]]; 6] =
            [&[b""], &[&longer], &[b"a b"], &[b"a\tb"], &[b"\xc3\xa9"], &[b"a", b"a"]];
        for keys in refused {
            let request = request(keys, "1", "{}");
            let error = request.recurring().map(drop).expect_err("no such key");
            assert_eq!(error.code(), "invalid-idempotency-key");
            assert!(error.detail().contains("`idempotency-key`"), "{error}");
        }
        assert!(request(&[], "1", "{}").recurring().expect("nothing is wrong").is_none());
    }

    #[test]
    fn a_key_belongs_to_an_operation_and_a_caller() {
        let request = request(&[b"a#b"], "1", "{}");
        let recurring = request.recurring().expect("the key holds").expect("there is one");
        let key = |caller: Option<&Caller>| {
            let mut key = String::new();
            recurring.write(caller, &mut key);
            key
        };
        let caller = Caller::new("user_1", "user", Grants::NONE);
        assert_eq!(key(Some(&caller)), "POST$20/things/{thing_id}#caller#user_1#a$23b");
        assert_eq!(key(None), "POST$20/things/{thing_id}#address#192.0.2.1#a$23b");
    }

    #[test]
    fn requests_share_what_they_say_and_not_how() {
        let digest = |thing: &str, body: &str, besides: &str| {
            let request = request(&[b"key"], thing, body);
            let recurring = request.recurring().expect("the key holds").expect("there is one");
            recurring.digest(besides).expect("there is one").as_ref().to_owned()
        };
        let first = digest("1", r#"{"a":1,"b":[2]}"#, "");
        assert_eq!(digest("1", "{ \"b\": [2],\n \"a\": 1.0 }", ""), first);
        for (thing, body, besides) in [
            ("2", r#"{"a":1,"b":[2]}"#, ""),
            ("1", r#"{"a":1,"b":[3]}"#, ""),
            ("1", r#"{"a":1}"#, ""),
            ("1", r#"{"a":1,"b":[2]}"#, "price"),
            ("1", "", ""),
        ] {
            assert_ne!(digest(thing, body, besides), first, "{thing} {body} {besides}");
        }
        // Neither is JSON, and they differ.
        assert_ne!(digest("1", "{", ""), digest("1", "{{", ""));
    }
}
