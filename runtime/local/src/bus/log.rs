//! The events a bus has taken: the newest in memory, all of them in a file where one is given.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, bail};

use super::Event;
use crate::directory;

/// How many events are kept in memory. The file keeps every one.
const KEPT: usize = 10_000;

/// The log. One JSON object a line in the file, oldest first.
pub(super) struct Log {
    inner: Mutex<Inner>,
}

struct Inner {
    events: VecDeque<Event>,
    file: Option<File>,
    closed: bool,
}

impl Log {
    /// A log in memory.
    pub(super) fn in_memory() -> Self {
        Self { inner: Mutex::new(Inner { events: VecDeque::new(), file: None, closed: false }) }
    }

    /// A log in the file `path`, with what it already holds.
    ///
    /// A last line without its end was being written when the process was killed: it was never
    /// acknowledged, so it is cut off, and what follows starts on a line of its own.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        directory::of_file(path)?;
        let name = path.display();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .with_context(|| format!("cannot open the event log `{name}`"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "`{name}` is in use by another process: stop it, or give another file with `--data`"
                )
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock the event log `{name}`"));
            }
        }
        let (events, end) = read(&file, path)?;
        file.set_len(end).with_context(|| format!("cannot mend the event log `{name}`"))?;
        file.seek(SeekFrom::End(0))
            .with_context(|| format!("cannot append to the event log `{name}`"))?;
        Ok(Self { inner: Mutex::new(Inner { events, file: Some(file), closed: false }) })
    }

    /// Keeps `event`; once this returns, a kill of the process does not lose it.
    pub(super) fn push(&self, event: Event) -> io::Result<()> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(io::Error::other("the bus has stopped"));
        }
        if let Some(file) = &mut inner.file {
            append(file, &event)?;
        }
        if inner.events.len() == KEPT {
            inner.events.pop_front();
        }
        inner.events.push_back(event);
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

/// Appends one line in one write; on failure the file is as it was.
fn append(file: &mut File, event: &Event) -> io::Result<()> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    let before = file.stream_position()?;
    file.write_all(&line).inspect_err(|_| {
        // The disk is full: a part of the line must not become the head of the next one.
        let _ = file.set_len(before);
        let _ = file.seek(SeekFrom::Start(before));
    })
}

/// The newest events of a file, oldest first, and where its last whole line ends.
fn read(file: &File, path: &Path) -> anyhow::Result<(VecDeque<Event>, u64)> {
    let mut reader = BufReader::new(file);
    let mut events = VecDeque::new();
    let mut line = Vec::new();
    let mut end = 0;
    for number in 1.. {
        line.clear();
        let length = reader
            .read_until(b'\n', &mut line)
            .with_context(|| format!("cannot read the event log `{}`", path.display()))?;
        if line.last() != Some(&b'\n') {
            break;
        }
        end += length as u64;
        match serde_json::from_slice(&line) {
            Ok(event) => {
                if events.len() == KEPT {
                    events.pop_front();
                }
                events.push_back(event);
            }
            Err(error) => tracing::warn!(%error, "skipped line {number} of `{}`", path.display()),
        }
    }
    Ok((events, end))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            log.push(event(id))?;
        }
        assert_eq!(ids(&log), ["3", "2", "1"]);
        assert_eq!(log.newest(2).len(), 2);
        Ok(())
    }

    #[test]
    fn memory_is_bounded() -> anyhow::Result<()> {
        let log = Log::in_memory();
        for id in 0..=KEPT {
            log.push(event(&id.to_string()))?;
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
        let log = Log::open(&path)?;
        log.push(event("1"))?;
        drop(log);
        OpenOptions::new().append(true).open(&path)?.write_all(br#"{"id":"2","detail-ty"#)?;

        let log = Log::open(&path)?;
        assert_eq!(ids(&log), ["1"]);
        log.push(event("3"))?;
        drop(log);
        assert_eq!(ids(&Log::open(&path)?), ["3", "1"]);
        assert_eq!(std::fs::read_to_string(&path)?.lines().count(), 2);
        Ok(())
    }

    #[test]
    fn a_line_that_is_no_event_is_skipped() -> anyhow::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("data.events.jsonl");
        std::fs::write(&path, b"not an event\n\xff\n")?;
        let log = Log::open(&path)?;
        log.push(event("1"))?;
        assert_eq!(ids(&log), ["1"]);
        Ok(())
    }

    #[test]
    fn a_file_in_use_is_refused() -> anyhow::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("data.events.jsonl");
        let _first = Log::open(&path)?;
        let second = Log::open(&path).map(drop).expect_err("the first has it").to_string();
        assert!(second.contains("in use by another process"), "{second}");
        Ok(())
    }
}
