//! The emitters, one per artefact, and the table that names them.
//!
//! A new artefact is a new file here and a line in [`EMITTERS`].

use std::path::{Path, PathBuf};

use purlin_schema::Model;

use super::files::Files;
use super::{CodegenArgs, parallel};

mod api_key;
mod app;
mod by_hand;
mod collection;
mod contract;
mod docs;
mod entity;
mod event;
mod example;
mod input;
mod json_schema;
mod language;
mod manifest;
mod operation;
mod permission;
mod repository;
mod rules;
mod step;
mod stored;
mod subscriber;
mod test;
mod types;
mod value;
mod visibility;
mod words;

/// What emitters need to know besides the model.
pub(crate) struct Target<'a> {
    /// The generated crate's folder.
    pub(crate) out: &'a Path,
    /// The folder of the schema documents.
    pub(crate) schemas: &'a Path,
}

impl Target<'_> {
    /// A path within the generated crate.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.out.join(path)
    }
}

type Emitter = fn(&Model, &Target<'_>, &mut Files);

const EMITTERS: &[Emitter] = &[
    manifest::emit,
    app::emit,
    permission::emit,
    event::emit,
    contract::emit,
    entity::emit,
    input::emit,
    collection::emit,
    repository::emit,
    api_key::emit,
    operation::emit,
    stored::emit,
    subscriber::emit,
    by_hand::emit,
    example::emit,
    test::emit,
    docs::emit,
    language::emit,
];

pub(crate) fn all(model: &Model, args: &CodegenArgs) -> Files {
    let target = Target { out: &args.out, schemas: &args.schemas };
    let emitted = parallel::map(EMITTERS, |emit| {
        let mut files = Files::default();
        emit(model, &target, &mut files);
        files
    });
    emitted.into_iter().fold(Files::default(), Files::with)
}

/// A document's path as generated files name it: the same wherever the documents lie.
pub(crate) fn document(path: &Path) -> PathBuf {
    let mut components: Vec<_> = path.components().rev().take(2).collect();
    components.reverse();
    Path::new("schemas").join(components.into_iter().collect::<PathBuf>())
}
