//! What was given up, as an event of the application's own.

use std::pin::Pin;

use serde_json::Value;

use crate::event::Event;
use crate::log::chain;
use crate::{Context, Result};

/// What was given up.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// The part of the platform that gave up, for example `subscribers.execute_task`.
    pub component: String,
    /// A stable code for programs.
    pub code: String,
    /// An explanation for people.
    pub message: String,
    /// The data of the event that was given up: what it was about.
    pub data: Value,
}

impl Failure {
    /// A field of the event that was given up, by its name in JSON; none where that has no such field, or one of
    /// another type.
    #[must_use]
    pub fn field<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.data.get(name)?).ok()
    }
}

/// An event that tells what was given up.
pub trait FailureEvent: Event + Sized {
    /// The event of a failure.
    fn of(failure: &Failure) -> Self;
}

/// How the application tells of failures: its event's detail type, and what publishes one.
#[derive(Clone, Copy)]
pub(crate) struct Teller {
    detail_type: &'static str,
    publish: Publish,
}

type Publish =
    for<'a> fn(&'a Context, &'a Failure) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

impl Teller {
    pub(crate) fn of<V: FailureEvent + Send + 'static>() -> Self {
        Self { detail_type: V::DETAIL_TYPE, publish: publish::<V> }
    }

    /// Publishes the failure to do something with an event of this type. A failure to do something with what tells of
    /// failures is told to the log alone, which knows of it already: otherwise each would make the next one.
    pub(crate) async fn tell(self, ctx: &Context, failure: &Failure, of: Option<&str>) {
        if of == Some(self.detail_type) {
            return;
        }
        if let Err(error) = (self.publish)(ctx, failure).await {
            tracing::error!(error = chain(&error), "a failure is told to nobody but the log");
        }
    }
}

fn publish<'a, V: FailureEvent + Send + 'static>(
    ctx: &'a Context,
    failure: &'a Failure,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
    Box::pin(async move {
        let event = V::of(failure);
        ctx.publish(&event).await
    })
}
