//! The events a bus has taken: the newest in memory, all of them in a file where one is given.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, bail};
use serde::Serialize;

use super::{Event, lines};
use crate::directory;

/// How many events are kept in memory. The file keeps every one.
const KEPT: usize = 10_000;

/// What a line calls the rules that its event goes to.
pub(super) const TARGETS: &str = "targets";

/// The log. One JSON object a line in the file, oldest first.
pub(super) struct Log {
    inner: Mutex<Inner>,
    path: PathBuf,
}

struct Inner {
    events: VecDeque<Event>,
    file: Option<File>,
    /// Where the file's last line ends.
    end: u64,
    closed: bool,
}

/// An event, and the rules that it goes to.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: &'a Event,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    targets: &'a [String],
}

/// Opens the file of a log, for this process alone.
pub(super) fn lock(path: &Path) -> anyhow::Result<File> {
    directory::of_file(path)?;
    let name = path.display();
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("cannot open the event log `{name}`"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "`{name}` is in use by another process: stop it, or give another file with `--data`"
            )
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock the event log `{name}`"))
        }
    }
}

impl Log {
    /// A log in memory.
    pub(super) fn in_memory() -> Self {
        Self::new(PathBuf::new(), VecDeque::new(), None, 0)
    }

    fn new(path: PathBuf, events: VecDeque<Event>, file: Option<File>, end: u64) -> Self {
        Self { inner: Mutex::new(Inner { events, file, end, closed: false }), path }
    }

    /// A log in `file`, which lies at `path`, with what it already holds. Each of its lines is shown to `see`, with
    /// the byte at which it begins.
    ///
    /// A last line without its end was being written when the process was killed: it was never
    /// acknowledged, so it is cut off, and what follows starts on a line of its own.
    pub(super) fn read(
        mut file: File,
        path: &Path,
        mut see: impl FnMut(u64, &[u8]),
    ) -> anyhow::Result<Self> {
        let name = path.display();
        let mut events = VecDeque::new();
        let end = lines::read(BufReader::new(&file), |number, offset, line| {
            match serde_json::from_slice(line) {
                Ok(event) => keep(&mut events, event),
                Err(error) => tracing::warn!(%error, "skipped line {number} of `{name}`"),
            }
            see(offset, line);
        })
        .with_context(|| format!("cannot read the event log `{name}`"))?;
        file.set_len(end).with_context(|| format!("cannot mend the event log `{name}`"))?;
        file.seek(SeekFrom::End(0))
            .with_context(|| format!("cannot append to the event log `{name}`"))?;
        Ok(Self::new(path.to_owned(), events, Some(file), end))
    }

    /// Keeps `event` and the rules that it goes to; once this returns, a kill of the process does not lose it.
    pub(super) fn push(&self, event: Event, targets: &[String]) -> io::Result<()> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(io::Error::other("the bus has stopped"));
        }
        if let Some(file) = &mut inner.file {
            lines::append(file, &Line { event: &event, targets })?;
            inner.end = file.stream_position()?;
        }
        keep(&mut inner.events, event);
        Ok(())
    }

    /// Where the last line of the file ends.
    pub(super) fn end(&self) -> u64 {
        self.lock().end
    }

    /// Shows every event to `see`, oldest first: those of the file, or where there is none those in memory.
    pub(super) fn each(&self, mut see: impl FnMut(Event)) -> io::Result<()> {
        let (is_file, end) = {
            let inner = self.lock();
            (inner.file.is_some(), inner.end)
        };
        if !is_file {
            let events = self.lock().events.clone();
            events.into_iter().for_each(see);
            return Ok(());
        }
        // What is appended meanwhile is no part of it.
        let file = BufReader::new(File::open(&self.path)?.take(end));
        lines::read(file, |_, _, line| {
            // A line that is no event was reported when the log was opened.
            if let Ok(event) = serde_json::from_slice(line) {
                see(event);
            }
        })?;
        Ok(())
    }

    /// Takes no more events, and leaves the file to others. What is in memory can still be read.
    pub(super) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.file = None;
    }

    /// At most `limit` events, newest first.
    pub(super) fn newest(&self, limit: usize) -> Vec<Event> {
        self.lock().events.iter().rev().take(limit).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves the queue whole: each change to it is one call.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keep(events: &mut VecDeque<Event>, event: Event) {
    if events.len() == KEPT {
        events.pop_front();
    }
    events.push_back(event);
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn open(path: &Path) -> anyhow::Result<Log> {
        Log::read(lock(path)?, path, |_, _| {})
    }

    fn event(id: &str) -> Event {
        Event { id: id.to_owned(), detail_type: "Made".to_owned(), ..Event::default() }
    }

    fn ids(log: &Log) -> Vec<String> {
        log.newest(usize::MAX).into_iter().map(|event| event.id).collect()
    }

    #[test]
    fn events_come_newest_first() -> anyhow::Result<()> {
        let log = Log::in_memory();
        for id in ["1", "2", "3"] {
            log.push(event(id), &[])?;
        }
        assert_eq!(ids(&log), ["3", "2", "1"]);
        assert_eq!(log.newest(2).len(), 2);
        Ok(())
    }

    #[test]
    fn memory_is_bounded() -> anyhow::Result<()> {
        let log = Log::in_memory();
        for id in 0..=KEPT {
            log.push(event(&id.to_string()), &[])?;
        }
        let ids = ids(&log);
        assert_eq!(ids.len(), KEPT);
        assert_eq!(ids.last().map(String::as_str), Some("1"));
        Ok(())
    }

    #[test]
    fn a_torn_last_line_is_cut_off_and_does_not_corrupt_the_next() -> anyhow::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("data.events.jsonl");
        let log = open(&path)?;
        log.push(event("1"), &[])?;
        drop(log);
        OpenOptions::new().append(true).open(&path)?.write_all(br#"{"id":"2","detail-ty"#)?;

        let log = open(&path)?;
        assert_eq!(ids(&log), ["1"]);
        log.push(event("3"), &[])?;
        drop(log);
        assert_eq!(ids(&open(&path)?), ["3", "1"]);
        assert_eq!(std::fs::read_to_string(&path)?.lines().count(), 2);
        Ok(())
    }

    #[test]
    fn a_line_that_is_no_event_is_skipped() -> anyhow::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("data.events.jsonl");
        std::fs::write(&path, b"not an event\n\xff\n")?;
        let log = open(&path)?;
        log.push(event("1"), &[])?;
        assert_eq!(ids(&log), ["1"]);
        Ok(())
    }

    #[test]
    fn a_file_in_use_is_refused() -> anyhow::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("data.events.jsonl");
        let _first = open(&path)?;
        let second = open(&path).map(drop).expect_err("the first has it").to_string();
        assert!(second.contains("in use by another process"), "{second}");
        Ok(())
    }
}
