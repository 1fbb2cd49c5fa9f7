//! Reads the schema documents of a folder, with a problem for every file that cannot be read.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::draft::{
    Draft, EntityDocument, EventDocument, PermissionsDocument, ServiceDocument, SubscriberDocument,
};
use crate::place::{Place, Sources};
use crate::problem::{Code, Problem, Problems};
use crate::read::{self, Read};
use crate::suggest::nearest;

mod file;

/// The documents that stand in the folder itself.
const DOCUMENTS: &[&str] = &["service.toml", "permissions.toml"];

/// The folders of documents, and what they are named by mistake.
const FOLDERS: &[(&str, &str)] =
    &[("entities", "entity"), ("events", "event"), ("subscribers", "subscriber")];

/// What was found in a schema folder.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The files, for places to point into.
    pub sources: Sources,
    /// What they say.
    pub draft: Draft,
    /// What is wrong with them as files, as TOML, and as tables of the language.
    pub problems: Problems,
}

/// Reads `service.toml`, `permissions.toml`, `entities/*.toml`, `events/*.toml` and
/// `subscribers/*.toml` below `root`.
///
/// Files whose names begin with a dot are editors' own, and left alone. Never stops at the first
/// problem, and never fails: what is wrong is in [`Loaded::problems`].
#[must_use]
pub fn load(root: &Path) -> Loaded {
    let mut loaded = Loaded::default();
    if let Err(error) = fs::read_dir(root) {
        loaded.draft.incomplete = true;
        let message = format!("the schema folder cannot be read: {}", file::reason(&error));
        loaded.problem(Code::UnreadableFile, root, message, "name the folder of `service.toml`");
        return loaded;
    }
    let loader = &mut loaded;
    loader.strays(root);
    if let Some(document) = loader.required::<ServiceDocument>(root, "service.toml") {
        loader.draft.service = document;
    }
    if let Some(document) = loader.required::<PermissionsDocument>(root, "permissions.toml") {
        loader.draft.permissions = document;
    }
    for path in loader.documents(&root.join("entities")) {
        if let Some(document) = loader.document::<EntityDocument>(&path) {
            loader.draft.entities.push(document);
        }
    }
    for path in loader.documents(&root.join("events")) {
        if let Some(document) = loader.document::<EventDocument>(&path) {
            loader.draft.events.push(document);
        }
    }
    for path in loader.documents(&root.join("subscribers")) {
        if let Some(document) = loader.document::<SubscriberDocument>(&path) {
            loader.draft.subscribers.push(document);
        }
    }
    loader.draft.incomplete |= nameless(&loader.draft);
    loaded
}

/// Whether a document does not say the name, or the names, that others may refer to.
fn nameless(draft: &Draft) -> bool {
    let named = |document: &EntityDocument| {
        document.entity.as_ref().is_some_and(|section| section.name.is_some())
    };
    draft.permissions.permissions.is_none()
        || !draft.entities.iter().all(named)
        || draft.events.iter().any(|document| document.events.is_none())
}

impl Loaded {
    fn required<T: Read>(&mut self, root: &Path, name: &str) -> Option<T> {
        let path = root.join(name);
        if absent(&path) {
            let message = format!("`{name}` is missing");
            self.draft.incomplete = true;
            self.problem(Code::MissingDocument, &path, message, "every backend has one; create it");
            return None;
        }
        self.document(&path)
    }

    fn document<T: Read>(&mut self, path: &Path) -> Option<T> {
        let text = match file::read(path) {
            Ok(text) => text,
            Err(refusal) => {
                self.draft.incomplete = true;
                // The text before the fault is shown, with the fault's place at its end.
                let end = refusal.readable.len();
                let number = self.sources.add(path, refusal.readable);
                self.problems.push(
                    Problem::new(refusal.code, Place::new(number, end..end), refusal.message)
                        .help(refusal.help),
                );
                return None;
            }
        };
        let number = self.sources.add(path, text);
        let Self { sources, problems, .. } = self;
        let document = read::document(number, &sources.get(number)?.text, problems);
        self.draft.doubtful.extend(document.doubtful);
        if !document.whole {
            self.draft.partial.push(number);
            self.draft.incomplete = true;
        }
        document.draft
    }

    /// A problem with a file or folder as a whole.
    fn problem(&mut self, code: Code, path: &Path, message: String, help: impl Into<String>) {
        let file = self.sources.add(path, "");
        self.problems.push(Problem::new(code, Place::new(file, 0..0), message).help(help));
    }

    /// The documents of a folder, sorted; none where there is no such folder.
    fn documents(&mut self, folder: &Path) -> Vec<PathBuf> {
        let (documents, folders): (Vec<_>, Vec<_>) =
            self.list(folder).into_iter().partition(|path| is_document(path));
        for path in folders.iter().filter(|path| path.is_dir()) {
            let inside = self.list(path).iter().any(|path| is_document(path));
            if inside {
                let folder = name(folder);
                let message = format!("documents are not looked for in folders of `{folder}/`");
                let help = format!("move them to `{folder}/` itself");
                self.draft.incomplete = true;
                self.problem(Code::UnknownDocument, path, message, help);
            }
        }
        documents
    }

    /// What a folder holds, sorted; nothing where it does not exist.
    fn list(&mut self, folder: &Path) -> Vec<PathBuf> {
        if absent(folder) {
            return Vec::new();
        }
        let entries = fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
        match entries {
            Ok(entries) => {
                let mut paths: Vec<PathBuf> = entries;
                paths.retain(|path| !name(path).starts_with('.'));
                paths.sort();
                paths
            }
            Err(error) => {
                let message = format!("the folder cannot be read: {}", file::reason(&error));
                let help = "make it a folder that you may read, or remove it";
                self.draft.incomplete = true;
                self.problem(Code::UnreadableFile, folder, message, help);
                Vec::new()
            }
        }
    }

    /// A document in the wrong place would be ignored in silence; it is a problem instead.
    fn strays(&mut self, root: &Path) {
        for path in self.list(root) {
            let name = name(&path);
            if is_document(&path) {
                // The language's own sources may stand beside the documents.
                if !DOCUMENTS.contains(&name.as_str()) && name != "Cargo.toml" {
                    let message = format!("`{name}` is not a document that stands here");
                    let absent = DOCUMENTS.iter().copied().filter(|name| absent(&root.join(name)));
                    let help = nearest(&name, absent).map_or(
                        "move it to `entities/`, `events/` or `subscribers/`, whichever it describes"
                            .to_owned(),
                        |document| format!("rename it to `{document}`"),
                    );
                    self.draft.incomplete = true;
                    self.problem(Code::UnknownDocument, &path, message, help);
                }
                continue;
            }
            let meant = FOLDERS.iter().find(|(folder, mistake)| {
                name != *folder && nearest(&name, [*folder, *mistake]).is_some()
            });
            if let Some((meant, _)) = meant.filter(|_| path.is_dir()) {
                let message = format!("documents are not looked for in `{name}/`");
                self.draft.incomplete = true;
                self.problem(
                    Code::UnknownDocument,
                    &path,
                    message,
                    format!("move its documents to `{meant}/`"),
                );
            }
        }
    }
}

fn absent(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
