//! How long the generator takes, phase by phase, for a hundred entities and for a thousand.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, process};

use anyhow::{Context as _, bail, ensure};
use xtask::codegen::{CodegenArgs, Mode, emit, sync};

use super::report::Row;
use super::schemas;

/// A few runs of each: the fastest is the one that the machine disturbed least.
const RUNS: usize = 5;

/// The seconds that each phase takes.
#[derive(Clone, Copy)]
struct Phases {
    compile: f64,
    emit: f64,
    first: f64,
    unchanged: f64,
}

impl Phases {
    /// Everything from the documents to the text of every file.
    fn generate(&self) -> f64 {
        self.compile + self.emit
    }

    /// The same with the comparison that finds nothing to write.
    fn nothing_changed(&self) -> f64 {
        self.generate() + self.unchanged
    }

    fn fastest(self, other: Self) -> Self {
        Self {
            compile: self.compile.min(other.compile),
            emit: self.emit.min(other.emit),
            first: self.first.min(other.first),
            unchanged: self.unchanged.min(other.unchanged),
        }
    }
}

/// Measures the generator in this process, as it was built for whoever runs `cargo xtask codegen`.
pub(super) fn measure() -> anyhow::Result<Vec<Row>> {
    let (hundred, _) = fastest(100)?;
    let (thousand, files) = fastest(1000)?;
    eprintln!("  a thousand entities become {files} files");
    let whole = thousand.generate();
    let all = |phases: Phases| phases.generate() + phases.first;
    Ok(vec![
        Row::limit("codegen, 1,000 entities: load, check, emit, format", whole, 2.0),
        Row::part("— load and check", thousand.compile, whole),
        Row::part("— emit, in rustfmt's layout", thousand.emit, whole),
        Row::limit("codegen, 1,000 entities, nothing changed", thousand.nothing_changed(), 0.3),
        Row::part(
            "— compare with what stands there",
            thousand.unchanged,
            thousand.nothing_changed(),
        ),
        Row::part("— and write it all, the first time", thousand.first, all(thousand)),
        Row::against("codegen, 1,000 entities against 100", whole, hundred.generate(), 12.0),
        Row::against("— with the first write", all(thousand), all(hundred), 12.0),
    ])
}

fn fastest(entities: usize) -> anyhow::Result<(Phases, usize)> {
    let (mut best, files) = run(entities)?;
    for _ in 1..RUNS {
        best = best.fastest(run(entities)?.0);
    }
    Ok((best, files))
}

/// One run from documents to files in a folder of its own, and one more that finds nothing to do.
fn run(entities: usize) -> anyhow::Result<(Phases, usize)> {
    let scratch = Scratch::new()?;
    let args = CodegenArgs::default();
    let folder = scratch.path.join(&args.schemas);
    schemas::write(&folder, entities)?;

    let start = Instant::now();
    let model = match purlin_schema::compile(&folder) {
        Ok(model) => model,
        Err(refusal) => bail!("the measured schemas have problems:\n{}", refusal.render(false)),
    };
    let compile = lap(start);
    let start = Instant::now();
    let files = emit(&model, &args);
    let emit = lap(start);
    let start = Instant::now();
    let first = sync(&scratch.path, &args.out, &files, Mode::Write)?;
    let first_took = lap(start);
    let start = Instant::now();
    let second = sync(&scratch.path, &args.out, &files, Mode::Write)?;
    let unchanged = lap(start);
    ensure!(first.written.len() == files.len() && second.is_unchanged(), "the files do not settle");
    Ok((Phases { compile, emit, first: first_took, unchanged }, files.len()))
}

fn lap(start: Instant) -> f64 {
    start.elapsed().as_secs_f64()
}

/// A folder that goes when it is dropped.
pub(super) struct Scratch {
    pub(super) path: PathBuf,
}

impl Scratch {
    pub(super) fn new() -> anyhow::Result<Self> {
        let path = env::temp_dir().join(format!("purlin-bench-{}", process::id()));
        fs::create_dir(&path).with_context(|| format!("cannot make `{}`", path.display()))?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_dir_all(path) {
        eprintln!("`{}` is left behind: {error}", path.display());
    }
}
