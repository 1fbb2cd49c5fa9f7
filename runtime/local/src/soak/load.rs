//! The writes, over HTTP, by many users at a time.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::Soak;
use crate::wire::message::{self, Message};

/// Of so many that are created, one is changed.
const CREATED_PER_CHANGE: usize = 3;

/// A user, and the ids whose creation was answered.
pub(super) struct Writer {
    token: String,
    made: Mutex<Vec<String>>,
}

impl Writer {
    pub(super) fn new(token: String) -> Self {
        Self { token, made: Mutex::default() }
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn made(&self) -> Vec<String> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn has_made(&self, id: String) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(id);
    }
}

/// What is written, and how far that has come.
pub(super) struct Load {
    pub(super) soak: &'static Soak,
    users: Vec<Writer>,
    next: AtomicUsize,
    wanted: u32,
    acknowledged: watch::Sender<u32>,
    refused: AtomicU32,
    address: watch::Sender<String>,
}

impl Load {
    pub(super) fn new(
        soak: &'static Soak,
        users: Vec<Writer>,
        wanted: u32,
        address: String,
    ) -> Self {
        Self {
            soak,
            users,
            next: AtomicUsize::new(0),
            wanted,
            acknowledged: watch::Sender::new(0),
            refused: AtomicU32::new(0),
            address: watch::Sender::new(address),
        }
    }

    /// How many writes were answered.
    pub(super) fn acknowledged(&self) -> u32 {
        *self.acknowledged.borrow()
    }

    /// How many writes the platform refused, since its store was throttled for too long.
    pub(super) fn refused(&self) -> u32 {
        self.refused.load(Ordering::Relaxed)
    }

    /// The users who have written.
    pub(super) fn users(&self) -> &[Writer] {
        let count = self.next.load(Ordering::SeqCst).min(self.users.len());
        self.users.get(..count).unwrap_or_default()
    }

    /// Waits until so many writes were answered, or nobody writes any more.
    pub(super) async fn reached(&self, moment: u32) {
        // The sender is this load's own, so it is there.
        let _ = self.acknowledged.subscribe().wait_for(|count| *count >= moment).await;
    }

    /// Where the process is that was started in place of one that was killed.
    pub(super) fn move_to(&self, address: String) {
        self.address.send_replace(address);
    }

    /// Writes as one user after another, until all is written.
    pub(super) async fn write(self: std::sync::Arc<Self>) {
        let mut address = self.address.subscribe();
        while let Some(user) = self.users.get(self.next.fetch_add(1, Ordering::SeqCst)) {
            let mut left = self.soak.rate;
            while left > 0 {
                let current = address.borrow_and_update().clone();
                // What fails, fails since the process is killed.
                if self.write_to(&current, user, &mut left).await.is_err()
                    && self.acknowledged() < self.wanted
                    && address.changed().await.is_err()
                {
                    return;
                }
                if self.acknowledged() >= self.wanted {
                    return;
                }
            }
        }
    }

    async fn write_to(&self, address: &str, user: &Writer, left: &mut usize) -> anyhow::Result<()> {
        let mut connection = Client::open(address).await?;
        while *left > 0 && self.acknowledged() < self.wanted {
            *left -= 1;
            let body = self.soak.create;
            let path = self.soak.path;
            let (status, body) = connection.send("POST", path, user.token(), None, body).await?;
            let Some(id) = body[self.soak.id].as_str().filter(|_| status == 201) else {
                self.refuse(status, &body)?;
                continue;
            };
            user.has_made(id.to_owned());
            self.acknowledge();
            if (*left).is_multiple_of(CREATED_PER_CHANGE) {
                let path = format!("{path}/{id}");
                let body = self.soak.change;
                let sent = connection.send("PATCH", &path, user.token(), Some(1), body).await?;
                match sent {
                    (200, _) => self.acknowledge(),
                    (status, body) => self.refuse(status, &body)?,
                }
            }
        }
        Ok(())
    }

    fn acknowledge(&self) {
        self.acknowledged.send_modify(|count| *count += 1);
    }

    /// A write that is refused for a while is no fault; any other answer is.
    fn refuse(&self, status: u16, body: &Value) -> anyhow::Result<()> {
        self.refused.fetch_add(1, Ordering::Relaxed);
        if !(status == 429 || status >= 500) {
            tracing::error!(status, %body, "a write is answered in a way that it must not be");
        }
        Ok(())
    }
}

/// Delivers once more what was given up, so that no effect is lost for good.
pub(super) async fn replay(address: &str) -> anyhow::Result<()> {
    let mut connection = Client::open(address).await?;
    let (status, body) =
        connection.send("POST", "/_local/dead-letters/replay", "", None, "").await?;
    ensure!(status == 202, "{status}: {body}");
    Ok(())
}

/// A connection that is kept.
pub(super) struct Client {
    stream: TcpStream,
    address: String,
    rest: Vec<u8>,
}

impl Client {
    pub(super) async fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, address: address.to_owned(), rest: Vec::new() })
    }

    /// Sends a request: the status and the body of the answer.
    pub(super) async fn send(
        &mut self,
        method: &str,
        path: &str,
        token: &str,
        version: Option<u64>,
        body: &str,
    ) -> anyhow::Result<(u16, Value)> {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}",
            self.address,
            body.len(),
        );
        if let Some(version) = version {
            head.push_str(&format!("\r\nif-match: \"{version}\""));
        }
        let request = Message { head, body: body.as_bytes().to_vec() };
        request.write(&mut self.stream).await?;
        let Some(answer) = message::read(&mut self.stream, &mut self.rest).await? else {
            bail!("the connection is closed");
        };
        let status = answer.status().context("an answer has a status")?;
        Ok((status, serde_json::from_slice(&answer.body)?))
    }
}
