//! What DynamoDB refused, as the runtime's error.

use aws_sdk_dynamodb::Error as SdkError;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;

use crate::error::ErrorKind;
use crate::{Error, Item, limit};

/// Why a conditional write did not happen.
pub(super) enum Failure {
    /// Its condition failed on this item, or on none.
    Condition(Option<Item>),
    /// Anything else.
    Other(Error),
}

pub(super) fn failure(error: SdkError) -> Failure {
    match error {
        SdkError::ConditionalCheckFailedException(failed) => Failure::Condition(failed.item),
        error => Failure::Other(failed(error)),
    }
}

/// Which action's condition canceled a transaction: its place, counted from zero.
pub(super) fn canceled_at(error: SdkError) -> Result<usize, Error> {
    let reasons = match &error {
        SdkError::TransactionCanceledException(canceled) => canceled.cancellation_reasons(),
        _ => &[],
    };
    let conditions = |code| reasons.iter().position(|reason| reason.code() == Some(code));
    conditions("ConditionalCheckFailed").ok_or_else(|| failed(error))
}

/// The error that a request without a condition fails with.
pub(crate) fn failed(error: SdkError) -> Error {
    let message = error.message().unwrap_or_default();
    if error.code() == Some("ValidationException")
        && message.contains("size")
        && message.contains("exceeded")
    {
        return limit::update_too_large().with_source(error);
    }
    if is_throttling(&error) {
        return Error::new(ErrorKind::Throttled, "throttled", "the database is busy; try again")
            .with_source(error);
    }
    Error::internal(error)
}

pub(crate) fn not_found(entity: &str) -> Error {
    Error::not_found(format!("there is no such {entity}"))
}

/// Whether the caller may simply try again: DynamoDB was asked too much, or others wrote the same item.
fn is_throttling(error: &SdkError) -> bool {
    const CODES: [&str; 6] = [
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    ];
    match error {
        SdkError::TransactionCanceledException(canceled) => {
            canceled.cancellation_reasons().iter().any(|reason| {
                matches!(
                    reason.code(),
                    Some(
                        "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded"
                    )
                )
            })
        }
        error => error.code().is_some_and(|code| CODES.contains(&code)),
    }
}
