//! Runs the local binary, and speaks HTTP with it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

/// How long anything may take before the test fails.
const DEADLINE: Duration = Duration::from_secs(60);

/// How long a process that is killed may take to be gone.
const GOING: Duration = Duration::from_secs(5);

/// What a process that has ended said.
pub(crate) struct Output {
    pub(crate) success: bool,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `local` with these arguments, in `directory`, to its end.
pub(crate) fn run(directory: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    output(Command::new(env!("CARGO_BIN_EXE_local")).args(arguments).current_dir(directory))
}

/// Runs a command to its end.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<Output> {
    let output = command.stdin(Stdio::null()).output().context("the command does not start")?;
    Ok(Output {
        success: output.status.success(),
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}

/// An answer over HTTP.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// A running `local serve`, killed when it is dropped.
pub(crate) struct Local {
    child: Child,
    input: Option<ChildStdin>,
    address: String,
    greeting: Vec<String>,
}

impl Local {
    /// Starts it in `directory` on a free port, and waits until it serves.
    pub(crate) fn start(directory: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_local"))
            .args(["serve", "--port", "0"])
            .args(arguments)
            .current_dir(directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the local binary does not start")?;
        let input = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().context("it has an output")?).lines();
        let (send, receive) = mpsc::channel();
        // Reads on, so that the server never waits for somebody to take its lines.
        thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(send.send(line))));
        let mut greeting = Vec::new();
        let mut trying = false;
        loop {
            let line = receive
                .recv_timeout(DEADLINE)
                .context("the server ended, or does not say that it serves")?;
            trying |= line == "Try";
            // The greeting ends with an empty line after the lines to try.
            let last = trying
                && line.is_empty()
                && greeting.last().is_some_and(|line: &String| line != "Try");
            greeting.push(line);
            if last {
                break;
            }
        }
        let address = greeting
            .iter()
            .find_map(|line| line.trim().strip_prefix("API")?.trim().strip_prefix("http://"))
            .context("the greeting has the API's URL")?
            .to_owned();
        Ok(Self { child, input, address, greeting })
    }

    /// What the greeting says behind `name`.
    pub(crate) fn said(&self, name: &str) -> Option<&str> {
        self.greeting.iter().find_map(|line| Some(line.trim().strip_prefix(name)?.trim()))
    }

    /// The credential that the greeting shows for `role`.
    pub(crate) fn token(&self, role: &str) -> anyhow::Result<String> {
        let mut lines = self.greeting.iter().map(|line| line.split_whitespace());
        let token = lines
            .find_map(|mut words| if words.next() == Some(role) { words.next() } else { None });
        Ok(token.context("the greeting has a credential for the role")?.to_owned())
    }

    /// The lines that the greeting says to try.
    pub(crate) fn lines_to_try(&self) -> Vec<&str> {
        let lines = self.greeting.iter().map(|line| line.trim());
        lines.skip_while(|line| *line != "Try").skip(1).filter(|line| !line.is_empty()).collect()
    }

    /// Sends a request, and reads the answer to its end.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        self.send_if(method, path, token, None, body)
    }

    /// Sends a request that depends on a version, which `If-Match` says.
    pub(crate) fn send_if(
        &self,
        method: &str,
        path: &str,
        token: &str,
        version: Option<u64>,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let condition = version.map(|version| format!("if-match: \"{version}\"\r\n"));
        let condition = condition.unwrap_or_default();
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(DEADLINE))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             {condition}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len(),
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("the answer has a head")?;
        let status = head.split(' ').nth(1).context("the answer has a status")?.parse()?;
        Ok(Answer { status, body: serde_json::from_str(body)? })
    }

    /// Kills it, as `kill -9` does.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Sends it a signal such as `KILL`, while others may be talking to it.
    pub(crate) fn signal(&self, signal: &str) -> anyhow::Result<()> {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-s", signal, &id]).status()?;
        if !asked.success() {
            bail!("the server is gone already");
        }
        Ok(())
    }

    /// Waits a while for it to be gone: one that is killed closes its connections a moment before. Whether it is.
    pub(crate) fn goes(&mut self) -> anyhow::Result<bool> {
        let deadline = Instant::now() + GOING;
        while Instant::now() < deadline {
            if self.child.try_wait()?.is_some() {
                return Ok(true);
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(false)
    }

    /// Asks it to end, as `kill` does; its exit code.
    pub(crate) fn terminate(&mut self) -> anyhow::Result<Option<i32>> {
        self.signal("TERM")?;
        Ok(self.child.wait()?.code())
    }

    /// Closes its standard input, as the end of the process that started it does; its exit code.
    pub(crate) fn close_input(&mut self) -> anyhow::Result<Option<i32>> {
        drop(self.input.take());
        Ok(self.child.wait()?.code())
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
