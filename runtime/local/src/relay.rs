//! The table's stream, read as Lambda's event source mapping reads it, and handed to the application's relay.
//!
//! A position moves on only behind records whose events are all published, and is kept in a file where the data is:
//! a process that is killed goes on where it had come to, and sends some events a second time at most.

mod image;
mod position;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::error::DisplayErrorContext;
use aws_sdk_dynamodbstreams::types::ShardIteratorType;
use purlin::stream::Record;
use purlin::{App, Shared};
use tokio::sync::{Mutex, oneshot};

use crate::platform::Platform;
use position::Positions;

/// How often the stream is looked at while nothing comes.
const IDLE: Duration = Duration::from_millis(50);

/// How long to wait after a failure, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LAST_PAUSE: Duration = Duration::from_secs(5);

/// How long it holds which shards there are. A shard that is new then has records that nobody waits for longer.
const SHARDS_HOLD: Duration = Duration::from_secs(5);

/// Records of one batch: as many as an event source mapping hands over where nothing else is said.
const BATCH: i32 = 100;

/// Reads the stream of a platform's table.
pub(crate) struct Relay {
    app: Arc<App>,
    shared: Shared,
    client: Client,
    stream: String,
    reading: Mutex<Reading>,
}

/// How far the stream was read, and where its reading goes on.
struct Reading {
    positions: Positions,
    /// The ids of the stream's shards, and when they were asked for. To tell of a shard a store may look through all
    /// that it holds.
    shards: Option<(Instant, Vec<String>)>,
    /// Where a shard is read on, unless what was read last is to come again.
    iterators: HashMap<String, String>,
}

/// What a look at the stream has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Nothing new.
    Nothing,
    /// Records, which were relayed.
    Records,
    /// Records whose events could not all be published.
    Failure,
}

impl Platform {
    /// The records of the table's stream, those of one shard in their order: what the relay's function is handed.
    ///
    /// # Panics
    /// If the stream cannot be read.
    pub async fn records(&self) -> Vec<Record> {
        match self.relay.records().await {
            Ok(records) => records,
            Err(error) => panic!("the table's stream cannot be read: {error:#}"),
        }
    }
}

impl Relay {
    /// Reads the stream of the application's table, from where the file says that it has come to.
    pub(crate) async fn new(
        app: Arc<App>,
        shared: Shared,
        file: Option<PathBuf>,
    ) -> anyhow::Result<Self> {
        let table = shared.config().table();
        let found = shared.dynamodb().describe_table().table_name(table).send().await;
        let found = found.map_err(|error| anyhow::anyhow!("{}", DisplayErrorContext(error)))?;
        let stream = found.table.and_then(|table| table.latest_stream_arn);
        let stream = stream.with_context(|| format!("the table `{table}` has no stream"))?;
        let client = client(&shared);
        let positions = Positions::open(file)?;
        let reading = Mutex::new(Reading { positions, shards: None, iterators: HashMap::new() });
        Ok(Self { app, shared, client, stream, reading })
    }

    /// Reads until nothing is left that can be relayed now.
    pub(crate) async fn drain(&self) -> anyhow::Result<Seen> {
        loop {
            match self.look().await? {
                Seen::Records => {}
                seen => return Ok(seen),
            }
        }
    }

    /// Everything that the stream holds, by shard.
    pub(crate) async fn records(&self) -> anyhow::Result<Vec<Record>> {
        let mut records = Vec::new();
        for shard in self.shards().await? {
            let mut iterator = self.iterator(&shard, None).await?;
            loop {
                let request = self.client.get_records().set_shard_iterator(iterator).limit(BATCH);
                let found = request.send().await;
                let found =
                    found.map_err(|error| anyhow::anyhow!("{}", DisplayErrorContext(error)))?;
                let batch = found.records.unwrap_or_default();
                if batch.is_empty() {
                    break;
                }
                records.extend(batch.iter().map(image::record));
                iterator = found.next_shard_iterator;
            }
        }
        Ok(records)
    }

