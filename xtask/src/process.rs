//! The processes that the developer commands build and run: cargo, the application's local binary and other servers.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// The application's package and its binary that serves locally.
const PACKAGE: &str = "app";
const BINARY: &str = "local";

/// How long a server may take to stop before it is killed.
const STOP_WITHIN: Duration = Duration::from_secs(8);

/// Builds the local binary. Cargo's progress and errors go to standard error as they come.
///
/// `false`: it does not compile, and cargo has said why.
pub(crate) fn build(root: &Path) -> anyhow::Result<bool> {
    let status = cargo(root)
        .args(["build", "--package", PACKAGE, "--bin", BINARY])
        .status()
        .context("cannot run `cargo build`")?;
    Ok(status.success())
}

/// Builds the local binary as benchmarks are built: where it lies, or `None` where it does not compile and cargo has
/// said why.
pub(crate) fn build_optimised(root: &Path) -> anyhow::Result<Option<PathBuf>> {
    let status = cargo(root)
        .args(["build", "--profile", "bench", "--package", PACKAGE, "--bin", BINARY])
        .status()
        .context("cannot run `cargo build`")?;
    // Cargo puts what the `bench` profile builds into `release`, beside the folder of this program.
    let folder = local_binary()?;
    let target =
        folder.parent().and_then(Path::parent).context("this program lies in no target")?;
    let name = format!("{BINARY}{}", std::env::consts::EXE_SUFFIX);
    Ok(status.success().then(|| target.join("release").join(name)))
}

/// `cargo`, the one that runs this command, in the workspace `root`.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).stdin(Stdio::null());
    command
}

/// Where cargo puts the local binary: beside this one, which the same profile built.
pub(crate) fn local_binary() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe().context("cannot tell where this program lies")?;
    Ok(this.with_file_name(format!("{BINARY}{}", std::env::consts::EXE_SUFFIX)))
}

/// Where the local platform keeps its secrets and its session's data.
pub(crate) fn state_directory(root: &Path) -> PathBuf {
    root.join("target").join("purlin")
}

/// A running server. Dropping it stops the server.
pub(crate) struct Server {
    // Invariant: the child's standard input stays open while it is to run. The kernel closes it however
    // this process ends, and the server takes that as its signal: it never outlives the command.
    child: Child,
}

impl Server {
    /// Starts the last binary that was built.
    pub(crate) fn start(arguments: &[std::ffi::OsString]) -> anyhow::Result<Self> {
        Self::spawn(Command::new(local_binary()?).arg("serve").args(arguments))
    }

    /// Starts a server that stops when its standard input closes.
    pub(crate) fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let child = command.stdin(Stdio::piped()).spawn().with_context(|| {
            format!("cannot start `{}`", Path::new(command.get_program()).display())
        })?;
        Ok(Self { child })
    }

    /// How the server ended, if it did.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.child.try_wait().context("cannot ask for the server's state")
    }

    /// Asks the server to stop, and kills it if it has not within eight seconds.
    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        if self.ended()?.is_some() {
            return Ok(());
        }
        // The standard library can only kill outright, which would cut requests short.
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        if asked.is_ok_and(|status| status.success()) {
            let deadline = Instant::now() + STOP_WITHIN;
            while Instant::now() < deadline {
                if self.ended()?.is_some() {
                    return Ok(());
                }
                thread::sleep(Duration::from_millis(10));
            }
        }
        self.child.kill().context("cannot stop the server")?;
        self.child.wait().context("cannot wait for the server")?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody is left to tell; the closing of its standard input stops the server all the same.
        let _ = self.stop();
    }
}
