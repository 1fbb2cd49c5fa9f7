//! A platform that runs on this machine, asked over HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, bail};
use purlin::dead_letter::DeadLetter;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::letters::{Replayed, Replays};

/// How long an answer may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

const LETTERS: &str = "/_local/dead-letters";

/// A platform that runs here.
pub(super) struct Running {
    /// Host and port.
    address: String,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<DeadLetter>,
}

impl Running {
    /// The one at a URL such as `http://127.0.0.1:3000`.
    pub(super) fn at(url: &str) -> anyhow::Result<Self> {
        let parsed = url.parse::<http::Uri>().ok();
        let parts = parsed.as_ref().and_then(|url| Some((url.scheme_str()?, url.host()?, url)));
        match parts {
            Some(("http", host, url)) if matches!(url.path(), "" | "/") => {
                Ok(Self { address: format!("{host}:{}", url.port_u16().unwrap_or(80)) })
            }
            _ => {
                bail!("`{url}` is not the URL of a local platform, such as `http://127.0.0.1:3000`")
            }
        }
    }

    pub(super) fn newest(&self, limit: u32) -> anyhow::Result<Vec<DeadLetter>> {
        let (status, body) = self.ask("GET", &format!("{LETTERS}?limit={limit}"))?;
        Ok(self.read::<Items>(status, body)?.items)
    }

    pub(super) fn get(&self, id: &str) -> anyhow::Result<Option<DeadLetter>> {
        match self.ask("GET", &format!("{LETTERS}/{}", encoded(id)))? {
            (404, _) => Ok(None),
            (status, body) => self.read(status, body).map(Some),
        }
    }

    pub(super) fn replay(&self, id: &str) -> anyhow::Result<Replayed> {
        match self.ask("POST", &format!("{LETTERS}/{}/replay", encoded(id)))? {
            (404, _) => Ok(Replayed::Unknown),
            (409, body) => Ok(Replayed::Kept(detail(&body).to_owned())),
            (status, body) => self.read::<Value>(status, body).map(|_| Replayed::Done),
        }
    }

    pub(super) fn replay_all(&self) -> anyhow::Result<Replays> {
        let (status, body) = self.ask("POST", &format!("{LETTERS}/replay"))?;
        self.read(status, body)
    }

    fn read<T: DeserializeOwned>(&self, status: u16, body: Value) -> anyhow::Result<T> {
        if !(200..300).contains(&status) {
            bail!("`http://{}` answers {status}: {}", self.address, detail(&body));
        }
        serde_json::from_value(body)
            .with_context(|| format!("`http://{}` is no local platform", self.address))
    }

    /// The status and the body of an answer.
    fn ask(&self, method: &str, path: &str) -> anyhow::Result<(u16, Value)> {
        let address = &self.address;
        let answer = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(address)?;
            stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
            // Of HTTP 1.0, where an answer ends with the connection and never comes in chunks.
            write!(
                stream,
                "{method} {path} HTTP/1.0\r\nhost: {address}\r\ncontent-length: 0\r\n\r\n"
            )?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        let answer = answer().with_context(|| format!("no platform runs at `http://{address}`"))?;
        let read = || {
            let (head, body) = answer.split_once("\r\n\r\n")?;
            let status = head.split(' ').nth(1)?.parse().ok()?;
            Some((status, serde_json::from_str(body).ok()?))
        };
        read().with_context(|| format!("what answers at `http://{address}` is no local platform"))
    }
}

/// What a problem says.
fn detail(problem: &Value) -> &str {
    problem["detail"].as_str().unwrap_or("it does not say why")
}

/// An id as a segment of a path. What no id has in it is not to lead anywhere else.
fn encoded(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let byte = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    id.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_leads_to_no_local_platform_is_refused() {
        for url in ["", "127.0.0.1:3000", "https://127.0.0.1", "http://127.0.0.1/x", "http://"] {
            let error = Running::at(url).map(drop).expect_err(url).to_string();
            assert!(error.contains(&format!("`{url}`")), "{error}");
        }
        let address = |url| Running::at(url).map(|it| it.address).ok();
        assert_eq!(address("http://127.0.0.1:3000/").as_deref(), Some("127.0.0.1:3000"));
        assert_eq!(address("http://localhost").as_deref(), Some("localhost:80"));
    }

    #[test]
    fn an_id_leads_nowhere_else() {
        assert_eq!(encoded("01h4-a_b"), "01h4-a_b");
        assert_eq!(encoded("../events?x y"), "%2E%2E%2Fevents%3Fx%20y");
    }
}
