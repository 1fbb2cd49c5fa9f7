//! HTTP/1.1 messages whose body has a `content-length`, which is all that AWS's JSON protocols and the gateway send.

use std::io::{Error, ErrorKind, Result};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Where a head ends.
const BREAK: &[u8] = b"\r\n\r\n";

/// A request or an answer.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The first line and the headers, without the empty line.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The answer that something is refused.
    pub(super) fn refusal(body: &Value) -> Self {
        Self::answer("400 Bad Request", body)
    }

    pub(super) fn answer(status: &str, body: &Value) -> Self {
        let body = body.to_string().into_bytes();
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.1");
        let mut message = Self { head, body };
        message.measure();
        message
    }

    /// The value of the header `name`, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.split("\r\n").skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The status of an answer.
    pub(crate) fn status(&self) -> Option<u16> {
        self.head.split(' ').nth(1)?.parse().ok()
    }

    /// Takes another body.
    pub(super) fn replace(&mut self, body: &Value) {
        self.body = body.to_string().into_bytes();
        self.measure();
    }

    /// Writes how long the body is into the head, and nothing that was said of another body.
    fn measure(&mut self) {
        let kept = self.head.split("\r\n").filter(|line| {
            let name = line.split(':').next().unwrap_or_default();
            !name.eq_ignore_ascii_case("content-length")
                && !name.eq_ignore_ascii_case("x-amz-crc32")
        });
        let kept: Vec<&str> = kept.collect();
        self.head = format!("{}\r\ncontent-length: {}", kept.join("\r\n"), self.body.len());
    }

    pub(crate) async fn write(&self, stream: &mut TcpStream) -> Result<()> {
        let mut bytes = Vec::with_capacity(self.head.len() + BREAK.len() + self.body.len());
        bytes.extend_from_slice(self.head.as_bytes());
        bytes.extend_from_slice(BREAK);
        bytes.extend_from_slice(&self.body);
        stream.write_all(&bytes).await
    }
}

/// The next message; `rest` is what was read beyond the one before. `None` at the end.
pub(crate) async fn read(stream: &mut TcpStream, rest: &mut Vec<u8>) -> Result<Option<Message>> {
    let head = loop {
        if let Some(end) = rest.windows(BREAK.len()).position(|window| window == BREAK) {
            let mut head: Vec<u8> = rest.drain(..end + BREAK.len()).collect();
            head.truncate(end);
            break String::from_utf8(head)
                .map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        }
        if stream.read_buf(rest).await? == 0 {
            return match rest.is_empty() {
                true => Ok(None),
                false => Err(ErrorKind::UnexpectedEof.into()),
            };
        }
    };
    let mut message = Message { head, body: Vec::new() };
    let length = message.header("content-length").and_then(|length| length.parse().ok());
    let length: usize = length.unwrap_or_default();
    while rest.len() < length {
        if stream.read_buf(rest).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    message.body = rest.drain(..length).collect();
    Ok(Some(message))
}
