//! What can go wrong on the wire, done on purpose: a proxy before the store and the bus that refuses requests as AWS
//! does, that reaches no bus, or that ends the process at a chosen moment.

mod entries;
pub(crate) mod message;

use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use self::message::Message;

/// The requests that read items, and those that write them: DynamoDB throttles both.
const READS: [&str; 4] = ["GetItem", "Query", "BatchGetItem", "TransactGetItems"];
const WRITES: [&str; 5] =
    ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];

const PUT_EVENTS: &str = "PutEvents";
const GET_RECORDS: &str = "GetRecords";

/// What goes wrong, as `--wire` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// `throttle=PER_MILLE:SEED`: so many of a thousand requests on items and of events published are refused, since
    /// there were too many.
    Throttle(u32, u64),
    /// `kill=N`: the process is killed at the Nth wire event, without a chance to do anything about it.
    ///
    /// A wire event is a request that writes items or publishes, when it has been sent and has not arrived, and when
    /// its answer has not arrived; and an answer of the stream that has records. A request that only reads changes
    /// nothing: to be killed there is to be killed at the event before it.
    Kill(u32),
    /// `no-bus`: nothing that is published arrives, or is answered.
    NoBus,
}

impl FromStr for Fault {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        Ok(match text.split_once('=') {
            Some(("throttle", rest)) => {
                let (share, seed) = rest.split_once(':').context("write `PER_MILLE:SEED`")?;
                Self::Throttle(share.parse()?, seed.parse()?)
            }
            Some(("kill", number)) => Self::Kill(number.parse()?),
            None if text == "no-bus" => Self::NoBus,
            _ => bail!("`{text}` is no fault"),
        })
    }
}

/// The proxies of a platform. Dropping it closes their ports.
pub(crate) struct Wire {
    shared: Arc<Shared>,
    stops: Vec<oneshot::Sender<()>>,
}

struct Shared {
    fault: Fault,
    random: Mutex<fastrand::Rng>,
    /// How many wire events there have been.
    events: AtomicU32,
}

impl Wire {
    pub(crate) fn new(fault: Fault) -> Self {
        let seed = match fault {
            Fault::Throttle(_, seed) => seed,
            Fault::Kill(_) | Fault::NoBus => 0,
        };
        let random = Mutex::new(fastrand::Rng::with_seed(seed));
        let shared = Arc::new(Shared { fault, random, events: AtomicU32::new(0) });
        Self { shared, stops: Vec::new() }
    }

    /// The URL of a proxy before `endpoint`, on the runtime of whoever asks.
    pub(crate) async fn before(&mut self, endpoint: &str) -> anyhow::Result<String> {
        let address = endpoint.strip_prefix("http://").unwrap_or(endpoint).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot open a port")?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, mut stopped) = oneshot::channel::<()>();
        self.stops.push(stop);
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            loop {
                let client = tokio::select! {
                    _ = &mut stopped => return,
                    accepted = listener.accept() => match accepted {
                        Ok((client, _)) => client,
                        Err(error) => return tracing::error!(%error, "the proxy cannot listen"),
                    },
                };
                let (shared, address) = (Arc::clone(&shared), address.clone());
                tokio::spawn(async move {
                    // A connection that breaks is what this proxy is for.
                    let _ = shared.forward(client, &address).await;
                });
            }
        });
        Ok(url)
    }
}

impl Shared {
    async fn forward(&self, mut client: TcpStream, address: &str) -> anyhow::Result<()> {
        client.set_nodelay(true)?;
        let mut server = TcpStream::connect(address).await?;
        server.set_nodelay(true)?;
        let mut rest = Vec::new();
        let mut rest_of_server = Vec::new();
        while let Some(request) = message::read(&mut client, &mut rest).await? {
            let target = request.header("x-amz-target").unwrap_or_default();
            let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
            let is_event = operation == PUT_EVENTS || WRITES.contains(&operation.as_str());
            if is_event {
                self.passes(&operation, "sent").await;
            }
            if self.fault == Fault::NoBus && operation == PUT_EVENTS {
                bail!("there is no bus");
            }
            let (request, refused) = match self.refuse(&operation, request) {
                Ok(passed) => passed,
                Err(answer) => {
                    answer.write(&mut client).await?;
                    continue;
                }
            };
            request.write(&mut server).await?;
            let answer = message::read(&mut server, &mut rest_of_server).await?;
            let answer = answer.context("the server closes the connection")?;
            if is_event || (operation == GET_RECORDS && has_records(&answer)) {
                self.passes(&operation, "answered").await;
            }
            entries::join(answer, &refused)?.write(&mut client).await?;
        }
        Ok(())
    }

    /// What is left of a request and the entries that are refused, or the answer where nothing is left.
    fn refuse(&self, operation: &str, request: Message) -> Result<(Message, Vec<usize>), Message> {
        let Fault::Throttle(share, _) = self.fault else { return Ok((request, Vec::new())) };
        if operation == PUT_EVENTS {
            return entries::split(request, || self.hits(share));
        }
        let is_on_items = READS.contains(&operation) || WRITES.contains(&operation);
        if !is_on_items || !self.hits(share) {
            return Ok((request, Vec::new()));
        }
        let error = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
        let body = json!({ "__type": error, "message": "There are too many requests." });
        Err(Message::refusal(&body))
    }

    fn hits(&self, share: u32) -> bool {
        // A generator is whole whatever happened to another holder of it.
        self.random.lock().unwrap_or_else(PoisonError::into_inner).u32(0..1000) < share
    }

    /// Counts a wire event, and ends the process where it is the last.
    async fn passes(&self, operation: &str, what: &str) {
        let Fault::Kill(last) = self.fault else { return };
        let number = self.events.fetch_add(1, Ordering::SeqCst) + 1;
        if number < last {
            return;
        }
        if number == last {
            eprintln!("wire event {number}: {operation} is {what}");
            let id = std::process::id().to_string();
            let kill = std::process::Command::new("kill").args(["-s", "KILL", &id]).status();
            eprintln!("the process outlives its end: {kill:?}");
        }
        // Nothing else passes meanwhile.
        std::future::pending::<()>().await;
    }
}

fn has_records(answer: &Message) -> bool {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    body.is_some_and(|body| body["Records"].as_array().is_some_and(|records| !records.is_empty()))
}
