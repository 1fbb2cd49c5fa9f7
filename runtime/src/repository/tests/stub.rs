//! An endpoint that gives the answers it is told, in their order, and keeps the requests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};

use crate::repository::TransactionConflicts;
use crate::{Context, Shared};

/// What stands in an answer for the mark that the request's items bear.
pub(super) const MARK: &str = "the request's own mark";

/// The status of an answer that never comes.
pub(super) const SILENCE: u16 = 0;

/// A status and a body.
pub(super) type Answer = (u16, serde_json::Value);

/// How long the client waits for an answer. Far above what the stub takes, even on a busy machine.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);

pub(super) struct Stub {
    endpoint: String,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Stub {
    pub(super) fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        std::thread::spawn(move || {
            let mut answers = answers.into_iter();
            // One connection for each request, so that one thread serves them all.
            while let Ok((stream, _)) = listener.accept() {
                let answer = answers.next().unwrap_or((500, serde_json::json!({})));
                // A client that went away is one that the test's assertions speak of.
                let _ = serve(stream, &answer, &kept);
            }
        });
        Self { endpoint, requests }
    }

    pub(super) fn requests(&self) -> usize {
        self.requests.lock().expect("no test panics with it").len()
    }

    /// What was sent, in its order.
    pub(super) fn bodies(&self) -> Vec<serde_json::Value> {
        let requests = self.requests.lock().expect("no test panics with it");
        requests.iter().map(|body| serde_json::from_slice(body).expect("it is JSON")).collect()
    }

    /// A context whose client makes three attempts, a moment apart.
    pub(super) fn context(&self) -> Context {
        let retries = RetryConfig::standard()
            .with_max_attempts(3)
            .with_initial_backoff(Duration::from_millis(1));
        let dynamodb = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .retry_config(retries)
            .retry_classifier(TransactionConflicts)
            .timeout_config(
                TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build(),
            )
            .endpoint_url(&self.endpoint)
            .build();
        let shared = crate::context::tests::shared();
        let shared = Shared::with_clients(
            shared.config().clone(),
            aws_sdk_dynamodb::Client::from_conf(dynamodb),
            shared.eventbridge().clone(),
        );
        Context::without_caller(&shared, "test")
    }
}

fn serve(
    stream: TcpStream,
    (status, body): &Answer,
    requests: &Mutex<Vec<Vec<u8>>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut request = vec![0; length];
    reader.read_exact(&mut request)?;
    // Before the answer, after which the test may look.
    requests.lock().expect("no test panics with it").push(request.clone());
    if *status == SILENCE {
        // Until the client has had enough.
        return reader.read_to_end(&mut Vec::new()).map(drop);
    }
    let body = body.to_string().replace(MARK, &mark(&request).unwrap_or_default());
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status} Stub\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    )
}

/// The mark that a request's items bear, in base 64.
fn mark(request: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(request);
    let (_, rest) = text.split_once(r#""_write":{"B":""#)?;
    rest.split_once('"').map(|(mark, _)| mark.to_owned())
}
