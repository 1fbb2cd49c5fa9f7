//! The same for what is kept in other ways: owned, unique, expiring, deleted so that it can be restored, projected.

use purlin::{Entity, Expected, Item, Order, Projection, Repository, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::call::{Answer, Call, Refusal};
use super::super::*;
use super::{Right, calls, difference_of, failure_of};

#[derive(Clone, Debug, PartialEq, Entity, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "HALL#{hall}", sort = "SEAT#{seat}", version = version, owner = holder)]
#[entity(ttl = until, soft_delete = deleted_at)]
#[entity(unique(code(code)))]
#[entity(access(in_hall))]
#[entity(index(by_row, on = GSI1, partition = "ROW#{row}", sort = "SEAT#{seat}", project = TicketByRow))]
struct Ticket {
    hall: String,
    seat: u8,
    holder: String,
    code: Option<String>,
    row: Option<String>,
    until: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    #[entity(set = on_write)]
    updated_at: Timestamp,
    version: u64,
}

#[derive(Debug, PartialEq, Projection)]
#[serde(rename_all = "camelCase")]
#[projection(entity = Ticket)]
struct TicketByRow {
    seat: u8,
    holder: String,
}

/// The same sequences each time.
const DRAW: Draw = Draw { cases: 512, simpler: 300, seed: 1 };

type Tickets = Box<Repository<Ticket>>;

fn plan() -> Plan<Ticket, Tickets> {
    Plan::new(|ctx| Box::new(Repository::new(ctx)))
        .bounded(|permit| Box::new(Repository::for_caller(permit)))
        .access("in_hall", Order::Ascending, |(tickets, ticket): (&Tickets, &Ticket)| {
            Some(tickets.query(Ticket::in_hall(&ticket.hall)))
        })
        .projected("by_row", Order::Ascending, |(tickets, ticket)| {
            Some(tickets.query(Ticket::by_row(ticket.row.as_deref()?)))
        })
        .restorable()
}

/// What a repository of tickets that answers so fails with.
#[track_caller]
fn failure<F>(answer: F) -> String
where
    F: for<'p> AsyncFn(&Right<'p, Ticket>, &Call<Ticket>) -> anyhow::Result<Answer<Ticket>>,
{
    failure_of(&plan(), DRAW, answer)
}

#[track_caller]
fn failure_of_shape(change: impl FnOnce(&mut Shape<Ticket>)) -> String {
    difference_of(&plan(), DRAW, change)
}

#[test]
fn a_right_repository_is_found_right() {
    plan().check();
}

#[test]
fn what_has_expired_and_is_still_there_is_found() {
    let failure = failure_of_shape(|shape| shape.ttl = None);
    assert!(calls(&failure).len() <= 3, "{failure}");
}

#[test]
fn what_was_deleted_and_is_still_there_is_found() {
    let failure = failure_of_shape(|shape| shape.soft_delete = None);
    assert!(failure.contains("deletedAt: "), "{failure}");
}

/// A model without the rule foresees that two share a value; one with another rule misses a claim.
#[test]
fn values_that_two_share_are_found() {
    let failure = failure_of_shape(|shape| shape.unique = &[]);
    assert!(calls(&failure).last() == Some(&"what the table holds"), "{failure}");
    let failure = self::failure(async |right, call| {
        let answer = right.answer(call).await?;
        // As if the claims were made and never heeded.
        Ok(match answer {
            Answer::Refused(Refusal::NotUnique) if matches!(call, Call::Create(_)) => Answer::Done,
            answer => answer,
        })
    });
    assert!(failure.contains("\n  model: refused, a value is taken"), "{failure}");
}

#[test]
fn a_value_that_is_not_given_up_is_found() {
    let failure = failure(async |right, call| {
        let before = right.table.scan().await?;
        let answer = right.answer(call).await?;
        let is_claim = |item: &&Item| {
            item.get("PK").is_some_and(|key| key.as_s().is_ok_and(|key| key.starts_with('$')))
        };
        if matches!((call, &answer), (Call::Update { .. }, Answer::One(_))) {
            for claim in before.iter().filter(is_claim) {
                right.table.put(claim.clone()).await?;
            }
        }
        Ok(answer)
    });
    assert!(calls(&failure).iter().any(|call| call.starts_with("update ")), "{failure}");
}

#[test]
fn a_caller_who_reaches_what_is_anothers_is_found() {
    let failure = failure(async |right, call| match call {
        Call::Bounded { call, .. } => right.answer(call).await,
        _ => right.answer(call).await,
    });
    assert!(
        calls(&failure).last().is_some_and(|call| call.contains("reaches its own")),
        "{failure}"
    );
}

#[test]
fn a_restoration_that_restores_nothing_is_found() {
    let failure = failure(async |right, call| match call {
        Call::Restore { of, .. } => Ok(Answer::One(of.clone())),
        _ => right.answer(call).await,
    });
    assert!(calls(&failure).last().is_some_and(|call| call.starts_with("restore ")), "{failure}");
}

#[test]
fn what_is_purged_and_still_there_is_found() {
    let failure = failure(async |right, call| {
        let before = right.table.scan().await?;
        let answer = right.answer(call).await?;
        if let (Call::Purge { .. }, Answer::One(_)) = (call, &answer) {
            for item in before {
                right.table.put(item).await?;
            }
        }
        Ok(answer)
    });
    assert!(calls(&failure).iter().any(|call| call.starts_with("purge ")), "{failure}");
}

#[test]
fn a_count_of_what_is_gone_is_found() {
    let failure = failure(async |right, call| match (call, right.answer(call).await?) {
        (Call::Query(_), Answer::Count(count)) if count > 0 => Ok(Answer::Count(count + 1)),
        (_, answer) => Ok(answer),
    });
    assert!(calls(&failure).last().is_some_and(|call| call.ends_with(", how many")), "{failure}");
}

#[test]
fn a_row_that_is_another_items_is_found() {
    let failure = failure(async |right, call| {
        let mut answer = right.answer(call).await?;
        if let Answer::Pages(pages) = &mut answer
            && let [page] = &mut pages[..]
            && page.len() == 2
        {
            page[1] = page[0].clone();
        }
        Ok(answer)
    });
    assert!(calls(&failure).last().is_some_and(|call| call.starts_with("query ")), "{failure}");
}

/// A deletion that leaves no trace is one of an item that can be restored, and nothing is there to restore.
#[test]
fn a_deletion_that_leaves_nothing_is_found() {
    let failure = failure(async |right, call| {
        let answer = right.answer(call).await?;
        if let (Call::Delete { of, .. }, Answer::One(_)) = (call, &answer) {
            right.answer(&Call::Purge { of: of.clone(), expected: Expected::Any }).await?;
        }
        Ok(answer)
    });
    assert!(calls(&failure).iter().any(|call| call.starts_with("delete ")), "{failure}");
}
