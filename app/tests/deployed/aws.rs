//! Speaks AWS's protocols with ministack: JSON to a service's one address, and JSON to Lambda's many.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// The variable that leads to a DynamoDB, and, where it is ministack's, to the rest of AWS.
const ENDPOINT: &str = "PURLIN_TEST_ENDPOINT";

/// How long an answer may take. A function's first one waits for its start.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

/// The region, and the account that ministack takes callers for who name none.
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const ACCOUNT: &str = "000000000000";

/// A ministack that runs.
#[derive(Clone, Debug)]
pub(crate) struct Aws {
    address: String,
}

/// What came over HTTP.
struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Aws {
    /// The ministack that the environment leads to, or why there is none.
    pub(crate) fn find() -> Result<Self, String> {
        let Ok(endpoint) = std::env::var(ENDPOINT) else {
            return Err(format!(
                "`{ENDPOINT}` leads to no ministack; `cargo xtask test` brings one"
            ));
        };
        let address = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let aws = Self { address };
        match aws.http("GET", "/_ministack/health", &[], b"") {
            Ok(Answer { head, .. }) if status(&head) == Some(200) => Ok(aws),
            _ => Err(format!("`{endpoint}` is no ministack, but a DynamoDB alone")),
        }
    }

    /// Where all services answer.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Has a service of the JSON protocol do something, for example `AWSEvents.PutRule`.
    pub(crate) fn json(&self, service: &str, target: &str, body: &Value) -> anyhow::Result<Value> {
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", target),
            ("authorization", &credential(service)),
        ];
        self.answered("POST", "/", &headers, body.to_string().as_bytes())
            .with_context(|| format!("`{target}`"))
    }

    /// Asks one of Lambda's addresses, for example `/2015-03-31/functions`.
    pub(crate) fn lambda(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let headers =
            [("content-type", "application/json"), ("authorization", &credential("lambda"))];
        let body = body.map(Value::to_string).unwrap_or_default();
        self.answered(method, path, &headers, body.as_bytes())
            .with_context(|| format!("`{method} {path}`"))
    }

    /// Puts a bucket, or an object into one.
    pub(crate) fn s3_put(&self, path: &str, body: &[u8]) -> anyhow::Result<()> {
        let answer = self.http("PUT", path, &[("authorization", &credential("s3"))], body)?;
        let text = String::from_utf8_lossy(&answer.body);
        ensure!(status(&answer.head) == Some(200), "`PUT {path}`: {} {text}", answer.head);
        Ok(())
    }

    /// The JSON of an answer that is no refusal; `null` of an empty one.
    fn answered(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> anyhow::Result<Value> {
        let Answer { head, body } = self.http(method, path, headers, body)?;
        let text = String::from_utf8(body)?;
        let done = status(&head).is_some_and(|status| (200..300).contains(&status));
        ensure!(
            done && !head.to_ascii_lowercase().contains("x-amz-function-error"),
            "{head}\n{text}"
        );
        if text.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&text)?) }
    }

    fn http(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> anyhow::Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
        // Of HTTP 1.0, where an answer never comes in chunks.
        let mut head = format!("{method} {path} HTTP/1.0\r\nhost: {}\r\n", self.address);
        headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        write!(stream, "{head}content-length: {}\r\n\r\n", body.len())?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.context("the answer has a head")?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        Ok(Answer { head, body: answer.split_off(end + 4) })
    }
}

fn status(head: &str) -> Option<u16> {
    head.split(' ').nth(1)?.parse().ok()
}

/// Names the service, which is how ministack tells whom a request is for. It does not look at the signature.
fn credential(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{service}/aws4_request, \
         SignedHeaders=host, Signature=0"
    )
}
