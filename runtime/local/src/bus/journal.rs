//! The file that tells which deliveries are settled.
//!
//! At each start, and whenever most of it speaks of what is settled, it is written anew: where the event log ends, and
//! what is not settled. So neither reading it nor keeping it takes more than what is not settled does.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::lines;
use super::state::{Line, State};

/// How many lines are appended at least before the file is written anew.
const APPENDED: usize = 10_000;

/// How the name of an event log ends.
const LOG: &str = ".events.jsonl";

/// The journal, open at its end.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// How many lines were appended since it was written anew.
    appended: usize,
}

/// The journal that belongs to the event log `log`: `FILE.deliveries.jsonl` beside `FILE.events.jsonl`.
pub(crate) fn beside(log: &Path) -> PathBuf {
    let name = log.as_os_str().to_string_lossy();
    let mut path = match name.strip_suffix(LOG) {
        Some(data) => data.into(),
        None => log.as_os_str().to_owned(),
    };
    path.push(".deliveries.jsonl");
    path.into()
}

/// Where a journal is written before it takes the place of the one at `path`.
pub(crate) fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// What the journal at `path` says; nothing where there is none.
pub(super) fn read(path: &Path) -> anyhow::Result<State> {
    let mut state = State::reading();
    let name = path.display();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(state),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot open the deliveries `{name}`"));
        }
    };
    // What a line says that cannot be read is done again: a delivery is at least once.
    let see = |number, _, line: &[u8]| match serde_json::from_slice(line) {
        Ok(line) => state.apply(line),
        Err(error) => tracing::warn!(%error, "skipped line {number} of `{name}`"),
    };
    lines::read(BufReader::new(file), see)
        .with_context(|| format!("cannot read the deliveries `{name}`"))?;
    Ok(state)
}

impl Journal {
    /// Writes the journal `path` anew, where the event log ends at the byte `log`. Until it is whole, the one before
    /// it stays.
    pub(super) fn write(path: &Path, state: &State, log: u64) -> io::Result<Self> {
        let unfinished = unfinished(path);
        let mut writer = BufWriter::new(File::create(&unfinished)?);
        for line in state.lines(log) {
            serde_json::to_writer(&mut writer, &line)?;
            writer.write_all(b"\n")?;
        }
        let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        // A name that outlives a loss of power must not be that of an empty file.
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { path: path.to_owned(), file, appended: 0 })
    }

    /// Appends a line; once this returns, a kill of the process does not lose it.
    pub(super) fn append(&mut self, line: &Line) -> io::Result<()> {
        lines::append(&mut self.file, line)?;
        self.appended += 1;
        Ok(())
    }

    /// Writes the file anew if that makes it much shorter. What it costs is in proportion to what was appended.
    pub(super) fn tidy(&mut self, state: &State, log: u64) {
        if self.appended < APPENDED.max(state.size()) {
            return;
        }
        match Self::write(&self.path, state, log) {
            Ok(journal) => *self = journal,
            Err(error) => {
                // It is long, and says what it must: it is tried again later.
                self.appended = 0;
                tracing::warn!(%error, "cannot shorten `{}`", self.path.display());
            }
        }
    }
}
