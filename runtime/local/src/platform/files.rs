//! What lies beside a data file.

use std::path::{Path, PathBuf};

/// The event log that belongs to the data file `data`.
pub(crate) fn event_log(data: &Path) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(".events.jsonl");
    PathBuf::from(name)
}

/// The file that says how far the stream of the data file `data` has been relayed.
pub(crate) fn relay_file(data: &Path) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(".relay.json");
    PathBuf::from(name)
}
