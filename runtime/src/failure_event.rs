//! What was given up, as an event of the application's own.

use std::pin::Pin;

use serde_json::Value;

use crate::event::Event;
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

/// Publishes the application's event of a failure.
#[derive(Clone, Copy)]
pub(crate) struct Teller {
    detail_type: &'static str,
    tell: Tell,
}

type Tell =
    for<'a> fn(&'a Context, &'a Failure) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

impl Teller {
    pub(crate) const fn of<V: FailureEvent + Send + 'static>() -> Self {
        Self { detail_type: V::DETAIL_TYPE, tell: tell::<V> }
    }

    /// Tells of the failure to act on an event of this type, unless it told of a failure itself: that would never end.
    pub(crate) async fn tell(
        self,
        ctx: &Context,
        detail_type: Option<&str>,
        failure: &Failure,
    ) -> Result<()> {
        if detail_type == Some(self.detail_type) {
            return Ok(());
        }
        (self.tell)(ctx, failure).await
    }
}

fn tell<'a, V: FailureEvent + Send + 'static>(
    ctx: &'a Context,
    failure: &'a Failure,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
    Box::pin(async move {
        let event = V::of(failure);
        ctx.publish(&event).await
    })
}
