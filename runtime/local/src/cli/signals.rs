//! What ends a server: an interrupt, a request to terminate, or the end of the process it belongs to.

use std::io::Read as _;

use anyhow::Context as _;
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::oneshot;

/// Why the server is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// SIGINT: somebody pressed Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// Standard input closed: the process that held its other end is over.
    Orphaned,
}

/// Signals that are listened for, and no longer end the process by themselves.
pub(super) struct Signals {
    interrupt: unix::Signal,
    terminate: unix::Signal,
    orphaned: Option<oneshot::Receiver<()>>,
}

impl Signals {
    /// Starts listening; for the end of standard input too, if the server is `attached` to a process.
    pub(super) fn listen(attached: bool) -> anyhow::Result<Self> {
        let listen = |kind| unix::signal(kind).context("cannot listen for signals");
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            orphaned: attached.then(end_of_input),
        })
    }

    /// Waits for the first of them.
    pub(super) async fn wait(mut self) -> Signal {
        let orphaned = async {
            match self.orphaned {
                // A dropped sender means the same as a message: nothing reads the input any more.
                Some(end) => drop(end.await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            () = orphaned => Signal::Orphaned,
        }
    }
}

/// Reads standard input to its end, on a thread that may block for as long as the process lives.
fn end_of_input() -> oneshot::Receiver<()> {
    let (send, end) = oneshot::channel();
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut ignored = [0; 256];
        while input.read(&mut ignored).is_ok_and(|length| length > 0) {}
        // The receiver is gone only when the server is ending already.
        let _ = send.send(());
    });
    end
}
