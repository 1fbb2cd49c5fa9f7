//! What the last run that found everything in order looked at, so that the next one need not look again.
//!
//! Like cargo's fingerprints: documents, generator and generated files are known by size, inode and time of change,
//! without being read. `--check` never relies on it.

use std::fs::{self, Metadata};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::CodegenArgs;

/// How old the last change must be. Two changes within one tick of the file system's clock look like one, and a tick
/// may be several milliseconds long.
const SETTLED: Duration = Duration::from_millis(100);

/// The state of everything that decides what a run does, before the run.
pub(crate) struct Stamp {
    record: PathBuf,
    digest: u64,
    newest: SystemTime,
}

impl Stamp {
    /// Looks at everything; `None` where something cannot be looked at, which the run itself will tell.
    pub(crate) fn take(root: &Path, args: &CodegenArgs) -> Option<Self> {
        let mut state = State { hasher: DefaultHasher::new(), newest: SystemTime::UNIX_EPOCH };
        let record = {
            let mut hasher = DefaultHasher::new();
            (&args.schemas, &args.out).hash(&mut hasher);
            root.join(format!("target/purlin/codegen-{:016x}", hasher.finish()))
        };
        state.file(&std::env::current_exe().ok()?).ok()?;
        state.folder(&root.join(&args.schemas)).ok()?;
        state.folder(&root.join(&args.out)).ok()?;
        Some(Self { record, digest: state.hasher.finish(), newest: state.newest })
    }

    /// Whether the last run found just this in order.
    pub(crate) fn is_recorded(&self) -> bool {
        fs::read_to_string(&self.record).is_ok_and(|recorded| recorded == self.text())
    }

    /// Records that a run found everything in order. Failing to costs the next run its time, and nothing else.
    pub(crate) fn record(&self) {
        let settled = self.newest.elapsed().is_ok_and(|age| age > SETTLED);
        if let (true, Some(folder)) = (settled, self.record.parent()) {
            let _ = fs::create_dir_all(folder).and_then(|()| fs::write(&self.record, self.text()));
        }
    }

    fn text(&self) -> String {
        format!("{:016x}", self.digest)
    }
}

struct State {
    hasher: DefaultHasher,
    newest: SystemTime,
}

impl State {
    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        entries.len().hash(&mut self.hasher);
        for entry in entries {
            let path = entry.path();
            match entry.file_type()?.is_dir() {
                true if entry.file_name() == "target" => {}
                true => {
                    entry.file_name().hash(&mut self.hasher);
                    self.folder(&path)?;
                }
                false => self.file(&path)?,
            }
        }
        Ok(())
    }

    /// Links are followed: what they lead to is what is read.
    fn file(&mut self, path: &Path) -> io::Result<()> {
        let metadata = fs::metadata(path)?;
        let changed = changed(&metadata)?;
        (path, metadata.len(), changed, inode(&metadata)).hash(&mut self.hasher);
        self.newest = self.newest.max(changed);
        Ok(())
    }
}

/// When the file, or anything said of it, was last changed: unlike the time of writing, nobody can set it back.
#[cfg(unix)]
fn changed(metadata: &Metadata) -> io::Result<SystemTime> {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(metadata.ctime()).unwrap_or_default();
    let rest = u32::try_from(metadata.ctime_nsec()).unwrap_or_default();
    Ok(SystemTime::UNIX_EPOCH + Duration::new(seconds, rest))
}

#[cfg(not(unix))]
fn changed(metadata: &Metadata) -> io::Result<SystemTime> {
    metadata.modified()
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        for path in ["schemas/entities/a.toml", "generated/src/a.rs", "generated/target/debug/a"] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder is made");
            fs::write(path, "text").expect("a file is written");
        }
        root
    }

    fn take(root: &Path) -> Stamp {
        Stamp::take(root, &CodegenArgs::default()).expect("everything can be looked at")
    }

    #[test]
    fn what_was_recorded_is_known_until_something_changes() {
        type Change = fn(&Path);
        let changes: [Change; 4] = [
            |root| fs::write(root.join("schemas/entities/a.toml"), "longer text").expect("written"),
            |root| fs::write(root.join("generated/src/b.rs"), "").expect("written"),
            |root| fs::remove_file(root.join("generated/src/a.rs")).expect("removed"),
            // Another file of the same name and size.
            |root| {
                fs::write(root.join("beside"), "text").expect("written");
                fs::rename(root.join("beside"), root.join("generated/src/a.rs")).expect("replaced");
            },
        ];
        for change in changes {
            let root = tree();
            assert!(!take(root.path()).is_recorded());
            Stamp { newest: SystemTime::UNIX_EPOCH, ..take(root.path()) }.record();
            assert!(take(root.path()).is_recorded());
            change(root.path());
            assert!(!take(root.path()).is_recorded());
        }
    }

    #[test]
    fn what_cargo_builds_is_not_looked_at() {
        let root = tree();
        let before = take(root.path()).digest;
        fs::write(root.path().join("generated/target/debug/b"), "").expect("written");
        assert_eq!(take(root.path()).digest, before);
    }

    #[test]
    fn what_has_just_changed_is_not_recorded() {
        let root = tree();
        Stamp { newest: SystemTime::now() + Duration::from_secs(3600), ..take(root.path()) }
            .record();
        assert!(!take(root.path()).is_recorded());
    }

    #[test]
    fn what_cannot_be_looked_at_has_no_stamp() {
        let root = tempfile::tempdir().expect("a folder");
        assert!(Stamp::take(root.path(), &CodegenArgs::default()).is_none());
    }
}
