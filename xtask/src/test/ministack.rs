//! ministack: services of AWS that nobody here wrote, installed into a Python environment of its own and run on
//! loopback.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::process::Server;

/// The release that is installed. Another one may answer otherwise, so it is named exactly.
const VERSION: &str = "1.5.33";

/// The oldest Python that this release runs on.
const OLDEST_PYTHON: (u32, u32) = (3, 10);

/// How long ministack may take until it answers; it takes less than a second on an idle machine.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

/// Says which Python it is, then fails where that cannot make environments.
const PROBE: &str = "import sys; print('%d.%d' % sys.version_info[:2]); import ensurepip, venv";

/// Runs ministack until standard input closes, which the kernel does however the command that started it ends.
const RUN: &str = "\
import os, signal, threading
from ministack.app import main

def follow():
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=follow, daemon=True).start()
main()
";

/// A running ministack. Dropping it stops it.
pub(super) struct Ministack {
    endpoint: String,
    // Stops when it is dropped.
    _server: Server,
}

impl Ministack {
    /// Installs ministack below `state` unless it is there, starts it on a free port and waits until it answers.
    ///
    /// # Errors
    /// Python or the package cannot be had, or ministack does not start; the error says what to do.
    pub(super) fn start(state: &Path) -> anyhow::Result<Self> {
        let log = Log::create(state)?;
        let environment = state.join("ministack");
        install(Path::new("python3"), &environment, &log)?;
        run(&environment, &log)
    }

    /// The URL at which it speaks the protocols of its services, without a trailing slash.
    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

/// Makes `environment` with `python`, unless one of this release and this Python stands there.
fn install(python: &Path, environment: &Path, log: &Log) -> anyhow::Result<()> {
    let found = probe(python)?;
    let wanted = format!("ministack {VERSION}, Python {found}\n");
    // Written last, so that an installation that was interrupted is not taken for a whole one.
    let marker = environment.join("installed");
    if fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("installing ministack {VERSION} into `{}`", environment.display());
    let made = log.run(Command::new(python).args(["-m", "venv", "--clear"]).arg(environment))?;
    ensure!(made, "`python3 -m venv` fails: {}", log.last_words());
    let package = format!("ministack=={VERSION}");
    let pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", &package];
    let installed = log.run(Command::new(interpreter(environment)).args(pip))?;
    ensure!(installed, "`{package}` cannot be installed from PyPI: {}", log.last_words());
    fs::write(&marker, wanted).with_context(|| format!("cannot write `{}`", marker.display()))
}

/// The version of `python`, which can make environments.
fn probe(python: &Path) -> anyhow::Result<String> {
    let (major, minor) = OLDEST_PYTHON;
    let needed = format!("ministack runs on Python {major}.{minor} or later with its `venv`");
    let Ok(output) = Command::new(python).args(["-c", PROBE]).output() else {
        bail!(
            "`python3` is missing; {needed}: install it (Debian: `apt-get install python3 python3-venv`)"
        );
    };
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let number = version
        .split_once('.')
        .and_then(|(major, minor)| Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?)));
    ensure!(
        number.is_some_and(|number| number >= OLDEST_PYTHON),
        "`python3` is Python {version}; {needed}: install a newer one",
    );
    ensure!(
        output.status.success(),
        "`python3` lacks its `venv`; {needed}: install it (Debian: `apt-get install python3-venv`)",
    );
    Ok(version)
}

/// Starts what is installed in `environment`.
fn run(environment: &Path, log: &Log) -> anyhow::Result<Ministack> {
    let port = free_port()?;
    let mut command = Command::new(interpreter(environment));
    command
        .args(["-c", RUN])
        // Nothing that this machine's environment says of AWS, Docker or ministack itself shall matter.
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs([
            ("BIND_HOST", "127.0.0.1"),
            ("SERVICES", "dynamodb,dynamodbstreams,events,lambda,s3,sqs"),
            // Functions are processes beside it, which end with it.
            ("LAMBDA_EXECUTOR", "local"),
            ("PYTHONUNBUFFERED", "1"),
        ])
        .env("GATEWAY_PORT", port.to_string())
        .env("TMPDIR", environment)
        // Listeners on ports of their own, and a search for a Docker to run functions in.
        .envs([("SFTP_ENABLED", "0"), ("IOT_MTLS_ENABLED", "0")])
        .env("DOCKER_HOST", "unix:///nonexistent")
        .stdout(log.writer()?)
        .stderr(log.writer()?);
    let mut server = Server::spawn(&mut command)?;
    let deadline = Instant::now() + ANSWERS_WITHIN;
    while !answers(port) {
        if let Some(status) = server.ended()? {
            bail!("ministack ended with {status} before it answered: {}", log.last_words());
        }
        ensure!(
            Instant::now() < deadline,
            "ministack did not answer within {ANSWERS_WITHIN:?}: {}",
            log.last_words()
        );
        thread::sleep(Duration::from_millis(20));
    }
    Ok(Ministack { endpoint: format!("http://127.0.0.1:{port}"), _server: server })
}

fn interpreter(environment: &Path) -> PathBuf {
    environment.join("bin").join("python")
}

fn free_port() -> anyhow::Result<u16> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no loopback port can be opened")?;
    Ok(listener.local_addr().context("cannot find a free port")?.port())
}

/// Whether ministack itself answers there, and not somebody who took the port meanwhile.
fn answers(port: u16) -> bool {
    let health = || -> std::io::Result<String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(
            b"GET /_ministack/health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n",
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    health().is_ok_and(|answer| answer.contains(&format!(r#""version": "{VERSION}""#)))
}

/// What installing and running say.
struct Log {
    path: PathBuf,
    file: File,
}

impl Log {
    fn create(state: &Path) -> anyhow::Result<Self> {
        let path = state.join("ministack.log");
        fs::create_dir_all(state)
            .and_then(|()| File::create(&path))
            .map(|file| Self { path: path.clone(), file })
            .with_context(|| format!("cannot write `{}`", path.display()))
    }

    fn writer(&self) -> anyhow::Result<Stdio> {
        Ok(self.file.try_clone().context("cannot write the log of ministack")?.into())
    }

    /// Runs `command` to its end; whether it succeeded.
    fn run(&self, command: &mut Command) -> anyhow::Result<bool> {
        command.stdin(Stdio::null()).stdout(self.writer()?).stderr(self.writer()?);
        Ok(command.status().is_ok_and(|status| status.success()))
    }

    /// The last line said, and where the rest stands.
    fn last_words(&self) -> String {
        let text = fs::read(&self.path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        format!("{} (see `{}`)", last.trim(), self.path.display())
    }
}

#[cfg(test)]
mod tests;
