//! The event log and the journal of its deliveries, which agree with each other at every moment.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;

use super::Event;
use super::journal::{self, Journal};
use super::log::{self, Log};
use super::state::{Line, State};

/// What a bus holds.
pub(super) struct Ledger {
    log: Log,
    inner: Mutex<Inner>,
    /// How many events are not settled.
    pending: watch::Sender<usize>,
}

struct Inner {
    state: State,
    journal: Option<Journal>,
    closed: bool,
}

/// What the event log says of where an event goes.
#[derive(Deserialize)]
struct Targets {
    #[serde(default)]
    targets: Vec<String>,
}

impl Ledger {
    /// A ledger in memory.
    pub(super) fn in_memory() -> Self {
        Self::new(Log::in_memory(), State::default(), None)
    }

    /// A ledger in the event log `path` and the journal beside it, with what they already hold.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        // The event log's lock is the journal's as well.
        let file = log::lock(path)?;
        let deliveries = journal::beside(path);
        let mut state = journal::read(&deliveries)?;
        let from = match file.metadata() {
            Ok(metadata) if metadata.len() < state.checkpoint() => 0,
            _ => state.checkpoint(),
        };
        let log = Log::read(file, path, |offset, line| {
            if offset >= from {
                take_in(&mut state, line);
            }
        })?;
        state.read();
        let journal = Journal::write(&deliveries, &state, log.end())
            .with_context(|| format!("cannot write the deliveries `{}`", deliveries.display()))?;
        Ok(Self::new(log, state, Some(journal)))
    }

    fn new(log: Log, state: State, journal: Option<Journal>) -> Self {
        let pending = watch::Sender::new(state.pending());
        Self { log, inner: Mutex::new(Inner { state, journal, closed: false }), pending }
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    /// Keeps `event`, and that it goes to the rules `targets`.
    pub(super) fn accept(
        &self,
        event: Event,
        json: &Arc<Value>,
        targets: Vec<String>,
    ) -> io::Result<()> {
        // Held all along: a journal that is written anew in between would say that the event is settled.
        let mut inner = self.lock();
        let id = event.id.clone();
        self.log.push(event, &targets)?;
        inner.state.open(id, targets, Arc::clone(json));
        self.tell(&inner);
        Ok(())
    }

    /// Writes a line into the journal, and does what it says.
    pub(super) fn record(&self, line: Line) -> io::Result<()> {
        let mut inner = self.lock();
        self.write(&mut inner, line)
    }

    /// Makes a dead letter a delivery again; says whether it was there.
    pub(super) fn redrive(&self, id: &str) -> io::Result<bool> {
        let mut inner = self.lock();
        let is_there = inner.state.letter(id).is_some();
        if is_there {
            self.write(&mut inner, Line::Redriven { id: id.to_owned() })?;
        }
        Ok(is_there)
    }

    /// Looks at what is not settled.
    pub(super) fn with<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock().state)
    }

    /// Takes nothing more, and leaves the files to others. What is in memory can still be read.
    pub(super) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.journal = None;
        self.log.close();
    }

    /// Waits until every event is settled.
    pub(super) async fn settled(&self) {
        // The sender is this ledger's own, so it is there.
        let _ = self.pending.subscribe().wait_for(|pending| *pending == 0).await;
    }

    fn write(&self, inner: &mut Inner, line: Line) -> io::Result<()> {
        if inner.closed {
            return Err(io::Error::other("the bus has stopped"));
        }
        if let Some(journal) = &mut inner.journal {
            journal.append(&line)?;
        }
        inner.state.apply(line);
        if let Some(journal) = &mut inner.journal {
            journal.tidy(&inner.state, self.log.end());
        }
        self.tell(inner);
        Ok(())
    }

    fn tell(&self, inner: &Inner) {
        self.pending.send_replace(inner.state.pending());
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves the state whole: each change to it is one call.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes in a line of the event log, which may be of an event that is not settled.
fn take_in(state: &mut State, line: &[u8]) {
    // A line that is no event has been reported by the log.
    let Ok(Targets { targets }) = serde_json::from_slice(line) else { return };
    if targets.is_empty() {
        return;
    }
    let Ok(Value::Object(mut event)) = serde_json::from_slice(line) else { return };
    event.remove(log::TARGETS);
    if let Some(id) = event.get("id").and_then(Value::as_str).map(str::to_owned) {
        state.open(id, targets, Arc::new(Value::Object(event)));
    }
}
