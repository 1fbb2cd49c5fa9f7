//! `cargo xtask token`: a credential for the local platform, alone on standard output.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Context as _;

use crate::process;

/// The arguments of `token`.
#[derive(clap::Args, Debug)]
pub(crate) struct TokenArgs {
    /// The role the credential is for, as `schemas/permissions.toml` names it
    #[arg(long)]
    role: String,
    /// The id of the user it is for; without it, the role's own, the same at every start
    #[arg(long, value_name = "ID")]
    user: Option<String>,
}

/// Builds the local binary, which holds the cryptography, and lets it print the credential.
///
/// What cargo says goes to standard error, so that standard output can be captured as it is.
pub(crate) fn run(root: &Path, args: &TokenArgs) -> anyhow::Result<ExitCode> {
    if !process::build(root)? {
        return Ok(ExitCode::FAILURE);
    }
    let binary = process::local_binary()?;
    let mut command = Command::new(&binary);
    command.arg("token").arg("--role").arg(&args.role);
    command.arg("--state").arg(process::state_directory(root));
    if let Some(user) = &args.user {
        command.arg("--user").arg(user);
    }
    let status = command.status().with_context(|| format!("cannot run `{}`", binary.display()))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
