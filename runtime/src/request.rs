//! A request to an operation: path, query, headers and body, each read strictly.

use std::borrow::Cow;
use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_lambda_events::query_map::QueryMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use garde::Validate;
use http::header::{CONTENT_TYPE, IF_MATCH};
use http::{HeaderMap, HeaderName, Method};
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};
use crate::expected::Expected;
use crate::precondition::{self, Condition};
use crate::{Authority, Entity, guarded, json, parameter};

mod recurring;

/// The size of a body, in bytes: 1 MiB at most, well under the 6 MB that Lambda takes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The items of a page where the request does not say how many.
pub const DEFAULT_LIMIT: u32 = 25;

/// The items of a page at most.
pub const MAX_LIMIT: u32 = 100;

/// A request to an operation.
pub struct Request {
    /// The operation's method, and its path with the names of parameters.
    route: (Method, &'static str),
    headers: HeaderMap,
    path_parameters: HashMap<String, String>,
    query: Query,
    body: Option<String>,
    is_base64_encoded: bool,
    address: Option<String>,
}

/// API Gateway gives the query both as it came and taken apart; the latter splits values at commas.
enum Query {
    Raw(String),
    Parsed(QueryMap),
}

impl Request {
    pub(crate) fn new(event: ApiGatewayV2httpRequest, route: (Method, &'static str)) -> Self {
        let query = match event.raw_query_string {
            Some(raw) if !raw.is_empty() => Query::Raw(raw),
            _ => Query::Parsed(event.query_string_parameters),
        };
        Self {
            route,
            headers: event.headers,
            path_parameters: event.path_parameters,
            query,
            body: event.body,
            is_base64_encoded: event.is_base64_encoded,
            address: event.request_context.http.source_ip,
        }
    }

    /// The address that the request came from, as API Gateway saw it.
    pub(crate) fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// A parameter of the path, for example an id.
    ///
    /// # Errors
    ///
    /// Not found (404) if it is not of the form that `T` has: nothing can live under a malformed id.
    pub fn path<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let value = self.path_parameters.get(name).and_then(|value| parameter::parse(value));
        value.ok_or_else(|| Error::not_found("there is nothing at this path"))
    }

    /// A parameter of the query, percent-decoded, or `None` where it is absent. Parameters that no operation asks
    /// for are ignored.
    ///
    /// # Errors
    ///
    /// `invalid-parameter` (400) if it is given more than once.
    pub fn query(&self, name: &str) -> Result<Option<Cow<'_, str>>> {
        let once = |value, another: bool| match another {
            true => Err(invalid_parameter(name, "is given more than once")),
            false => Ok(value),
        };
        match &self.query {
            Query::Raw(raw) => {
                let mut values = form_urlencoded::parse(raw.as_bytes())
                    .filter_map(|(key, value)| (key == name).then_some(value));
                let first = values.next();
                once(first, values.next().is_some())
            }
            Query::Parsed(map) => {
                let mut values = map.all(name).unwrap_or_default().into_iter();
                let first = values.next().map(Cow::Borrowed);
                once(first, values.next().is_some())
            }
        }
    }

