//! Watches what the platform is made from: the schemas, and the application's own code.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use anyhow::Context as _;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// How long nothing may happen before a change counts as finished: editors save in several steps.
const QUIET: Duration = Duration::from_millis(200);

/// Where the schemas lie, below the root.
const SCHEMAS: &str = "schemas";

/// Starts watching. Each path that matters is sent; watching ends when the watcher is dropped.
pub(super) fn start(root: &Path) -> anyhow::Result<(Receiver<PathBuf>, RecommendedWatcher)> {
    let root = root.canonicalize().with_context(|| format!("cannot find `{}`", root.display()))?;
    let schemas = root.join(SCHEMAS);
    let app = root.join("app");
    let (send, changes) = mpsc::channel();
    let watched = schemas.clone();
    let mut watcher =
        notify::recommended_watcher(move |event: notify::Result<Event>| match event {
            Ok(event) => {
                for path in event.paths.iter().filter(|path| matters(&event.kind, path, &watched)) {
                    // The receiver is gone only when the command is ending.
                    let _ = send.send(path.clone());
                }
            }
            Err(error) => eprintln!("warning: watching for changes: {error}"),
        })
        .context("cannot watch for changes")?;
    // `app/` itself is not watched in depth: its infrastructure has a `node_modules` of tens of thousands of files.
    for (path, mode) in [
        (&schemas, RecursiveMode::Recursive),
        (&app, RecursiveMode::NonRecursive),
        (&app.join("src"), RecursiveMode::Recursive),
    ] {
        watcher.watch(path, mode).with_context(|| format!("cannot watch `{}`", path.display()))?;
    }
    Ok((changes, watcher))
}

/// Whether a change to `path` can change the platform.
fn matters(kind: &EventKind, path: &Path, schemas: &Path) -> bool {
    // Reading is no change: generating reads every schema, and would start itself again.
    if matches!(kind, EventKind::Access(_)) {
        return false;
    }
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    if name.starts_with('.') {
        return false;
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => true,
        Some("rs") => !path.starts_with(schemas),
        // A directory that was moved or removed takes its schemas with it.
        None => {
            path.starts_with(schemas)
                && !matches!(kind, EventKind::Modify(notify::event::ModifyKind::Metadata(_)))
        }
        Some(_) => false,
    }
}

/// Waits until nothing has changed for a moment; every path that has, once each.
pub(super) fn settle(changes: &Receiver<PathBuf>, first: PathBuf) -> BTreeSet<PathBuf> {
    let mut changed = BTreeSet::from([first]);
    while let Ok(path) = changes.recv_timeout(QUIET) {
        changed.insert(path);
    }
    changed
}

/// Names what changed, shortly.
pub(super) fn summary(root: &Path, changed: &BTreeSet<PathBuf>) -> String {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let names: Vec<_> = changed
        .iter()
        .take(3)
        .map(|path| path.strip_prefix(&root).unwrap_or(path).display().to_string())
        .collect();
    match changed.len().saturating_sub(names.len()) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{AccessKind, CreateKind, ModifyKind, RemoveKind};

    use super::*;

    fn check(kind: EventKind, path: &str, expected: bool) {
        assert_eq!(
            matters(&kind, Path::new(path), Path::new("/w/schemas")),
            expected,
            "{kind:?} {path}"
        );
    }

    #[test]
    fn schemas_and_application_code_matter() {
        let saved = EventKind::Modify(ModifyKind::Any);
        check(saved, "/w/schemas/entities/agent.toml", true);
        check(saved, "/w/app/src/lib.rs", true);
        check(saved, "/w/app/Cargo.toml", true);
        check(EventKind::Create(CreateKind::File), "/w/schemas/entities/new.toml", true);
        check(EventKind::Remove(RemoveKind::File), "/w/schemas/entities/old.toml", true);
        check(EventKind::Remove(RemoveKind::Folder), "/w/schemas/entities", true);
    }

    #[test]
    fn reading_and_editors_own_files_do_not_matter() {
        check(EventKind::Access(AccessKind::Any), "/w/schemas/entities/agent.toml", false);
        let saved = EventKind::Modify(ModifyKind::Any);
        check(saved, "/w/schemas/src/model.rs", false);
        check(saved, "/w/schemas/entities/.agent.toml.swp", false);
        check(saved, "/w/schemas/entities/agent.toml~", false);
        check(saved, "/w/app/README", false);
    }

    #[test]
    fn a_new_schema_file_is_seen_and_a_burst_of_changes_is_one() -> anyhow::Result<()> {
        let root = std::env::temp_dir().join(format!("purlin-watch-{}", std::process::id()));
        std::fs::create_dir_all(root.join("schemas/entities"))?;
        std::fs::create_dir_all(root.join("app/src"))?;
        let (changes, watcher) = start(&root)?;
        let path = root.join("schemas/entities/new.toml");
        for _ in 0..3 {
            std::fs::write(&path, "x")?;
        }
        let first = changes.recv_timeout(Duration::from_secs(10))?;
        let changed = settle(&changes, first);
        assert_eq!(summary(&root, &changed), "schemas/entities/new.toml");
        drop(watcher);
        std::fs::remove_dir_all(&root)?;
        Ok(())
    }
}
