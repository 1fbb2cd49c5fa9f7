//! What DynamoDB refused, as the runtime's error.

use std::error::Error as _;

use aws_sdk_dynamodb::Error as SdkError;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::CancellationReason;

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

/// A transaction of which a condition failed.
pub(super) struct Canceled {
    /// Which action's condition it was, counted from zero: the first one, where there were several.
    pub(super) index: usize,
    /// For each action the item that its condition failed on, if there was one.
    pub(super) items: Vec<Option<Item>>,
    /// The actions whose items another transaction was writing.
    pub(super) held: Vec<usize>,
}

/// Why a transaction was canceled, where a condition failed.
pub(super) fn canceled(error: SdkError) -> Result<Canceled, Error> {
    let SdkError::TransactionCanceledException(exception) = &error else {
        return Err(failed(error));
    };
    let reasons = exception.cancellation_reasons();
    let is_condition =
        |reason: &CancellationReason| reason.code() == Some("ConditionalCheckFailed");
    match reasons.iter().position(is_condition) {
        Some(index) => {
            let items = reasons.iter().map(|reason| reason.item.clone()).collect();
            let held = (0..reasons.len()).filter(|index| is_held(reasons, *index)).collect();
            Ok(Canceled { index, items, held })
        }
        None if reasons.iter().any(|reason| too_large(reason.message())) => {
            Err(limit::update_too_large().with_source(error))
        }
        None if reasons.iter().any(|reason| is_nowhere(reason.message())) => {
            Err(limit::nothing_there().with_source(error))
        }
        None => Err(failed(error)),
    }
}

/// Whether a transaction failed since another one kept hold of the item of this action.
pub(super) fn is_conflict_of(error: &Error, index: usize) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref());
    let Some(SdkError::TransactionCanceledException(canceled)) = source else { return false };
    is_held(canceled.cancellation_reasons(), index)
}

/// Whether another transaction was writing the item of this action.
fn is_held(reasons: &[CancellationReason], index: usize) -> bool {
    reasons.get(index).and_then(CancellationReason::code) == Some("TransactionConflict")
}

/// Whether an update's path leads into an object that the item does not have.
fn is_nowhere(message: Option<&str>) -> bool {
    message.is_some_and(|message| message.contains("document path"))
}

fn too_large(message: Option<&str>) -> bool {
    message.is_some_and(|message| message.contains("size") && message.contains("exceeded"))
}

/// The error that a request without a condition fails with.
pub(crate) fn failed(error: SdkError) -> Error {
    if error.code() == Some("ValidationException") && too_large(error.message()) {
        return limit::update_too_large().with_source(error);
    }
    if error.code() == Some("ValidationException") && is_nowhere(error.message()) {
        return limit::nothing_there().with_source(error);
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
