//! Brings the folder in line with the files: writes what differs, removes what is stale.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::files::{Files, MARK};
use super::parallel;

/// How much of a file is read to find the mark, in bytes.
const HEAD: u64 = 512;

/// Whether to write, or only to tell what would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Write.
    Write,
    /// Tell.
    Check,
}

/// What a run changed, or would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Files written, new or different.
    pub written: Vec<PathBuf>,
    /// Files removed.
    pub removed: Vec<PathBuf>,
}

impl Outcome {
    /// Whether everything stood as it should.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty()
    }
}

/// Makes the files below `root` what `files` says; below `owned`, whatever else bears our mark goes.
///
/// Each file is replaced in one step, so a run that is killed leaves every file whole, old or new.
///
/// # Errors
/// A file of somebody else's where one of ours belongs (nothing is written then), or a failure
/// to read or write, with the path.
pub fn sync(root: &Path, owned: &Path, files: &Files, mode: Mode) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut foreign = Vec::new();
    let mut changes = Vec::new();
    let wanted: Vec<(&Path, &str)> = files.iter().collect();
    let states = parallel::map(&wanted, |(path, text)| state(&root.join(path), text));
    for ((path, text), state) in wanted.into_iter().zip(states) {
        match state? {
            State::Same => {}
            State::Foreign => foreign.push(path.to_owned()),
            State::Different => changes.push((path, text)),
        }
    }
    if !foreign.is_empty() {
        let list: Vec<String> =
            foreign.iter().map(|path| format!("`{}`", path.display())).collect();
        bail!(
            "{} was not generated and would be overwritten; move it away, or give the schema's entity or event another name (nothing was written)",
            list.join(", ")
        );
    }
    let stale = stale(root, owned, files)?;
    for (path, text) in changes {
        if mode == Mode::Write {
            replace(&root.join(path), text)?;
        }
        outcome.written.push(path.to_owned());
    }
    for path in stale {
        if mode == Mode::Write {
            let target = root.join(&path);
            fs::remove_file(&target)
                .with_context(|| format!("cannot remove `{}`", target.display()))?;
            remove_empty(target.parent(), &root.join(owned));
        }
        outcome.removed.push(path);
    }
    Ok(outcome)
}

/// What stands where a file of ours belongs.
enum State {
    Same,
    /// Another text of ours, or nothing.
    Different,
    /// Somebody else's file.
    Foreign,
}

fn state(target: &Path, text: &str) -> anyhow::Result<State> {
    match fs::read(target) {
        Ok(present) if present == text.as_bytes() => Ok(State::Same),
        Ok(present) if !is_ours(target, &present) => Ok(State::Foreign),
        Ok(_) => Ok(State::Different),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::Different),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", target.display())),
    }
}

/// Whether a file bears our mark, which stands near its top.
///
/// JSON has no comments. There the mark is the first entry, `$comment`, and nowhere else: a file that only speaks of the
/// mark, in a description say, is somebody's own.
pub(crate) fn is_ours(path: &Path, text: &[u8]) -> bool {
    let head = &text[..text.len().min(HEAD as usize)];
    if path.extension().is_some_and(|extension| extension == "json") {
        let mark = ["{", "\"$comment\"", ":", "\""]
            .iter()
            .try_fold(head, |rest, token| rest.trim_ascii_start().strip_prefix(token.as_bytes()));
        return mark.is_some_and(|rest| rest.starts_with(MARK.as_bytes()));
    }
    head.windows(MARK.len()).any(|window| window == MARK.as_bytes())
}

/// Writes beside the target and renames, so that the target is never half a file.
fn replace(target: &Path, text: &str) -> anyhow::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let beside = folder.join(format!(".{name}.{}.new", std::process::id()));
        let result = fs::File::create(&beside)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .and_then(|()| fs::rename(&beside, target));
        if result.is_err() {
            // Whatever was begun is of no use to anybody; the first error is the one to tell.
            let _ = fs::remove_file(&beside);
        }
        result
    };
    write().with_context(|| {
        format!("cannot write `{}`; what stood there before still does", target.display())
    })
}

/// Files below `owned` that bear our mark and that this run does not make.
fn stale(root: &Path, owned: &Path, files: &Files) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![owned.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(root.join(&folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read `{}`", folder.display()));
            }
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot read `{}`", folder.display()))?;
            let path = folder.join(entry.file_name());
            let kind = entry.file_type()?;
            // Links are not followed: what they lead to is not ours to remove.
            if kind.is_dir() && entry.file_name() != "target" {
                folders.push(path);
            } else if kind.is_file()
                && files.get(&path).is_none()
                && head_is_ours(&root.join(&path))?
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn head_is_ours(path: &Path) -> anyhow::Result<bool> {
    let mut head = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(HEAD).read_to_end(&mut head))
        .with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(is_ours(path, &head))
}

fn remove_empty(folder: Option<&Path>, top: &Path) {
    let mut folder = folder;
    while let Some(path) = folder.filter(|path| path.starts_with(top) && *path != top) {
        // A folder that still holds something refuses, which is what is wanted.
        if fs::remove_dir(path).is_err() {
            return;
        }
        folder = path.parent();
    }
}
