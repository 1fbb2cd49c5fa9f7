//! A table of a test's own.

use purlin::{RuntimeConfig, Shared};

use crate::table;

/// A table of a test's own on an endpoint of somebody else's, deleted when the test is over.
pub(super) struct Scratch {
    pub(super) config: RuntimeConfig,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let config = self.config.clone();
        // A thread with a runtime and connections of its own: the test's runtime may be waiting for this drop.
        let deleting = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let shared = Shared::connect(config).await;
                table::delete(shared.dynamodb(), shared.config().table()).await
            })
        });
        match deleting.join() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = format!("{error:#}"), "a test's table is left behind")
            }
            Err(_) => tracing::warn!("a test's table is left behind"),
        }
    }
}
