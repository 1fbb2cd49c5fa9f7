//! An HTTP server on loopback that stops when it is dropped.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long [`Server::stop`] lets requests that are under way finish.
const GRACE: Duration = Duration::from_secs(5);

/// A running server. Dropping it closes the port; requests under way still finish.
pub(crate) struct Server {
    address: SocketAddr,
    // Sending, or dropping the sender, is the signal to stop.
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves `router` on a loopback port; 0 takes a free one.
    pub(crate) async fn start(port: u16, router: Router) -> anyhow::Result<Self> {
        let listener = bind(port).await?;
        let address = listener.local_addr().context("cannot read the address listened on")?;
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let shutdown = async {
                // Both a signal and a dropped sender mean: stop.
                let _ = stopped.await;
            };
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(shutdown).await
            {
                tracing::error!(%error, "the server on {address} failed");
            }
        });
        Ok(Self { address, stop, task })
    }

    /// The server's URL, without a trailing slash.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops listening and waits, at most five seconds, for the requests under way.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        let _ = tokio::time::timeout(GRACE, self.task).await;
    }
}

/// Binds a loopback port; 0 takes a free one.
async fn bind(port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| bind_error(port, error))
}

/// Says why `port` cannot be listened on, and what to do about it.
pub(crate) fn bind_error(port: u16, error: std::io::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow::anyhow!(
                "port {port} is already in use: stop what listens there, or give another with `--port`"
            )
        }
        ErrorKind::PermissionDenied => {
            anyhow::anyhow!("this user may not open port {port}: give one above 1023 with `--port`")
        }
        _ => anyhow::Error::new(error).context(format!("cannot listen on port {port}")),
    }
}
