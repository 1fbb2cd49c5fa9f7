//! The embedded DynamoDB: its wire protocol on SQLite, in memory or in a file.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use dynoxide::Database;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::{directory, server};

/// How often expired items are removed. DynamoDB itself takes up to a few days; readers must not rely on it.
const SWEEP_EVERY: Duration = Duration::from_secs(10);

/// A running DynamoDB on loopback. Dropping it stops it; what a file holds stays.
///
/// It is a stand-in for development: nothing is throttled, every read is consistent, and nothing is replicated.
pub struct Store {
    endpoint: String,
    // SQLite runs on the worker that took the request, so the store has workers of its own and never
    // stalls the application's. `None` only while it is being dropped.
    runtime: Option<Runtime>,
    _stop: oneshot::Sender<()>,
}

impl Store {
    /// Starts a store in memory, on a free port.
    ///
    /// # Errors
    /// When no loopback port can be opened.
    pub fn in_memory() -> anyhow::Result<Self> {
        // A name that no other store of the process has: the engine's own way into memory would keep everybody else
        // out, and with them the index.
        let name = format!("file:purlin-{}?mode=memory&cache=shared", uuid::Uuid::now_v7());
        let database = Database::new(&name).context("cannot create the store in memory")?;
        index_stream(&name).context("cannot prepare the store in memory")?;
        Self::start(database, 0)
    }

    /// Starts a store that keeps its data in the SQLite file `path`, on a free port.
    ///
    /// Every write that was answered is in the file: it survives a kill of the process.
    ///
    /// # Errors
    /// When the file cannot be created or is not a database, or no loopback port can be opened.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let text =
            path.to_str().with_context(|| format!("the path `{}` is not UTF-8", path.display()))?;
        directory::of_file(path)?;
        let database = Database::new(text)
            .with_context(|| format!("cannot open `{text}` as the store's data file"))?;
        index_stream(text).with_context(|| format!("cannot prepare the data file `{text}`"))?;
        Self::start(database, 0)
    }

    fn start(database: Database, port: u16) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("dynamodb")
            .enable_all()
            .build()
            .context("cannot start the store's threads")?;
        // A caller may itself be on a runtime, where blocking on another one panics; so the listener
        // is bound with the standard library and handed over.
        let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port))
            .map_err(|error| server::bind_error(port, error))?;
        listener.set_nonblocking(true).context("cannot prepare the store's port")?;
        let endpoint =
            format!("http://{}", listener.local_addr().context("cannot read the store's port")?);
        let (stop, stopped) = oneshot::channel::<()>();
        let swept = database.clone();
        runtime.spawn(async move {
            let listener = match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => listener,
                Err(error) => return tracing::error!(%error, "the store cannot listen"),
            };
            let stop = async {
                let _ = stopped.await;
            };
            if let Err(error) =
                dynoxide::server::serve_with_shutdown(listener, database, stop).await
            {
                tracing::error!(error, "the store failed");
            }
        });
        runtime.spawn(sweep(swept));
        Ok(Self { endpoint, runtime: Some(runtime), _stop: stop })
    }

    /// The URL at which the store speaks DynamoDB's protocol, without a trailing slash.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

/// Gives the engine an index of its streams: without it each write looks through all records there ever were, since the
/// engine removes none.
fn index_stream(database: &str) -> rusqlite::Result<()> {
    let connection = rusqlite::Connection::open(database)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch(
        "CREATE INDEX IF NOT EXISTS purlin_stream ON _stream_records \
         (table_name, CAST(sequence_number AS INTEGER))",
    )
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Dropping a runtime waits for its threads, which panics on another runtime's worker.
            runtime.shutdown_background();
        }
    }
}

/// Removes expired items for as long as the store runs: the engine expires nothing by itself.
async fn sweep(database: Database) {
    let mut timer = tokio::time::interval(SWEEP_EVERY);
    timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    timer.tick().await;
    loop {
        timer.tick().await;
        let database = database.clone();
        match tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
            Ok(Ok(0)) | Err(_) => {}
            Ok(Ok(count)) => tracing::debug!(count, "removed expired items"),
            Ok(Err(error)) => tracing::warn!(%error, "cannot remove expired items"),
        }
    }
}
