//! The whole way from a folder of documents to a model.

use std::path::Path;

use crate::{Model, Problems, Sources, check, load};

/// Why a folder of documents has no model: its problems, sorted, and the files they point into.
#[derive(Debug)]
pub struct Refusal {
    /// The files.
    pub sources: Sources,
    /// The problems, sorted by path and place.
    pub problems: Problems,
}

impl Refusal {
    /// The report, rendered as the compiler renders its own: plain text, or in colour.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        self.problems.render(&self.sources, colour)
    }
}

/// Reads and checks the documents below `root`.
///
/// # Errors
/// Every problem of every document, whether it is one of files, of TOML or of meaning.
pub fn compile(root: &Path) -> Result<Model, Box<Refusal>> {
    let loaded = load(root);
    let mut problems = loaded.problems;
    match check(&loaded.draft, &loaded.sources) {
        Ok(model) if problems.is_empty() => return Ok(model),
        Ok(_) => {}
        Err(found) => problems.extend(found),
    }
    problems.sort(&loaded.sources);
    Err(Box::new(Refusal { sources: loaded.sources, problems }))
}
