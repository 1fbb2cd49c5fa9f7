//! `cargo xtask events`: the dead letters of a platform, here or on AWS.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Context as _;

use crate::process;

/// The arguments of `events`: those of the local binary's command of the same name, which says what they are.
#[derive(clap::Args, Debug)]
#[command(disable_help_flag = true)]
pub(crate) struct EventsArgs {
    /// `list [--limit N]`, `show ID`, or `replay ID` or `replay --all`; behind each `--url URL`, `--data FILE` or
    /// nothing for the platform on AWS, and `--json`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Builds the local binary, which speaks AWS's protocols, and lets it do what is asked.
///
/// What cargo says goes to standard error, so that standard output can be captured as it is.
pub(crate) fn run(root: &Path, args: &EventsArgs) -> anyhow::Result<ExitCode> {
    if !process::build(root)? {
        return Ok(ExitCode::FAILURE);
    }
    let binary = process::local_binary()?;
    let status = Command::new(&binary)
        .arg("events")
        .args(&args.arguments)
        .status()
        .with_context(|| format!("cannot run `{}`", binary.display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
