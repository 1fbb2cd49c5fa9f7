//! A proxy that counts answers, and can lose them: the store has done what was asked, and the client never hears of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Proxy {
    endpoint: String,
    to_lose: Arc<AtomicU32>,
    lost: Arc<AtomicU32>,
    answered: Arc<AtomicU32>,
}

impl Proxy {
    /// Starts a proxy in front of the store at `address`, on the test's own runtime.
    pub(crate) async fn start(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let [to_lose, lost, answered] = [(); 3].map(|()| Arc::new(AtomicU32::new(0)));
        let counters = [&to_lose, &lost, &answered].map(Arc::clone);
        let address = address.to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (address, counters) = (address.clone(), counters.clone());
                tokio::spawn(async move {
                    // A connection that breaks is what this proxy is for.
                    let _ = forward(client, &address, &counters).await;
                });
            }
        });
        Self { endpoint, to_lose, lost, answered }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Loses the next `count` answers.
    pub(crate) fn lose(&self, count: u32) {
        self.to_lose.store(count, Ordering::SeqCst);
        self.lost.store(0, Ordering::SeqCst);
    }

    /// How many answers were lost since [`lose`](Self::lose).
    pub(crate) fn lost(&self) -> u32 {
        self.lost.load(Ordering::SeqCst)
    }

    /// How many answers have come through.
    pub(super) fn answered(&self) -> u32 {
        self.answered.load(Ordering::SeqCst)
    }
}

async fn forward(
    mut client: TcpStream,
    address: &str,
    [to_lose, lost, answered]: &[Arc<AtomicU32>; 3],
) -> std::io::Result<()> {
    let mut store = TcpStream::connect(address).await?;
    loop {
        let request = message(&mut client).await?;
        store.write_all(&request).await?;
        let answer = message(&mut store).await?;
        let loses =
            to_lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if loses.is_ok() {
            lost.fetch_add(1, Ordering::SeqCst);
            return Ok(());
        }
        answered.fetch_add(1, Ordering::SeqCst);
        client.write_all(&answer).await?;
    }
}

/// One HTTP/1.1 message whose body has a `content-length`, which is all that DynamoDB's protocol sends.
pub(crate) async fn message(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            if bytes.len() >= head + 4 + length {
                return Ok(bytes);
            }
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}
