//! Buckets: small items that count how far ahead of its rate a caller's calls are.
//!
//! All that a bucket holds is one moment, its arrival: see [`rate`](crate::Rate). It only ever grows, and once it is
//! past, the item is as good as none.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::Expression;
use super::alive::TTL;
use super::claim::OWN_SORT;
use super::failure::{Failure, failure};
use super::store::{ENTITY, key_item};
use super::write::{WRITE, is_written, mark};
use crate::error::ErrorKind;
use crate::key::{PrimaryKey, check_partition};
use crate::usage::WANTED;
use crate::{Context, Error, Item, Result};

/// What has the place of an entity's name in a bucket.
const KIND: &str = "$rate";

/// The attribute with the arrival, in microseconds since 1970.
const ARRIVAL: &str = "_arrival";

/// How often a bucket is written at most for one call: once or twice, and once more where the item was removed
/// between.
const ATTEMPTS: usize = 3;

/// What a call does to a bucket. Moments are in microseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Toll {
    /// When the call comes.
    pub(crate) now: i64,
    /// By how much it moves the arrival on.
    pub(crate) interval: i64,
    /// The latest arrival for which it is not too early.
    pub(crate) latest: i64,
    /// The second from which the bucket is as good as none, whatever it holds after the call.
    pub(crate) expiry: i64,
}

/// What became of a call, with the arrival that then stood in the bucket.
pub(crate) enum Taken {
    Counted(i64),
    Early(i64),
}

/// Counts a call if it is not too early. `is_ahead` says what to expect of the bucket: where it is right, and where
/// the call is too early, one request tells.
pub(crate) async fn take(
    ctx: &Context,
    partition: &str,
    toll: Toll,
    mut is_ahead: bool,
) -> Result<Taken> {
    check_partition(partition)?;
    let mark = mark();
    for _ in 0..ATTEMPTS {
        let stored = match write(ctx, partition, toll, is_ahead, &mark).await? {
            Ok(item) => {
                return Ok(Taken::Counted(arrival(&item).unwrap_or(toll.now + toll.interval)));
            }
            Err(stored) => stored,
        };
        // The first attempt happened, and its answer was lost.
        if let Some(item) = stored.as_ref().filter(|item| is_written(item, &mark)) {
            return Ok(Taken::Counted(arrival(item).unwrap_or(toll.now + toll.interval)));
        }
        match stored.as_ref().and_then(arrival) {
            Some(arrival) if arrival > toll.latest => return Ok(Taken::Early(arrival)),
            Some(arrival) => is_ahead = arrival > toll.now,
            None => is_ahead = false,
        }
    }
    Err(Error::new(ErrorKind::Throttled, "throttled", "the database is busy; try again"))
}

/// Moves the arrival on by one call: from itself where it lies ahead, and from now where it does not.
///
/// No update expression can take the greater of two, so each of these is a request of its own, on condition that the
/// bucket is what it takes it for. The inner error is what is stored instead.
async fn write(
    ctx: &Context,
    partition: &str,
    toll: Toll,
    is_ahead: bool,
    mark: &AttributeValue,
) -> Result<Result<Item, Option<Item>>> {
    let number = |value: i64| AttributeValue::N(value.to_string());
    let mut expression = Expression::default();
    let [arrival, entity, ttl, write] =
        [ARRIVAL, ENTITY, TTL, WRITE].map(|attribute| expression.name(attribute));
    let [now, kind, expiry, own] =
        [number(toll.now), AttributeValue::S(KIND.to_owned()), number(toll.expiry), mark.clone()]
            .map(|value| expression.value(value));
    let (next, condition) = if is_ahead {
        let latest = expression.value(number(toll.latest));
        let interval = expression.value(number(toll.interval));
        // A repetition of a request that has happened finds its own mark.
        let is_new = format!("{write} <> {own}");
        (
            format!("{arrival} + {interval}"),
            format!("{arrival} > {now} AND {arrival} <= {latest} AND {is_new}"),
        )
    } else {
        let next = expression.value(number(toll.now + toll.interval));
        (next, format!("attribute_not_exists({arrival}) OR {arrival} <= {now}"))
    };
    let update =
        format!("SET {arrival} = {next}, {entity} = {kind}, {ttl} = {expiry}, {write} = {own}");
    let key = PrimaryKey { partition: partition.to_owned(), sort: OWN_SORT.to_owned() };
    let sent = ctx
        .dynamodb()
        .update_item()
        .table_name(ctx.table())
        .set_key(Some(key_item(key)))
        .update_expression(update)
        .condition_expression(condition)
        .set_expression_attribute_names(expression.names())
        .set_expression_attribute_values(expression.into_values())
        .return_values(ReturnValue::UpdatedNew)
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .return_consumed_capacity(WANTED)
        .send()
        .await;
    match sent.map_err(|error| failure(error.into())) {
        Ok(output) => {
            ctx.meter().wrote(output.consumed_capacity.as_slice());
            Ok(Ok(output.attributes.unwrap_or_default()))
        }
        Err(Failure::Condition(stored)) => {
            // DynamoDB does not tell what a refusal costs.
            ctx.meter().wrote(&[]);
            Ok(Err(stored))
        }
        Err(Failure::Other(error)) => Err(error),
    }
}

fn arrival(item: &Item) -> Option<i64> {
    item.get(ARRIVAL)?.as_n().ok()?.parse().ok()
}
