//! The subscribers that are written by hand.

use agentic_platform::ByHand;
use agentic_platform::events::ErrorOccurred;
use purlin::{Received, Result, Transaction};

/// What this application does by hand.
#[derive(Clone, Copy, Debug)]
pub struct ByOurHand;

impl ByHand for ByOurHand {
    /// One line of the log, which an alarm counts.
    async fn report_error(received: Received<ErrorOccurred>) -> Result<Transaction> {
        let ErrorOccurred { component, code, message, agent_id, task_id } = received.event();
        tracing::error!(
            component,
            code,
            message,
            agent_id = agent_id.as_ref().map(tracing::field::display),
            task_id = task_id.as_ref().map(tracing::field::display),
            "the platform reports an error"
        );
        Ok(Transaction::new())
    }
}
