//! The audit: a record of every call that was denied, and of every one that took a privileged permission.
//!
//! A record is first a line of the log, under the target `purlin::audit`, and then an event on the platform's bus. The
//! event is published before the answer is given: Lambda freezes a process once it has answered, and with it whatever
//! would have been published in the background. It costs a request one attempt of bounded time at most, and never its
//! answer.

mod limit;
mod record;

use std::pin::Pin;
use std::time::Duration;

use crate::context::Context;
use crate::error::Result;
use crate::event::Kind;
use crate::log::chain;

pub(crate) use limit::Limit as Audit;
pub(crate) use record::{Call, Outcome};

use record::Record;

/// The target of the audit's log lines.
pub(crate) const TARGET: &str = "purlin::audit";

/// The detail types, and the version of both.
const DENIED: &str = "AccessDenied";
const PRIVILEGED: &str = "PrivilegedOperation";
const VERSION: u32 = 1;

/// How long a request waits for its record to be published.
const PUBLISH_WITHIN: Duration = Duration::from_secs(1);

/// Records what became of a call, if the audit is to know of it.
///
/// `service` is the platform's name: what the source of the event begins with.
pub(crate) async fn tell(service: &str, call: &Call<'_>, outcome: Outcome, ctx: &Context) {
    let Some(record) = Record::of(call, outcome, ctx) else { return };
    record.log(ctx);
    // Whoever shows no valid credential, or calls too often, can send any number of requests; that shall not buy them
    // as many events.
    let limited = ctx.caller().is_none() || record.is_of_a_rate();
    let Some(dropped) = ctx.audit().admit(limited) else { return };
    let record = record.after(dropped);
    // Boxed: most requests leave no record, and need not be as large as what publishes one.
    let publishing: Pin<Box<dyn Future<Output = Result<()>> + Send + '_>> =
        Box::pin(publish(service, &record, ctx));
    if let Err(error) = publishing.await {
        ctx.audit().missed(dropped + 1);
        tracing::warn!(
            target: TARGET,
            request_id = ctx.request_id(),
            error = chain(&error),
            "a record of the audit is not published"
        );
    }
}

async fn publish(service: &str, record: &Record<'_>, ctx: &Context) -> Result<()> {
    let source = format!("{service}.audit");
    let detail_type = if record.is_denied() { DENIED } else { PRIVILEGED };
    let event = ctx
        .events()
        .prepare_as(&Kind { source: &source, detail_type, version: VERSION }, record)?;
    ctx.events().send_within(event, PUBLISH_WITHIN).await
}

#[cfg(test)]
mod tests;
