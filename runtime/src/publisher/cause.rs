//! Why an event was not published, and what follows of that.

use std::fmt;

use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_eventbridge::types::PutEventsResultEntry;

use super::PreparedEvent;
use crate::error::{Error, ErrorKind};

/// An event that was not published, and why.
#[derive(Clone)]
pub(crate) struct Failed {
    pub(crate) event: PreparedEvent,
    pub(crate) cause: Cause,
}

/// Why an entry was not published: EventBridge's error code and message.
#[derive(Clone)]
pub(crate) struct Cause {
    pub(super) code: String,
    pub(super) message: String,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl Cause {
    pub(super) fn of_entry(result: Option<PutEventsResultEntry>) -> Self {
        let Some(result) = result else {
            return Self {
                code: "MissingResult".to_owned(),
                message: "no result came back for it".to_owned(),
            };
        };
        Self {
            code: result.error_code.unwrap_or_default(),
            message: result.error_message.unwrap_or_default(),
        }
    }

    pub(super) fn of<E: ProvideErrorMetadata + std::error::Error + 'static>(
        error: &SdkError<E>,
    ) -> Self {
        Self {
            code: error.code().unwrap_or("RequestFailed").to_owned(),
            message: crate::log::chain(error),
        }
    }

    /// Whether the same entry may be taken a moment later. The other codes name a fault of the entry or of our
    /// rights, which sending it again does not mend.
    pub(crate) fn passes(&self) -> bool {
        self.is_throttling()
            || matches!(
                self.code.as_str(),
                "InternalException" | "InternalFailure" | "ServiceUnavailable"
            )
    }

    /// Whether it is the entry's own fault: sent again, it is refused again.
    pub(crate) fn is_final(&self) -> bool {
        matches!(
            self.code.as_str(),
            "MalformedDetail" | "InvalidArgument" | "NotAuthorizedForSourceException"
        )
    }

    /// Whether a request was refused for what is in it, as it is again with the same entries.
    pub(crate) fn is_of_request(&self) -> bool {
        self.code == "ValidationException"
    }

    fn is_throttling(&self) -> bool {
        matches!(self.code.as_str(), "ThrottlingException" | "Throttling" | "ThrottledException")
    }
}

pub(super) fn not_published(failed: Vec<Failed>) -> Error {
    let throttled = failed.iter().all(|failed| failed.cause.is_throttling());
    let causes: Vec<String> = failed
        .iter()
        .map(|Failed { event, cause }| {
            let kind = event.entry.detail_type().unwrap_or_default();
            format!("`{kind}` {} ({cause})", event.event_id)
        })
        .collect();
    let cause = format!("{} events were not published: {}", failed.len(), causes.join(", "));
    if throttled {
        Error::new(ErrorKind::Throttled, "throttled", "too many requests, try again later")
            .with_source(cause)
    } else {
        Error::internal(cause)
    }
}
