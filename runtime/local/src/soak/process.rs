//! The process under test: `serve`, which is killed.

use std::path::Path;
use std::process::Stdio;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A platform in a process of its own. It goes with this one.
pub(super) struct Process {
    child: Child,
    address: String,
}

impl Process {
    /// Starts it on a free port, and waits until it serves. What is `throttled` is how many requests of a thousand,
    /// and the seed of which.
    pub(super) async fn start(
        data: &Path,
        state: &Path,
        throttled: Option<(u32, u64)>,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", "--port", "0", "--quiet", "--attached", "--data"]).arg(data);
        command.arg("--state").arg(state);
        if let Some((share, seed)) = throttled {
            command.args(["--wire", &format!("throttle={share}:{seed}")]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().context("the platform does not start")?;
        let mut output = BufReader::new(child.stdout.take().context("it has an output")?);
        let mut line = String::new();
        let address = loop {
            line.clear();
            let length = output.read_line(&mut line).await?;
            anyhow::ensure!(length > 0, "the platform ends before it serves");
            let url = line.trim().strip_prefix("API").map(str::trim);
            if let Some(address) = url.and_then(|url| url.strip_prefix("http://")) {
                break address.to_owned();
            }
        };
        // It must never wait for somebody to take its lines.
        tokio::spawn(async move {
            let mut ignored = [0; 4096];
            while output.read(&mut ignored).await.is_ok_and(|length| length > 0) {}
        });
        Ok(Self { child, address })
    }

    pub(super) fn address(&self) -> String {
        self.address.clone()
    }

    /// Kills it, as `kill -9` does.
    pub(super) async fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().await.context("the platform cannot be killed")
    }
}
