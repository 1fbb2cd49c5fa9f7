//! Retrying what the SDK would not: writes that met a transaction on the same item.

use aws_sdk_dynamodb::config::interceptors::InterceptorContext;
use aws_sdk_dynamodb::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::CancellationReason;

/// Has the SDK's own bounded, jittered retries cover `TransactionConflict`: another transaction held the item,
/// and has let go of it a moment later.
#[derive(Debug)]
pub(crate) struct TransactionConflicts;

impl ClassifyRetry for TransactionConflicts {
    fn classify_retry(&self, ctx: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = ctx.output_or_error() else {
            return RetryAction::NoActionIndicated;
        };
        let Some(error) = error.as_operation_error() else {
            return RetryAction::NoActionIndicated;
        };
        let is_conflict = if let Some(error) = error.downcast_ref::<TransactWriteItemsError>() {
            is_conflict_alone(error)
        } else if let Some(error) = error.downcast_ref::<TransactGetItemsError>() {
            is_conflict_of_reads(error)
        } else if let Some(error) = error.downcast_ref::<PutItemError>() {
            is_conflict(error)
        } else if let Some(error) = error.downcast_ref::<UpdateItemError>() {
            is_conflict(error)
        } else {
            error.downcast_ref::<DeleteItemError>().is_some_and(is_conflict)
        };
        if is_conflict { RetryAction::transient_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "transaction conflicts"
    }
}

fn is_conflict(error: &impl ProvideErrorMetadata) -> bool {
    error.code() == Some("TransactionConflictException")
}

/// A snapshot of items that a transaction was writing.
fn is_conflict_of_reads(error: &TransactGetItemsError) -> bool {
    let TransactGetItemsError::TransactionCanceledException(canceled) = error else {
        return false;
    };
    conflict_alone(canceled.cancellation_reasons())
}

/// A transaction canceled for a conflict and for no failed condition, which would only fail again.
fn is_conflict_alone(error: &TransactWriteItemsError) -> bool {
    let TransactWriteItemsError::TransactionCanceledException(canceled) = error else {
        return false;
    };
    conflict_alone(canceled.cancellation_reasons())
}

fn conflict_alone(reasons: &[CancellationReason]) -> bool {
    let mut codes = reasons.iter().filter_map(|reason| reason.code());
    codes.clone().any(|code| code == "TransactionConflict")
        && codes.all(|code| matches!(code, "None" | "TransactionConflict"))
}
