//! `cargo xtask soak`: many writes with events against a platform that is throttled and killed, and what became of
//! the events.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Context as _;

use crate::process;

/// The arguments of `soak`.
#[derive(clap::Args, Debug)]
pub(crate) struct SoakArgs {
    /// How many writes are to be acknowledged
    #[arg(long, default_value_t = 100_000)]
    writes: u32,
    /// What chance begins with: which requests are throttled, and when the platform is killed
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Builds the local binary with optimisations, and lets it soak. It exits with 1 where anything is lost.
pub(crate) fn run(root: &Path, args: &SoakArgs) -> anyhow::Result<ExitCode> {
    let Some(binary) = process::build_optimised(root)? else { return Ok(ExitCode::FAILURE) };
    let mut command = Command::new(&binary);
    command.arg("soak").arg("--folder").arg(process::state_directory(root).join("soak"));
    command.args(["--writes", &args.writes.to_string(), "--seed", &args.seed.to_string()]);
    let status = command.status().with_context(|| format!("cannot run `{}`", binary.display()))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
