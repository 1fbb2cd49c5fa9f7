//! `cargo xtask bench`: every benchmark, each as a ratio against a peer or a limit in the same run.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context as _, ensure};

use report::Row;

mod codegen;
mod compile;
mod report;
mod schemas;

/// How long a fresh clone may compile before it generates, in seconds.
const FRESH_LIMIT: f64 = 60.0;

/// The arguments of `bench`.
#[derive(clap::Args, Debug)]
pub(crate) struct BenchArgs {
    /// Also compile the generator from nothing, as the first `cargo xtask codegen` of a fresh clone does
    #[arg(long)]
    fresh: bool,
    /// Measure the generator alone, which builds nothing more
    #[arg(long, group = "alone")]
    codegen: bool,
    /// Measure reads and writes of the table alone
    #[arg(long, group = "alone")]
    data: bool,
    /// Measure publishing, relaying and matching of events alone
    #[arg(long, group = "alone")]
    events: bool,
    /// Measure alone how long a generated backend compiles, against one written by hand
    #[arg(long, group = "alone")]
    compile: bool,
}

/// Measures, and prints the table.
///
/// A target that is missed is told and fails nothing: a figure depends on the machine, and a benchmark is no test.
///
/// # Errors
/// What kept something from being measured.
pub(crate) fn run(root: &Path, args: &BenchArgs) -> anyhow::Result<ExitCode> {
    let alone = args.codegen || args.data || args.events || args.compile;
    let mut rows = Vec::new();
    if !alone || args.codegen {
        eprintln!("== the generator");
        rows.extend(codegen::measure()?);
    }
    if !alone || args.data || args.events {
        eprintln!("== the runtime");
        let part = if args.data {
            Some("data")
        } else if args.events {
            Some("events")
        } else {
            None
        };
        rows.extend(runtime(root, part)?);
    }
    if args.compile {
        eprintln!("== compiling");
        rows.extend(compile::measure(root)?);
    }
    if args.fresh {
        eprintln!("== a fresh clone");
        rows.push(fresh(root)?);
    }
    eprintln!();
    print!("{}", report::table(&rows));
    Ok(ExitCode::SUCCESS)
}

/// Builds and runs the benchmark program, or one part of it alone, and reads its rows.
fn runtime(root: &Path, part: Option<&str>) -> anyhow::Result<Vec<Row>> {
    let mut program = cargo(root)
        .args(["bench", "--quiet", "--package", "purlin-tests", "--bench", "runtime"])
        .args(part.map(|part| ["--", part]).into_iter().flatten())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run `cargo bench`")?;
    let mut rows = Vec::new();
    if let Some(output) = program.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.context("cannot read what the benchmark says")?;
            match Row::parse(&line) {
                Some(row) => rows.push(row),
                None => eprintln!("{line}"),
            }
        }
    }
    let status = program.wait().context("cannot wait for the benchmark")?;
    ensure!(status.success() && !rows.is_empty(), "the benchmark failed");
    Ok(rows)
}

/// Compiles the generator into an empty folder. What it downloads is there already.
fn fresh(root: &Path) -> anyhow::Result<Row> {
    let scratch = codegen::Scratch::new()?;
    let start = Instant::now();
    let status = cargo(root)
        .args(["build", "--quiet", "--package", "xtask"])
        .env("CARGO_TARGET_DIR", &scratch.path)
        .status()
        .context("cannot run `cargo build`")?;
    ensure!(status.success(), "the generator does not compile");
    Ok(Row::limit(
        "compile the generator on a fresh clone",
        start.elapsed().as_secs_f64(),
        FRESH_LIMIT,
    ))
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).stdin(Stdio::null());
    command
}
