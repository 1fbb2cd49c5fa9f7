//! A stub that speaks EventBridge's wire protocol over a real socket, for tests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use aws_sdk_eventbridge::config::retry::RetryConfig;
use aws_sdk_eventbridge::config::{Credentials, Region};
use serde_json::{Value, json};

use crate::config::tests::config_with;
use crate::shared::Shared;

/// A bus that gives each request the next of `answers`, and then hangs up for good.
pub(crate) struct Bus {
    shared: Shared,
    address: SocketAddr,
    requests: JoinHandle<Vec<Value>>,
}

impl Bus {
    pub(crate) fn new(answers: Vec<(u16, Value)>) -> Self {
        Self::with_settings(answers, &[])
    }

    /// With these settings changed.
    pub(crate) fn with_settings(
        answers: Vec<(u16, Value)>,
        settings: &[(&str, Option<&str>)],
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let requests = std::thread::spawn(move || {
            answers.iter().map_while(|answer| serve_one(&listener, answer)).collect()
        });
        Self { shared: shared_at(address, settings), address, requests }
    }

    /// What publishes on it.
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// What it was asked.
    pub(crate) fn requests(self) -> Vec<Value> {
        // Where fewer requests came than there are answers, the bus waits for one that it need not read.
        drop(TcpStream::connect(self.address));
        self.requests.join().expect("the bus does not panic")
    }
}

/// Clients of a bus at this address.
pub(crate) fn shared_at(address: SocketAddr, settings: &[(&str, Option<&str>)]) -> Shared {
    let eventbridge = aws_sdk_eventbridge::Config::builder()
        .behavior_version_latest()
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .endpoint_url(format!("http://{address}"))
        .retry_config(RetryConfig::disabled())
        .build();
    let dynamodb = aws_sdk_dynamodb::Config::builder().behavior_version_latest().build();
    Shared::with_clients(
        config_with(settings),
        aws_sdk_dynamodb::Client::from_conf(dynamodb),
        aws_sdk_eventbridge::Client::from_conf(eventbridge),
    )
}

/// One request on one connection, or `None` where that ends without one.
fn serve_one(listener: &TcpListener, (status, answer): &(u16, Value)) -> Option<Value> {
    let (stream, _) = listener.accept().expect("a connection");
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).expect("a header") == 0 {
            return None;
        }
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    let answer = answer.to_string();
    let head = format!(
        "HTTP/1.1 {status} -\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.len()
    );
    reader.get_mut().write_all((head + &answer).as_bytes()).expect("the answer is sent");
    Some(serde_json::from_slice(&body).expect("the request is JSON"))
}

/// An answer to entries with these error codes; an empty one is a success.
pub(crate) fn answer(codes: &[&str]) -> (u16, Value) {
    let failed = codes.iter().filter(|code| !code.is_empty()).count();
    let entries: Vec<Value> = codes
        .iter()
        .map(|code| match *code {
            "" => json!({ "EventId": "id" }),
            code => json!({ "ErrorCode": code, "ErrorMessage": "because" }),
        })
        .collect();
    (200, json!({ "FailedEntryCount": failed, "Entries": entries }))
}
