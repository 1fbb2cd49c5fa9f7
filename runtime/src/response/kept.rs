//! Answers kept in the table, to be given again.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::{Nature, Response};
use crate::error::{Error, Result};

/// The parts of an answer.
const STATUS: &str = "status";
const HEADERS: &str = "headers";
const BODY: &str = "body";

/// DynamoDB: 400 KB an item. What is left is for the key under which an answer is kept, and what else is told of it.
const MAX_BYTES: usize = 395 * 1024;

impl Response {
    /// The answer as what is kept of it.
    ///
    /// # Errors
    ///
    /// `answer-too-large` (400) if it does not fit in an item; `idempotency-key-unsupported` (400) if it tells what is
    /// told once.
    pub(crate) fn keep(&self) -> Result<AttributeValue> {
        if self.nature == Nature::Secret {
            let detail = "the answer tells a secret, this once, and so cannot be given again; leave out the header \
                          `idempotency-key`";
            return Err(Error::invalid("idempotency-key-unsupported", detail));
        }
        let mut headers = HashMap::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            let value = value.to_str().map_err(Error::internal)?;
            headers.insert(name.to_string(), AttributeValue::S(value.to_owned()));
        }
        let bytes = self.body.as_ref().map_or(0, String::len)
            + self
                .headers
                .iter()
                .map(|(name, value)| name.as_str().len() + value.len())
                .sum::<usize>();
        if bytes > MAX_BYTES {
            let detail = format!(
                "the answer would have {bytes} bytes, of which at most {MAX_BYTES} can be kept; leave out the header \
                 `idempotency-key`, or create something smaller"
            );
            return Err(Error::invalid("answer-too-large", detail));
        }
        let mut kept = HashMap::from([
            (STATUS.to_owned(), AttributeValue::N(self.status.as_u16().to_string())),
            (HEADERS.to_owned(), AttributeValue::M(headers)),
        ]);
        if let Some(body) = &self.body {
            kept.insert(BODY.to_owned(), AttributeValue::S(body.clone()));
        }
        Ok(AttributeValue::M(kept))
    }

    /// The answer again, of which this was kept.
    ///
    /// # Errors
    ///
    /// Internal if it is not what [`keep`](Self::keep) makes.
    pub(crate) fn again(kept: Option<&AttributeValue>) -> Result<Self> {
        read(kept).ok_or_else(|| Error::internal("an answer that was kept cannot be read"))
    }
}

fn read(kept: Option<&AttributeValue>) -> Option<Response> {
    let kept = kept?.as_m().ok()?;
    let status: u16 = kept.get(STATUS)?.as_n().ok()?.parse().ok()?;
    let mut headers = HeaderMap::new();
    for (name, value) in kept.get(HEADERS)?.as_m().ok()? {
        let value = value.as_s().ok()?;
        headers.insert(HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
    }
    let body = match kept.get(BODY) {
        Some(body) => Some(body.as_s().ok()?.clone()),
        None => None,
    };
    let status = StatusCode::from_u16(status).ok()?;
    Some(Response { status, headers, body, nature: Nature::Repeated })
}

#[cfg(test)]
mod tests {
    use http::header::LOCATION;

    use super::*;

    #[test]
    fn an_answer_is_given_again_as_it_was() {
        let answers = [
            Response::json(StatusCode::CREATED, &["é"]).expect("it is JSON").etag(7),
            Response::no_content().header(LOCATION, "/things/7").expect("it is ASCII"),
        ];
        for first in answers {
            let again = Response::again(Some(&first.keep().expect("it fits"))).expect("it reads");
            assert!(again.is_repeated() && !first.is_repeated());
            assert_eq!(again.status, first.status);
            assert_eq!(again.headers, first.headers);
            assert_eq!(again.body, first.body);
        }
        assert_eq!(Response::again(None).expect_err("nothing is kept").code(), "internal");
    }

    #[test]
    fn an_answer_that_does_not_fit_is_refused() {
        let answer =
            |bytes: usize| Response { body: Some("x".repeat(bytes)), ..Response::no_content() };
        answer(MAX_BYTES).keep().expect("it fits");
        let error = answer(MAX_BYTES + 1).keep().expect_err("it does not fit");
        assert_eq!(error.code(), "answer-too-large");
        assert!(error.detail().contains("404481 bytes"), "{error}");
    }
}
