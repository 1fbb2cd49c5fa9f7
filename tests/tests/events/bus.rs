//! A bus that fails as it is told: it speaks EventBridge's protocol, and keeps what came and what it took.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

use crate::data::proxy::message;

/// What becomes of a request.
pub(super) enum Answer {
    /// Each entry is taken, or refused with the code in its place; those without a place are taken.
    Each(Vec<&'static str>),
    /// The request fails as a whole, with this status and code.
    Whole(u16, &'static str),
    /// Everything is taken, and nobody is told.
    Lost,
    /// The connection ends, and nothing is taken.
    Reset,
    /// Nothing ever comes.
    Silence,
}

impl Answer {
    pub(super) fn taken() -> Self {
        Self::Each(Vec::new())
    }
}

/// An entry of `PutEvents`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) detail_type: String,
    pub(super) source: String,
    pub(super) detail: Value,
}

impl Entry {
    fn read(entry: &Value) -> Self {
        let text = |name: &str| entry[name].as_str().expect("a text").to_owned();
        let detail: Value = serde_json::from_str(&text("Detail")).expect("the detail is JSON");
        let id = detail["metadata"]["eventId"].as_str().expect("an id").to_owned();
        Self { id, detail_type: text("DetailType"), source: text("Source"), detail }
    }

    pub(super) fn metadata(&self) -> &Value {
        &self.detail["metadata"]
    }

    pub(super) fn data(&self) -> &Value {
        &self.detail["data"]
    }

    /// The item that it tells of, and its version.
    pub(super) fn entity(&self) -> (String, u64) {
        let entity = &self.metadata()["entity"];
        let key = entity["key"].as_str().expect("a key").to_owned();
        (key, entity["version"].as_u64().expect("a version"))
    }

    /// The event as EventBridge hands it to a target.
    pub(super) fn as_event(&self) -> Value {
        json!({
            "version": "0", "id": "of-the-bus", "account": "000000000000",
            "source": self.source, "detail-type": self.detail_type, "detail": self.detail,
        })
    }
}

type Script = Box<dyn FnMut(&[Entry]) -> Answer + Send>;

struct State {
    script: Script,
    requests: Vec<Vec<Entry>>,
    taken: Vec<Entry>,
}

/// Dropped with the runtime of its test.
pub(super) struct FaultBus {
    endpoint: String,
    state: Arc<Mutex<State>>,
}

impl FaultBus {
    /// Starts one that takes everything.
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let script: Script = Box::new(|_| Answer::taken());
        let state = State { script, requests: Vec::new(), taken: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    // A connection that breaks is what this bus is for.
                    let _ = serve(client, &shared).await;
                });
            }
        });
        Self { endpoint, state }
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// From now on each request is answered so.
    pub(super) fn answers(&self, script: impl FnMut(&[Entry]) -> Answer + Send + 'static) {
        lock(&self.state).script = Box::new(script);
    }

    /// From now on no request is taken.
    pub(super) fn goes_down(&self) {
        self.answers(|_| Answer::Whole(503, "ServiceUnavailable"));
    }

    /// From now on everything is taken.
    pub(super) fn recovers(&self) {
        self.answers(|_| Answer::taken());
    }

    /// The requests that came, whatever became of them.
    pub(super) fn requests(&self) -> Vec<Vec<Entry>> {
        lock(&self.state).requests.clone()
    }

    /// What was taken, in its order.
    pub(super) fn taken(&self) -> Vec<Entry> {
        lock(&self.state).taken.clone()
    }

    /// Of what was taken, the detail types.
    pub(super) fn types(&self) -> Vec<String> {
        self.taken().into_iter().map(|entry| entry.detail_type).collect()
    }

    /// Of what was taken, the ids.
    pub(super) fn ids(&self) -> Vec<String> {
        self.taken().into_iter().map(|entry| entry.id).collect()
    }

    /// Forgets what was taken, and answers it.
    pub(super) fn take(&self) -> Vec<Entry> {
        std::mem::take(&mut lock(&self.state).taken)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(mut client: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    loop {
        let request = message(&mut client).await?;
        let head = request.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or_default();
        let body: Value = serde_json::from_slice(&request[head + 4..])?;
        let entries = body["Entries"].as_array().expect("entries");
        let entries: Vec<Entry> = entries.iter().map(Entry::read).collect();
        let (status, answer) = match decide(entries, state) {
            Decision::Answer(status, answer) => (status, answer.to_string()),
            Decision::HangUp => return Ok(()),
            Decision::Nothing => std::future::pending().await,
        };
        let head = format!(
            "HTTP/1.1 {status} -\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        client.write_all((head + &answer).as_bytes()).await?;
    }
}

enum Decision {
    Answer(u16, Value),
    HangUp,
    Nothing,
}

fn decide(entries: Vec<Entry>, state: &Mutex<State>) -> Decision {
    let mut state = lock(state);
    state.requests.push(entries.clone());
    match (state.script)(&entries) {
        Answer::Each(codes) => {
            let codes = codes.into_iter().chain(std::iter::repeat(""));
            let mut results = Vec::new();
            let mut failed = 0;
            for (entry, code) in entries.into_iter().zip(codes) {
                if code.is_empty() {
                    results.push(json!({ "EventId": "of-the-bus" }));
                    state.taken.push(entry);
                } else {
                    results.push(json!({ "ErrorCode": code, "ErrorMessage": "because" }));
                    failed += 1;
                }
            }
            Decision::Answer(200, json!({ "FailedEntryCount": failed, "Entries": results }))
        }
        Answer::Whole(status, code) => {
            Decision::Answer(status, json!({ "__type": code, "message": "because" }))
        }
        Answer::Lost => {
            state.taken.extend(entries);
            Decision::HangUp
        }
        Answer::Reset => Decision::HangUp,
        Answer::Silence => Decision::Nothing,
    }
}
