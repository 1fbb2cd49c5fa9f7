//! The data of a session without `--data`: a file that lives across reloads and goes when the command ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;

/// The files of a session are named `session-PID.db`, with SQLite's and the event log's beside it.
const PREFIX: &str = "session-";

/// This command's session.
///
/// The server removes the files when it ends together with this command (an interrupt ends both at once,
/// without a chance for this one to tidy up); dropping the session removes them after an error.
pub(super) struct Session {
    directory: PathBuf,
    process: u32,
}

impl Session {
    /// Starts a session in `directory`, and removes what sessions that were killed left there.
    pub(super) fn start(directory: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot create the directory `{}`", directory.display()))?;
        remove(directory, |process| !is_alive(process));
        Ok(Self { directory: directory.to_owned(), process: std::process::id() })
    }

    /// The session's data file.
    pub(super) fn data(&self) -> PathBuf {
        self.directory.join(format!("{PREFIX}{}.db", self.process))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        remove(&self.directory, |process| process == self.process);
    }
}

/// Removes the files of the sessions whose process `is_over`. What cannot be removed is left to the next start.
fn remove(directory: &Path, is_over: impl Fn(u32) -> bool) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_str().and_then(process).is_some_and(&is_over) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The process whose session the file `name` belongs to: `session-123.db-wal` → 123.
fn process(name: &str) -> Option<u32> {
    let (process, _) = name.strip_prefix(PREFIX)?.split_once('.')?;
    process.parse().ok()
}

fn is_alive(process: u32) -> bool {
    // Where it cannot be told, the files stay.
    Command::new("kill")
        .args(["-0", &process.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_or(true, |status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_session_are_told_by_their_name() {
        assert_eq!(process("session-123.db"), Some(123));
        assert_eq!(process("session-123.db-wal"), Some(123));
        assert_eq!(process("session-123.db.events.jsonl"), Some(123));
        assert_eq!(process("session-123"), None);
        assert_eq!(process("session-.db"), None);
        assert_eq!(process("jwt-secret"), None);
    }

    #[test]
    fn only_what_is_over_is_removed() -> anyhow::Result<()> {
        let directory = std::env::temp_dir().join(format!("purlin-session-{}", std::process::id()));
        fs::create_dir_all(&directory)?;
        for name in ["session-1.db", "session-1.db-wal", "session-2.db", "jwt-secret"] {
            fs::write(directory.join(name), "")?;
        }
        remove(&directory, |process| process == 1);
        let mut left: Vec<_> =
            fs::read_dir(&directory)?.flatten().map(|entry| entry.file_name()).collect();
        left.sort();
        fs::remove_dir_all(&directory)?;
        assert_eq!(left, ["jwt-secret", "session-2.db"]);
        Ok(())
    }
}