    /// Relays what is new, for as long as the process runs.
    pub(crate) fn run(self: Arc<Self>) -> Running {
        let (stop, mut stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let mut pause = FIRST_PAUSE;
            loop {
                let wait = match self.look().await {
                    Ok(Seen::Records) => {
                        pause = FIRST_PAUSE;
                        continue;
                    }
                    Ok(Seen::Nothing) => {
                        pause = FIRST_PAUSE;
                        IDLE
                    }
                    Ok(Seen::Failure) => longer(&mut pause),
                    Err(error) => {
                        let error = format!("{error:#}");
                        tracing::warn!(error, "the table's stream cannot be read");
                        longer(&mut pause)
                    }
                };
                tokio::select! {
                    _ = &mut stopped => return,
                    () = tokio::time::sleep(wait) => {}
                }
            }
        });
        Running { _stop: stop, _task: task }
    }

    /// Reads a batch of each shard, and relays it.
    async fn look(&self) -> anyhow::Result<Seen> {
        // One look at a time: records are relayed in their order.
        let mut reading = self.reading.lock().await;
        let shards = match &reading.shards {
            Some((asked, shards)) if asked.elapsed() < SHARDS_HOLD => shards.clone(),
            _ => {
                let shards = self.shards().await?;
                reading.shards = (!shards.is_empty()).then(|| (Instant::now(), shards.clone()));
                shards
            }
        };
        let mut seen = Seen::Nothing;
        for shard in shards {
            match self.shard(&shard, &mut reading).await? {
                Seen::Nothing => {}
                Seen::Failure => seen = Seen::Failure,
                Seen::Records if seen == Seen::Nothing => seen = Seen::Records,
                Seen::Records => {}
            }
        }
        Ok(seen)
    }

    async fn shards(&self) -> anyhow::Result<Vec<String>> {
        let mut shards = Vec::new();
        let mut after = None;
        loop {
            let request = self.client.describe_stream().stream_arn(&self.stream);
            let found = request.set_exclusive_start_shard_id(after.take()).send().await;
            let found = found.map_err(|error| anyhow::anyhow!("{}", DisplayErrorContext(error)))?;
            let Some(description) = found.stream_description else { return Ok(shards) };
            let found = description.shards.unwrap_or_default();
            shards.extend(found.into_iter().filter_map(|shard| shard.shard_id));
            after = description.last_evaluated_shard_id;
            if after.is_none() {
                return Ok(shards);
            }
        }
    }

    /// Where a shard is read from: behind the position that it has come to.
    async fn iterator(
        &self,
        shard: &str,
        position: Option<&str>,
    ) -> anyhow::Result<Option<String>> {
        let request = self.client.get_shard_iterator().stream_arn(&self.stream).shard_id(shard);
        let request = match position {
            Some(position) => request
                .shard_iterator_type(ShardIteratorType::AfterSequenceNumber)
                .sequence_number(position),
            None => request.shard_iterator_type(ShardIteratorType::TrimHorizon),
        };
        let found = request.send().await;
        let found = found.map_err(|error| anyhow::anyhow!("{}", DisplayErrorContext(error)))?;
        Ok(found.shard_iterator)
    }

    async fn shard(&self, shard: &str, reading: &mut Reading) -> anyhow::Result<Seen> {
        // It is taken out: after a failure the position says where to read on.
        let iterator = match reading.iterators.remove(shard) {
            Some(iterator) => Some(iterator),
            None => self.iterator(shard, reading.positions.of(shard)).await?,
        };
        let request = self.client.get_records().set_shard_iterator(iterator).limit(BATCH);
        let found = request.send().await;
        let found = found.map_err(|error| anyhow::anyhow!("{}", DisplayErrorContext(error)))?;
        let next = found.next_shard_iterator;
        let records: Vec<_> = found.records.unwrap_or_default().iter().map(image::record).collect();
        let Some(last) = records.last().map(|record| record.sequence_number().to_owned()) else {
            reading.iterators.extend(next.map(|next| (shard.to_owned(), next)));
            return Ok(Seen::Nothing);
        };
        let relayed = self.app.relay(&records, &self.shared).await;
        let Some(failed) = relayed.failed.first() else {
            reading.positions.move_to(shard, &last)?;
            reading.iterators.extend(next.map(|next| (shard.to_owned(), next)));
            return Ok(Seen::Records);
        };
        // As Lambda has it: everything from the first failure on comes again.
        let numbers = records.iter().map(purlin::stream::Record::sequence_number);
        if let Some(before) = numbers.take_while(|number| number != failed).last() {
            reading.positions.move_to(shard, before)?;
        }
        Ok(Seen::Failure)
    }
}

/// The pause, after which the next one is longer.
fn longer(pause: &mut Duration) -> Duration {
    let now = *pause;
    *pause = (now * 2).min(LAST_PAUSE);
    now
}

/// A relay at work. Dropping it stops it behind the batch that it is at.
pub(crate) struct Running {
    _stop: oneshot::Sender<()>,
    _task: tokio::task::JoinHandle<()>,
}

/// A client of the stream, like the application's of the table.
fn client(shared: &Shared) -> Client {
    let config = shared.dynamodb().config();
    let mut builder = aws_sdk_dynamodbstreams::Config::builder()
        .behavior_version_latest()
        .region(config.region().cloned())
        .retry_config(aws_sdk_dynamodbstreams::config::retry::RetryConfig::standard());
    if let Some(endpoint) = shared.config().dynamodb_endpoint() {
        builder = builder.endpoint_url(endpoint);
    }
    if let Some(credentials) = shared.config().credentials() {
        builder = builder.credentials_provider(credentials);
    }
    Client::from_conf(builder.build())
}
