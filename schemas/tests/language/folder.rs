//! A folder of valid documents with some edits, and what the compiler says of it.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use purlin_schema::{Model, Refusal, compile};
use tempfile::TempDir;

pub(crate) const SERVICE: &str = "service.toml";
pub(crate) const PERMISSIONS: &str = "permissions.toml";
pub(crate) const CUSTOMER: &str = "entities/customer.toml";
pub(crate) const ORDER: &str = "entities/order.toml";
pub(crate) const EVENTS: &str = "events/orders.toml";

/// A change to the valid documents.
pub(crate) enum Edit<'a> {
    /// Puts another text in the place of the one that stands there.
    Replace(&'a str, &'a str, &'a str),
    /// Writes a document of its own.
    Write(&'a str, &'a [u8]),
    /// Removes a document.
    Remove(&'a str),
}

/// Puts `to` where `from` stands, once, in the document.
pub(crate) fn replace<'a>(path: &'a str, from: &'a str, to: &'a str) -> Edit<'a> {
    Edit::Replace(path, from, to)
}

/// Adds a document, or puts it in the place of another.
pub(crate) fn write<'a>(path: &'a str, text: &'a (impl AsRef<[u8]> + ?Sized)) -> Edit<'a> {
    Edit::Write(path, text.as_ref())
}

pub(crate) fn remove(path: &str) -> Edit<'_> {
    Edit::Remove(path)
}

/// Cases of one kind, whose reports stand together in a file below `reports/`.
///
/// `UPDATE_EXPECT=1` writes the file anew; read what has changed.
pub(crate) struct Cases {
    name: &'static str,
    reports: Vec<String>,
    miscounted: Vec<String>,
}

impl Cases {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, reports: Vec::new(), miscounted: Vec::new() }
    }

    /// Edits that make one mistake, which is one problem.
    pub(crate) fn check(&mut self, edits: &[Edit<'_>]) {
        self.check_several(edits, 1);
    }

    /// Edits that make several.
    pub(crate) fn check_several(&mut self, edits: &[Edit<'_>], problems: usize) {
        self.check_folder(&Folder::new(edits), problems);
    }

    /// A folder that is not made by edits alone.
    pub(crate) fn check_folder(&mut self, folder: &Folder, problems: usize) {
        let (count, report) = match folder.compile() {
            Ok(_) => (0, "no problem\n".to_owned()),
            Err(refusal) => (refusal.problems.len(), folder.report(&refusal)),
        };
        if count != problems {
            self.miscounted.push(format!("{count} problems instead of {problems}:\n{report}"));
        }
        self.reports.push(report);
    }

    /// Compares all their reports with what they were.
    #[track_caller]
    pub(crate) fn finish(self) {
        let path = reports().join(format!("{}.txt", self.name));
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        expect_file![path].assert_eq(&self.reports.join("\n"));
        assert!(self.miscounted.is_empty(), "{}", self.miscounted.join("\n"));
    }
}

/// Where the reports stand.
pub(crate) fn reports() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/reports")
}

/// The edits leave the documents valid.
#[track_caller]
pub(crate) fn accept(edits: &[Edit<'_>]) -> Model {
    let folder = Folder::new(edits);
    match folder.compile() {
        Ok(model) => model,
        Err(refusal) => panic!("{}", folder.report(&refusal)),
    }
}

/// Documents in a folder of their own, which goes with this value.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new(edits: &[Edit<'_>]) -> Self {
        let folder = Self(TempDir::new().expect("a folder"));
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/base");
        for path in [SERVICE, PERMISSIONS, CUSTOMER, ORDER, EVENTS] {
            folder.write(path, &fs::read(base.join(path)).expect("a base document"));
        }
        for edit in edits {
            match edit {
                Edit::Replace(path, from, to) => {
                    let text = fs::read_to_string(folder.path(path)).expect("a document");
                    assert_eq!(text.matches(from).count(), 1, "{path} holds {from:?} once");
                    folder.write(path, text.replace(from, to).as_bytes());
                }
                Edit::Write(path, bytes) => folder.write(path, bytes),
                Edit::Remove(path) => fs::remove_file(folder.path(path)).expect("a document"),
            }
        }
        folder
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a document");
    }

    pub(crate) fn compile(&self) -> Result<Model, Box<Refusal>> {
        compile(self.root())
    }

    /// The report, with paths as they are within the folder.
    pub(crate) fn report(&self, refusal: &Refusal) -> String {
        let root = format!("{}/", self.root().display());
        let text = refusal.render(false).replace(&root, "");
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n"
    }
}
