//! `cargo xtask dev`: generates, builds and serves the platform here, and again whenever a file is saved.

mod session;
mod watch;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail};

use self::session::Session;
use crate::process::{self, Server};

/// How often the server is looked after while nothing changes.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The arguments of `dev`.
#[derive(clap::Args, Debug)]
pub(crate) struct DevArgs {
    /// The port the API listens on, on loopback; 0 takes a free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Keep all data in this file, so that it is there at the next start; without it, data lives
    /// until this command ends
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
}

/// Serves until it is interrupted.
///
/// `generate` writes the generated code; `false` says that the schemas have problems, which it has shown.
///
/// # Errors
/// When the port is taken, the data file cannot be used, or the files cannot be watched.
pub(crate) fn run(
    root: &Path,
    args: &DevArgs,
    generate: &dyn Fn() -> anyhow::Result<bool>,
) -> anyhow::Result<ExitCode> {
    let port = free_port(args.port)?;
    let state = process::state_directory(root);
    let session = if args.data.is_none() { Some(Session::start(&state)?) } else { None };
    let arguments = server_arguments(port, &state, args.data.as_deref(), session.as_ref())?;
    // Watching starts first, so that what is saved during the first build is not missed.
    let (changes, _watcher) = watch::start(root)?;
    let mut platform = Platform { root, arguments, generate, server: None, serving: None };
    platform.reload()?;
    loop {
        match changes.recv_timeout(LOOK_EVERY) {
            Ok(path) => {
                let changed = watch::settle(&changes, path);
                eprintln!("\nchanged: {}", watch::summary(root, &changed));
                platform.reload()?;
            }
            Err(RecvTimeoutError::Timeout) => platform.look_after_server()?,
            Err(RecvTimeoutError::Disconnected) => {
                bail!("the watching of `schemas/` and `app/` stopped")
            }
        }
    }
}

/// What is served, and how it is made.
struct Platform<'a> {
    root: &'a Path,
    arguments: Vec<OsString>,
    generate: &'a dyn Fn() -> anyhow::Result<bool>,
    server: Option<Server>,
    /// The binary the server was started from, to tell a build that changed nothing.
    serving: Option<Fingerprint>,
}

/// When a binary was written, and its size in bytes.
type Fingerprint = (SystemTime, u64);

impl Platform<'_> {
    /// Generates, builds and restarts; on a problem, what runs goes on running.
    fn reload(&mut self) -> anyhow::Result<()> {
        let generated = (self.generate)().unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            false
        });
        if !generated || !process::build(self.root)? {
            self.look_after_server()?;
            match self.server {
                Some(_) => {
                    eprintln!("the last good build goes on serving; mend the above and save")
                }
                None => eprintln!("nothing is served yet; mend the above and save"),
            }
            return Ok(());
        }
        let built = fingerprint()?;
        let running = match &mut self.server {
            Some(server) => server.ended()?.is_none(),
            None => false,
        };
        if running && self.serving == Some(built) {
            eprintln!("nothing to reload: the build is the one that serves");
            return Ok(());
        }
        if let Some(mut server) = self.server.take() {
            server.stop()?;
        }
        self.server = Some(Server::start(&self.arguments)?);
        self.serving = Some(built);
        Ok(())
    }

    /// Says so once if the server has ended by itself.
    fn look_after_server(&mut self) -> anyhow::Result<()> {
        let Some(server) = &mut self.server else {
            return Ok(());
        };
        if let Some(status) = server.ended()? {
            self.server = None;
            eprintln!(
                "the server stopped by itself ({status}); save a file to build and start it again"
            );
        }
        Ok(())
    }
}

fn fingerprint() -> anyhow::Result<Fingerprint> {
    let binary = process::local_binary()?;
    let metadata =
        binary.metadata().with_context(|| format!("cannot find `{}`", binary.display()))?;
    Ok((
        metadata.modified().context("this system does not tell when a file was written")?,
        metadata.len(),
    ))
}

/// The port to serve on, for the whole session: a reload must not move it.
fn free_port(port: u16) -> anyhow::Result<u16> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(listener) => Ok(listener.local_addr().context("cannot find a free port")?.port()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!(
                "port {port} is already in use: stop what listens there, or give another with `--port`"
            )
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on port {port}")),
    }
}

fn server_arguments(
    port: u16,
    state: &Path,
    data: Option<&Path>,
    session: Option<&Session>,
) -> anyhow::Result<Vec<OsString>> {
    let mut arguments: Vec<OsString> = vec!["--port".into(), port.to_string().into()];
    arguments.extend(["--state".into(), state.into(), "--attached".into()]);
    if let Some(path) = data {
        // The server's working directory is this one's today; an absolute path does not depend on it.
        let path = std::path::absolute(path)
            .with_context(|| format!("`{}` is not a path", path.display()))?;
        arguments.extend(["--data".into(), path.into()]);
    }
    if let Some(session) = session {
        arguments.extend(["--data".into(), session.data().into(), "--discard".into()]);
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_named() -> anyhow::Result<()> {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = taken.local_addr()?.port();
        let error = free_port(port).map(drop).expect_err("the port is taken").to_string();
        assert_eq!(
            error,
            format!(
                "port {port} is already in use: stop what listens there, or give another with `--port`"
            )
        );
        Ok(())
    }

    #[test]
    fn port_0_becomes_a_port_that_a_reload_keeps() -> anyhow::Result<()> {
        assert_ne!(free_port(0)?, 0);
        Ok(())
    }

    #[test]
    fn a_data_file_is_handed_on_as_an_absolute_path() -> anyhow::Result<()> {
        let arguments =
            server_arguments(3000, Path::new("/state"), Some(Path::new("data.db")), None)?;
        let data = arguments.last().map(Path::new);
        assert!(
            data.is_some_and(|path| path.is_absolute() && path.ends_with("data.db")),
            "{arguments:?}"
        );
        Ok(())
    }
}
