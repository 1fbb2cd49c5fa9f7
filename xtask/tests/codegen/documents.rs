//! Folders of documents to generate from, and the command to do it with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

pub(crate) const SERVICE: &str = "[service]\nname = \"shop\"\n";

pub(crate) const PERMISSIONS: &str = r#"everything = "admin:*"
[permissions]
"order:write" = "Place orders."
"order:read" = "See orders."
[roles.admin]
grants = ["admin:*"]
[roles.buyer]
grants = ["order:*"]
"#;

pub(crate) const ORDER: &str = r#"[entity]
name = "Order"
key = { partition = "ORDER#{order_id}", sort = "METADATA" }
version = "version"
[fields]
order_id = { type = "id", prefix = "order" }
title = { type = "string", min_length = 1, max_length = 80 }
version = { type = "integer", minimum = 1 }
[operations.create]
http = "POST /orders"
permission = "order:write"
input = ["title"]
emits = "OrderPlaced"
[operations.get]
http = "GET /orders/{order_id}"
permission = "order:read"
"#;

pub(crate) const EVENTS: &str = r#"[family]
name = "orders"
[events.OrderPlaced]
entity = "Order"
carries = ["order_id", "title"]
"#;

/// A folder with `schemas/` in it, and room for `generated/`.
pub(crate) struct Folder {
    folder: TempDir,
}

impl Folder {
    /// A small service that has no mistakes.
    pub(crate) fn valid() -> Self {
        let folder = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        folder.write("schemas/service.toml", SERVICE);
        folder.write("schemas/permissions.toml", PERMISSIONS);
        folder.write("schemas/entities/order.toml", ORDER);
        folder.write("schemas/events/orders.toml", EVENTS);
        folder
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("the file is there")
    }

    /// `cargo xtask codegen`, with this folder's documents and output.
    pub(crate) fn command(&self, extra: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .arg("codegen")
            .arg("--schemas")
            .arg(self.path("schemas"))
            .arg("--out")
            .arg(self.path("generated"))
            .args(extra);
        command
    }

    pub(crate) fn generate(&self, extra: &[&str]) -> Run {
        Run(self.command(extra).output().expect("the command runs"))
    }

    /// Every file below a folder, with its text, sorted.
    pub(crate) fn tree(&self, path: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.path(path)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push((path.clone(), fs::read(&path).expect("readable")));
                }
            }
        }
        files.sort();
        files
    }
}

/// What a run of the command came to.
pub(crate) struct Run(Output);

impl Run {
    pub(crate) fn code(&self) -> Option<i32> {
        self.0.status.code()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.code(), Some(0), "{}", self.text());
        self
    }

    #[track_caller]
    pub(crate) fn fails(self, with: &str) -> Self {
        assert_eq!(self.code(), Some(1), "{}", self.text());
        assert!(self.text().contains(with), "`{with}` is not in:\n{}", self.text());
        self
    }
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace")
}
