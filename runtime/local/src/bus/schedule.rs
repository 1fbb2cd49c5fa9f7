//! The scheduler: subscribers that are called at certain times, as EventBridge Scheduler does.

mod expression;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use purlin::Timestamp;
use serde_json::{Value, json};

use self::expression::Expression;
use super::Shared;
use super::delivery::Delivery;
use super::setup::Retry;
use super::state::Line;
use crate::identity;

/// The detail type of what a schedule delivers.
const DETAIL_TYPE: &str = "Scheduled";

/// How long is waited after it could not be written that a schedule has come due.
const MEND_WITHIN: Duration = Duration::from_secs(60);

/// When one subscriber is called.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The subscriber; no two rules or schedules share one.
    pub name: String,
    /// As EventBridge Scheduler writes it, for example `rate(5 minutes)` or `cron(0 12 * * ? *)`.
    /// Times are in UTC.
    pub expression: String,
    /// What becomes of a call that fails.
    pub retry: Retry,
}

/// A schedule that has been understood.
pub(super) struct Plan {
    name: String,
    expression: Expression,
}

impl Plan {
    pub(super) fn read(schedule: &Schedule) -> anyhow::Result<Self> {
        let expression = schedule.expression.parse().with_context(|| {
            format!("the schedule `{}` of `{}`", schedule.expression, schedule.name)
        })?;
        Ok(Self { name: schedule.name.clone(), expression })
    }

    /// Calls the subscriber whenever the time has come, for as long as there are such times.
    ///
    /// What came due while nothing ran is made up for by one call, that of the last time.
    pub(super) async fn run(self, shared: Arc<Shared>) {
        while let Err(error) = self.follow(&shared).await {
            tracing::error!(error = format!("{error:#}"), "the schedule `{}` waits", self.name);
            shared.clock.reach(shared.clock.time().after(MEND_WITHIN)).await;
        }
    }

    async fn follow(&self, shared: &Shared) -> anyhow::Result<()> {
        let mut last = self.begin(shared)?;
        while let Some(next) = self.expression.next(last) {
            shared.clock.reach(moment(next)?).await;
            last = self.last(next, seconds(shared.clock.time()));
            self.call(shared, moment(last)?)?;
        }
        Ok(())
    }

    /// The last time there was; from now on where there was none.
    fn begin(&self, shared: &Shared) -> anyhow::Result<i64> {
        if let Some(at) = shared.ledger.with(|state| state.due(&self.name)) {
            return Ok(seconds(at));
        }
        let now = seconds(shared.clock.time());
        let line = Line::Due { schedule: self.name.clone(), at: moment(now)?, event: None };
        shared.ledger.record(line).context("cannot write when it began")?;
        Ok(now)
    }

    /// The last of the times from `due` to `now`.
    fn last(&self, mut due: i64, now: i64) -> i64 {
        while let Some(next) = self.expression.next(due).filter(|next| *next <= now) {
            due = next;
        }
        due
    }

    fn call(&self, shared: &Shared, due: Timestamp) -> anyhow::Result<()> {
        let event = event(&shared.name, &self.name, due);
        let line = Line::Due { schedule: self.name.clone(), at: due, event: Some(event.clone()) };
        shared.ledger.record(line).context("cannot write that it came due")?;
        shared.terminal.schedule(&self.name);
        let id = event["id"].as_str().unwrap_or_default().to_owned();
        shared.courier.send(Delivery::new(id, self.name.clone(), Arc::new(event)));
        Ok(())
    }
}

/// What a schedule delivers.
fn event(service: &str, schedule: &str, due: Timestamp) -> Value {
    let id = event_id(schedule, due);
    let source = format!("{service}.schedules");
    // Without milliseconds, as EventBridge Scheduler tells the time.
    let time = due.to_string().replace(".000Z", "Z");
    json!({
        "version": "0",
        "id": uuid::Uuid::now_v7().to_string(),
        "detail-type": DETAIL_TYPE,
        "source": source,
        "time": time,
        "detail": {
            "metadata": {
                "eventId": id,
                "type": DETAIL_TYPE,
                "version": 1,
                "source": source,
                "time": time,
                "correlationId": id,
            },
            "data": { "schedule": schedule, "scheduledFor": time },
        },
    })
}

/// The id of a schedule's call at a time: always the same, so that a call that is repeated is recognised. A UUID of
/// version 7, whose random bits are taken from the name.
fn event_id(schedule: &str, due: Timestamp) -> String {
    let [_, _, _, _, _, _, random @ ..] = identity::fnv1a(schedule.as_bytes()).to_be_bytes();
    let millis = u64::try_from(due.as_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
}

fn seconds(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(1000)
}

fn moment(seconds: i64) -> anyhow::Result<Timestamp> {
    Ok(Timestamp::from_millis(seconds.saturating_mul(1000))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_known_by_its_schedule_and_its_time() -> anyhow::Result<()> {
        let id = event_id("tidy", moment(1_900_000_000)?);
        assert_eq!(id, event_id("tidy", moment(1_900_000_000)?));
        assert_ne!(id, event_id("tidy", moment(1_900_000_060)?));
        assert_ne!(id, event_id("mend", moment(1_900_000_000)?));
        assert_eq!(uuid::Uuid::parse_str(&id)?.get_version_num(), 7);
        Ok(())
    }
}
