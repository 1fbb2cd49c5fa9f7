//! Delivering an event to a subscriber: once in effect, and never lost.

use serde_json::Value;
use tracing::Instrument as _;

use super::received::Delivery;
use super::{Reaction, Subscriber};
use crate::app::{App, catch_panic};
use crate::dead_letter::{self, DeadLetter};
use crate::failure_event::Failure;
use crate::log::chain;
use crate::repository::{Committed, Receipt};
use crate::{Context, Error, Result, Shared, Transaction};

/// Which of its attempts a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// Whether no other follows: then what cannot be done becomes a dead letter.
    pub is_last: bool,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivered {
    /// The subscriber has acted on the event.
    Now,
    /// It had done so before.
    Before,
    /// It could not, and the event is a dead letter.
    Dead,
}

impl App {
    /// Delivers an event, as EventBridge hands it to a target, to a subscriber: on Lambda, from the local bus and in
    /// tests alike.
    ///
    /// # Errors
    /// The subscriber failed, and may be tried again; or the dead letter of the last attempt cannot be written.
    pub async fn deliver(
        &self,
        subscriber: &str,
        event: &Value,
        attempt: Attempt,
        shared: &Shared,
    ) -> Result<Delivered> {
        let Some(subscriber) = self.subscriber(subscriber) else {
            return Err(Error::internal(format!("there is no subscriber `{subscriber}`")));
        };
        let delivery = match Delivery::read(event) {
            Ok(delivery) => delivery.with_upcasts(self.upcasts()),
            Err(error) => {
                let ctx = Context::without_caller(shared, crate::app::request_id(None));
                return self.give_up(&ctx, subscriber, event, attempt, error).await;
            }
        };
        let ctx = delivery.context(shared);
        let span = tracing::info_span!(
            "delivery",
            request_id = ctx.request_id(),
            subscriber = subscriber.name(),
            event_id = &*delivery.metadata().event_id,
            attempt = attempt.number,
        );
        async {
            match react(subscriber, delivery, &ctx).await {
                Ok(committed) => Ok(committed),
                Err(error) => self.give_up(&ctx, subscriber, event, attempt, error).await,
            }
        }
        .instrument(span)
        .await
    }

    /// What becomes of an event that a subscriber could not act on.
    async fn give_up(
        &self,
        ctx: &Context,
        subscriber: &Subscriber,
        event: &Value,
        attempt: Attempt,
        error: Error,
    ) -> Result<Delivered> {
        if !attempt.is_last {
            tracing::warn!(error = chain(&error), "the subscriber failed");
            return Err(error);
        }
        let text = chain(&error).to_string();
        let letter = DeadLetter::new(subscriber.name(), &text, attempt.number, event.clone());
        dead_letter::put(ctx, &letter).await?;
        if let Some(teller) = self.failure_event() {
            let failure = Failure {
                component: format!("subscribers.{}", subscriber.name()),
                code: error.code().to_owned(),
                message: text,
                data: event.pointer("/detail/data").cloned().unwrap_or_default(),
            };
            let detail_type = letter.detail_type.as_deref();
            if let Err(error) = teller.tell(ctx, detail_type, &failure).await {
                tracing::error!(error = chain(&error), "a failure is told to nobody but the log");
            }
        }
        Ok(Delivered::Dead)
    }
}

/// Lets the subscriber act, if it has not.
async fn react(subscriber: &Subscriber, delivery: Delivery, ctx: &Context) -> Result<Delivered> {
    let receipt = Receipt::of(subscriber.name(), &delivery.metadata().event_id)?;
    // Spares most of what is delivered twice the work; what makes sure is the transaction.
    if receipt.is_given(ctx).await? {
        return Ok(Delivered::Before);
    }
    let is_lenient = subscriber.where_possible;
    let done = async {
        let start = || match subscriber.start(ctx.clone(), delivery) {
            Ok(reaction) => reaction,
            Err(error) => Box::pin(std::future::ready(Err(error))) as Reaction,
        };
        catch_panic(start).await?.commit_once(ctx, &receipt).await
    };
    match done.await {
        Ok(Committed::Now) => Ok(Delivered::Now),
        Ok(Committed::Before) => Ok(Delivered::Before),
        // Two deliveries at once: the other one was first, and this one met what that has done.
        Err(_) if receipt.is_given(ctx).await.unwrap_or(false) => Ok(Delivered::Before),
        Err(error) if is_lenient && (error.is_conflict() || error.is_not_found()) => {
            tracing::debug!(error = chain(&error), "there is nothing to do any more");
            Transaction::new().commit_once(ctx, &receipt).await?;
            Ok(Delivered::Now)
        }
        Err(error) => Err(error),
    }
}
