//! The directory that a file is to lie in.

use std::path::Path;

use anyhow::Context as _;

/// Makes the directory of the file `path`, where it is missing.
pub(crate) fn of_file(path: &Path) -> anyhow::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => make(parent),
        _ => Ok(()),
    }
}

/// Makes the directory `path`, where it is missing.
pub(crate) fn make(path: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(path)
        .with_context(|| format!("cannot create the directory `{}`", path.display()))
}
