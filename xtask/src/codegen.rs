//! The generator: schema documents in, a map of path to text out, and then the files.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use purlin_schema::{Model, Refusal, compile};

pub use files::{Files, MARK};
use stamp::Stamp;
pub use sync::{Mode, Outcome, sync};

mod contract;
mod emit;
mod files;
mod json;
mod parallel;
mod rust;
mod stamp;
mod sync;

/// What to generate from, and where to.
#[derive(Clone, Debug, clap::Args)]
pub struct CodegenArgs {
    /// Write nothing; fail if anything would change
    #[arg(long)]
    pub check: bool,
    /// The schema documents
    #[arg(long, value_name = "DIR", default_value = "schemas")]
    pub schemas: PathBuf,
    /// The generated crate
    #[arg(long, value_name = "DIR", default_value = "generated")]
    pub out: PathBuf,
}

impl Default for CodegenArgs {
    fn default() -> Self {
        Self { check: false, schemas: "schemas".into(), out: "generated".into() }
    }
}

impl CodegenArgs {
    /// The second backend, by which the generator itself is tested.
    #[must_use]
    pub fn golden() -> Self {
        let folder = Path::new("tests/golden");
        Self { check: false, schemas: folder.join("schemas"), out: folder.join("generated") }
    }
}

/// Why nothing, or not everything, was generated.
#[derive(Debug)]
pub enum Failure {
    /// The documents have problems; the text is the report.
    Schema(Box<Refusal>),
    /// The generated files are not what the documents say.
    Stale(Outcome),
    /// Reading or writing failed.
    Other(anyhow::Error),
}

/// Generates below `root`, with the paths of `args` relative to it.
///
/// # Errors
/// See [`Failure`]. With problems in the schema, nothing is written.
pub fn generate(root: &Path, args: &CodegenArgs) -> Result<Outcome, Failure> {
    let stamp = if args.check { None } else { Stamp::take(root, args) };
    if stamp.as_ref().is_some_and(Stamp::is_recorded) {
        return Ok(Outcome::default());
    }
    let model = compile_below(root, &args.schemas)?;
    let mode = if args.check { Mode::Check } else { Mode::Write };
    let mut files = emit::all(&model, args);
    contract::hold(root, args, &model, &mut files)?;
    let outcome = sync(root, &args.out, &files, mode).map_err(Failure::Other)?;
    // What lies elsewhere the stamp would not see.
    let seen = |path: &Path| path.starts_with(&args.out) || path.starts_with(&args.schemas);
    if outcome.is_unchanged() && files.iter().all(|(path, _)| seen(path)) {
        stamp.iter().for_each(Stamp::record);
    }
    match mode {
        Mode::Check if !outcome.is_unchanged() => Err(Failure::Stale(outcome)),
        _ => Ok(outcome),
    }
}

/// The files that a model becomes.
#[must_use]
pub fn emit(model: &Model, args: &CodegenArgs) -> Files {
    emit::all(model, args)
}

/// A path as the user gave it, where that leads there: problems name files that way.
fn as_given(root: &Path, path: &Path) -> PathBuf {
    let relative = std::env::current_dir().is_ok_and(|folder| folder == root);
    if relative { path.to_owned() } else { root.join(path) }
}

fn compile_below(root: &Path, schemas: &Path) -> Result<Model, Failure> {
    let folder = as_given(root, schemas);
    if !folder.is_dir() {
        let error = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(Failure::Other(
            anyhow::Error::new(error).context(format!("there is no folder `{}`", folder.display())),
        ));
    }
    compile(&folder).map_err(Failure::Schema)
}

/// The command: generates, and tells what it did.
///
/// # Errors
/// A message for the terminal, whole.
pub fn run(root: &Path, args: &CodegenArgs) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    let outcome = generate(root, args).map_err(|failure| explain(failure, args))?;
    let changed = outcome.written.len() + outcome.removed.len();
    let took = start.elapsed().as_millis();
    if changed == 0 {
        eprintln!("`{}` is up to date ({took} ms)", args.out.display());
    } else {
        let (written, removed) = (outcome.written.len(), outcome.removed.len());
        eprintln!(
            "`{}`: {written} files written, {removed} removed ({took} ms)",
            args.out.display()
        );
    }
    Ok(outcome)
}

fn explain(failure: Failure, args: &CodegenArgs) -> anyhow::Error {
    match failure {
        Failure::Schema(refusal) => {
            let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
            let count = refusal.problems.len();
            let noun = if count == 1 { "problem" } else { "problems" };
            anyhow::anyhow!(
                "{}{count} {noun} in `{}`; nothing was written",
                refusal.render(colour),
                args.schemas.display()
            )
        }
        Failure::Stale(outcome) => {
            let list = |paths: &[PathBuf], what: &str| {
                paths
                    .iter()
                    .map(|path| format!("  {what} {}\n", path.display()))
                    .collect::<String>()
            };
            anyhow::anyhow!(
                "the generated files do not follow from the schemas:\n{}{}run `{}`",
                list(&outcome.written, "differs:"),
                list(&outcome.removed, "stale:  "),
                command(args)
            )
        }
        Failure::Other(error) => error.context("generating failed"),
    }
}

/// The command that writes what these arguments check.
fn command(args: &CodegenArgs) -> String {
    let usual = CodegenArgs::default();
    if (&args.schemas, &args.out) == (&usual.schemas, &usual.out) {
        return "cargo xtask codegen".into();
    }
    let (schemas, out) = (args.schemas.display(), args.out.display());
    format!("cargo xtask codegen --schemas {schemas} --out {out}")
}

/// The root of the workspace that this program was built in.
///
/// # Errors
/// Where the program was built somewhere that no longer exists.
pub fn workspace_root() -> anyhow::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_owned).context("the workspace has no root")
}
