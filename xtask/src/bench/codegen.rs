//! How long the generator takes, phase by phase, for a hundred entities and for a thousand.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use anyhow::{Context as _, bail, ensure};
use xtask::codegen::{CodegenArgs, Mode, emit, generate, sync};

use super::report::Row;
use super::schemas;

/// A few runs of each: the fastest is the one that the machine disturbed least.
const RUNS: usize = 5;

/// How long files must have stood before the generator relies on what it noted of them.
const SETTLE: Duration = Duration::from_millis(200);

/// The seconds that each phase takes.
#[derive(Clone, Copy)]
struct Phases {
    compile: f64,
    emit: f64,
    write: f64,
    compare: f64,
    unchanged: f64,
}

impl Phases {
    /// Everything from the documents to the text of every file.
    fn generate(&self) -> f64 {
        self.compile + self.emit
    }

    fn fastest(self, other: Self) -> Self {
        Self {
            compile: self.compile.min(other.compile),
            emit: self.emit.min(other.emit),
            write: self.write.min(other.write),
            compare: self.compare.min(other.compare),
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
    let all = |phases: Phases| phases.generate() + phases.write;
    let check = whole + thousand.compare;
    Ok(vec![
        Row::limit("codegen, 1,000 entities: load, check, emit, format", whole, 2.0),
        Row::part("— load and check", thousand.compile, whole),
        Row::part("— emit, in rustfmt's layout", thousand.emit, whole),
        Row::limit("codegen, 1,000 entities, nothing changed", thousand.unchanged, 0.3),
        Row::part("— against `--check`, which compares every byte", thousand.unchanged, check),
        Row::part("— writing, of a first run", thousand.write, all(thousand)),
        Row::against("codegen, 1,000 entities against 100", whole, hundred.generate(), 12.0),
        Row::against("— with writing", all(thousand), all(hundred), 12.0),
    ])
}

fn fastest(entities: usize) -> anyhow::Result<(Phases, usize)> {
    let (mut best, files) = run(entities)?;
    for _ in 1..RUNS {
        best = best.fastest(run(entities)?.0);
    }
    Ok((best, files))
}

/// One run from documents to files in a folder of its own, and more that find nothing to do.
fn run(entities: usize) -> anyhow::Result<(Phases, usize)> {
    let scratch = Scratch::new()?;
    let (root, args) = (&scratch.path, CodegenArgs::default());
    let folder = root.join(&args.schemas);
    schemas::write(&folder, entities)?;

    let (compile, model) = lap(|| purlin_schema::compile(&folder));
    let model = match model {
        Ok(model) => model,
        Err(refusal) => bail!("the measured schemas have problems:\n{}", refusal.render(false)),
    };
    let (emit, files) = lap(|| emit(&model, &args));
    let (write, first) = lap(|| sync(root, &args.out, &files, Mode::Write));
    let (compare, second) = lap(|| sync(root, &args.out, &files, Mode::Write));
    ensure!(
        first?.written.len() == files.len() && second?.is_unchanged(),
        "the files do not settle"
    );

    thread::sleep(SETTLE);
    // The first of these compares everything and notes that it stands as it should.
    let noted = generate(root, &args).is_ok_and(|outcome| outcome.is_unchanged());
    let (unchanged, done) = lap(|| generate(root, &args));
    ensure!(
        noted && done.is_ok_and(|outcome| outcome.is_unchanged()),
        "the generator does not settle"
    );
    Ok((Phases { compile, emit, write, compare, unchanged }, files.len()))
}

fn lap<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed().as_secs_f64(), done)
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