    /// A parameter of the query as a `T`, or `None` where it is absent.
    ///
    /// # Errors
    ///
    /// `invalid-parameter` (400) if it is given more than once or is not of the form that `T` has.
    pub fn query_as<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let parse = |value: Cow<'_, str>| {
            parameter::parse(&value).ok_or_else(|| invalid_parameter(name, "is malformed"))
        };
        self.query(name)?.map(parse).transpose()
    }

    /// The items of a page that `?limit=` asks for: 1 to [`MAX_LIMIT`], [`DEFAULT_LIMIT`] where absent.
    ///
    /// # Errors
    ///
    /// `invalid-parameter` (400) if it is anything else.
    pub fn limit(&self) -> Result<u32> {
        let Some(value) = self.query("limit")? else { return Ok(DEFAULT_LIMIT) };
        // Digits only: `parse` alone would take `+5`.
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        match value.parse() {
            Ok(limit @ 1..=MAX_LIMIT) if digits => Ok(limit),
            _ => Err(invalid_parameter("limit", "is not a whole number from 1 to 100")),
        }
    }

    /// Where the page starts that `?cursor=` asks for: what an earlier page gave as `nextCursor`.
    ///
    /// # Errors
    ///
    /// `invalid-parameter` (400) if it is given more than once. What it says is the query's to check.
    pub fn cursor(&self) -> Result<Option<Cow<'_, str>>> {
        self.query("cursor")
    }

    /// A header's value, or `None` where it is absent.
    ///
    /// # Errors
    ///
    /// `invalid-header` (400) if it is given more than once or is not visible ASCII.
    pub fn header(&self, name: &HeaderName) -> Result<Option<&str>> {
        let mut values = self.headers.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(precondition::invalid_header(name, "is given more than once"));
        }
        let text = value
            .to_str()
            .map_err(|_| precondition::invalid_header(name, "is not visible ASCII"))?;
        Ok(Some(text))
    }

    /// The body: JSON in UTF-8, no larger than [`MAX_BODY_BYTES`], of exactly the form that `T` has and within
    /// its limits.
    ///
    /// # Errors
    ///
    /// `unsupported-media-type` (415), `body-too-large` (413), or `invalid-body` (400) with a JSON Pointer for
    /// every field that is not known, or every one that breaks a limit.
    pub fn body<T>(&self) -> Result<T>
    where
        T: DeserializeOwned + Validate,
        T::Context: Default,
    {
        json::read(&self.body_bytes()?)
    }

    /// [`body`](Self::body), of which the caller may give what is guarded in `E` only with the permission for it.
    ///
    /// # Errors
    ///
    /// Those of [`body`](Self::body), and `permission-denied` (403) with a JSON Pointer for every field that is not
    /// the caller's to give.
    pub fn body_for<E: Entity, T>(&self, authority: &impl Authority) -> Result<T>
    where
        T: DeserializeOwned + Validate,
        T::Context: Default,
    {
        json::read_without(&self.body_bytes()?, &guarded::withheld::<E>(authority))
    }

    fn body_bytes(&self) -> Result<Cow<'_, [u8]>> {
        let body = self.body.as_deref().unwrap_or_default();
        if body.is_empty() {
            return Err(json::invalid_body("a JSON body is required"));
        }
        self.check_content_type()?;
        // Base64 carries three bytes in four characters; so much must not even be decoded.
        let limit =
            if self.is_base64_encoded { MAX_BODY_BYTES.div_ceil(3) * 4 } else { MAX_BODY_BYTES };
        if body.len() > limit {
            return Err(too_large());
        }
        if !self.is_base64_encoded {
            return Ok(Cow::Borrowed(body.as_bytes()));
        }
        let bytes = STANDARD
            .decode(body)
            .map_err(|_| json::invalid_body("the body is not valid base64"))?;
        if bytes.len() > MAX_BODY_BYTES { Err(too_large()) } else { Ok(Cow::Owned(bytes)) }
    }

    /// `application/json`, at most with the one character set that JSON has.
    fn check_content_type(&self) -> Result<()> {
        let value = self.header(&CONTENT_TYPE)?.unwrap_or_default();
        let mut parts = value.split(';').map(str::trim);
        let is_json =
            parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
        let is_utf8 = parts.filter(|part| !part.is_empty()).all(|part| {
            part.split_once('=').is_none_or(|(name, value)| {
                !name.eq_ignore_ascii_case("charset")
                    || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        });
        if is_json && is_utf8 {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::UnsupportedMediaType,
            "unsupported-media-type",
            "the content type must be `application/json`",
        ))
    }

    /// The version that `If-Match` expects: any where the header is absent or `*`.
    ///
    /// # Errors
    ///
    /// `invalid-header` (400) if it is malformed; stale (412) if no version can ever match it.
    pub fn if_match(&self) -> Result<Expected> {
        Ok(self.condition()?.unwrap_or(Expected::Any))
    }

    /// As [`if_match`](Self::if_match), where the operation refuses to overwrite what the caller has not seen.
    ///
    /// # Errors
    ///
    /// Besides those of [`if_match`](Self::if_match), `precondition-required` (428) if the header is absent.
    pub fn require_if_match(&self) -> Result<Expected> {
        self.condition()?.ok_or_else(|| {
            Error::new(
                ErrorKind::PreconditionRequired,
                "precondition-required",
                "the header `if-match` is required: the `etag` of what is to be changed, or `*`",
            )
        })
    }

    fn condition(&self) -> Result<Option<Expected>> {
        let mut condition = None;
        for value in self.headers.get_all(IF_MATCH) {
            let text = value
                .to_str()
                .map_err(|_| precondition::invalid_header(&IF_MATCH, "is not visible ASCII"))?;
            condition = Some(Condition::parse(text)?.or(condition));
        }
        condition.map(Condition::expected).transpose()
    }
}

fn too_large() -> Error {
    Error::new(ErrorKind::TooLarge, "body-too-large", "the body is larger than 1 MiB")
}

fn invalid_parameter(name: &str, reason: &str) -> Error {
    Error::invalid("invalid-parameter", format!("the query parameter `{name}` {reason}"))
}

#[cfg(test)]
mod tests;
