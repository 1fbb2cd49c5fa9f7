//! DynamoDB and EventBridge as far as a client can tell: answers at once, and the same to everybody who asks for the
//! same.
//!
//! It runs in the process that starts the measured ones, so that its work is not counted with theirs.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::{Map, Value, json};

use crate::store::TABLE;

/// How many items a query finds.
pub(crate) const PAGE: usize = 100;

/// A stub on a port of its own, for as long as the process lives.
pub(crate) struct Stub {
    endpoint: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// What was put first under each partition key.
    items: BTreeMap<String, Value>,
    /// The last request of each operation.
    requests: HashMap<String, Value>,
}

impl Stub {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // A client that leaves ends its thread.
                thread::spawn(move || serve(client, &state));
            }
        });
        Self { endpoint, state }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The last request of an operation, for example `PutItem`.
    pub(crate) fn request(&self, operation: &str) -> Option<Value> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.requests.get(operation).cloned()
    }
}

fn serve(client: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut answers = client.try_clone()?;
    let mut requests = BufReader::new(client);
    loop {
        let (mut length, mut operation) = (0, String::new());
        loop {
            let mut line = String::new();
            if requests.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                // The first line has none either.
                if line.trim_end().is_empty() {
                    break;
                }
                continue;
            };
            match name {
                "content-length" => length = value.parse().unwrap_or(0),
                "x-amz-target" => operation = value.rsplit('.').next().unwrap_or_default().into(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        requests.read_exact(&mut body)?;
        let request = serde_json::from_slice(&body).unwrap_or_default();
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = state.answer(&operation, &request).to_string();
        state.requests.insert(operation, request);
        drop(state);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\
             x-amzn-requestid: 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEF\r\n\r\n",
            answer.len()
        );
        answers.write_all(&[head.as_bytes(), answer.as_bytes()].concat())?;
    }
}

impl State {
    fn answer(&mut self, operation: &str, request: &Value) -> Value {
        let consumed = json!({ "TableName": TABLE, "CapacityUnits": 1.0 });
        match operation {
            "PutItem" => {
                self.put(&request["Item"]);
                json!({ "ConsumedCapacity": consumed })
            }
            "GetItem" => {
                json!({ "Item": self.item(&request["Key"]), "ConsumedCapacity": consumed })
            }
            "Query" => {
                let items = self.items.values().take(PAGE);
                let items: Vec<_> = items.map(|item| project(request, item)).collect();
                let count = items.len();
                json!({
                    "Items": items,
                    "Count": count,
                    "ScannedCount": count,
                    "ConsumedCapacity": consumed,
                })
            }
            "BatchGetItem" => {
                let asked = &request["RequestItems"][TABLE];
                let keys = asked["Keys"].as_array().into_iter().flatten();
                let items: Vec<_> = keys.map(|key| project(asked, &self.item(key))).collect();
                json!({
                    "Responses": { TABLE: items },
                    "UnprocessedKeys": {},
                    "ConsumedCapacity": [consumed],
                })
            }
            "BatchWriteItem" => {
                let writes = request["RequestItems"][TABLE].as_array();
                for write in writes.into_iter().flatten() {
                    self.put(&write["PutRequest"]["Item"]);
                }
                json!({ "UnprocessedItems": {}, "ConsumedCapacity": [consumed] })
            }
            "PutEvents" => {
                let entries = request["Entries"].as_array().map_or(0, Vec::len);
                let entry = json!({ "EventId": "11710aed-b79e-4468-a20b-bb3c0c3b4860" });
                json!({ "FailedEntryCount": 0, "Entries": vec![entry; entries] })
            }
            other => json!({ "message": format!("the stub knows no `{other}`") }),
        }
    }

    /// What is there stays, so that everybody reads the same.
    fn put(&mut self, item: &Value) {
        self.items.entry(partition(item)).or_insert_with(|| item.clone());
    }

    fn item(&self, key: &Value) -> Value {
        self.items.get(&partition(key)).cloned().unwrap_or_default()
    }
}

fn partition(item: &Value) -> String {
    item["PK"]["S"].as_str().unwrap_or_default().to_owned()
}

/// The attributes that a request asks for, which are all where it does not say.
fn project(request: &Value, item: &Value) -> Value {
    let Some(wanted) = request["ProjectionExpression"].as_str() else { return item.clone() };
    let names = wanted.split(',').filter_map(|name| {
        let name = name.trim();
        request["ExpressionAttributeNames"][name].as_str().or(Some(name))
    });
    let attributes = names.filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
    Value::Object(attributes.collect::<Map<_, _>>())
}
