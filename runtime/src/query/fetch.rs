//! Sending a query: filters, ownership, and as many reads as a page takes.

mod plan;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::Select;

use super::Order;
use crate::condition::Node;
use crate::cursor::{self, Binding};
use crate::key;
use crate::limit;
use crate::repository::{Alive, Expression, Store, failed};
use crate::{Item, Result, Timestamp};

use plan::PartitionOwner;
pub(super) use plan::{Plan, Wanted};

/// Reads of one page, so that a filter that passes nearly everything over does not hold a request for ever.
const MOST_READS: u32 = 10;

/// Items that a filtered query has DynamoDB look at in one read, at least.
const FILTERED_READ: u32 = 100;

pub(super) async fn page(store: &Store, plan: Plan) -> Result<(Vec<Item>, Option<String>)> {
    let binding = plan.binding(store);
    let start = plan.start(store, &binding)?;
    // One item more than the page holds: whether it comes tells whether there is a next page.
    let Fetched { items, last, .. } =
        fetch(store, &plan, start, plan.limit.saturating_add(1), MOST_READS).await?;
    let cursor = last.map(|last| cursor_of(store, &plan, &binding, &last)).transpose()?;
    Ok((items, cursor))
}

/// The cursor of what comes after an item.
pub(super) fn cursor_of(
    store: &Store,
    plan: &Plan,
    binding: &Binding,
    last: &Item,
) -> Result<String> {
    cursor::seal(store.cursor_secret(), binding, &plan.last_key(last)?, Timestamp::now())
}

pub(super) async fn first(store: &Store, mut plan: Plan) -> Result<Option<Item>> {
    let mut start = plan.start(store, &plan.binding(store))?;
    plan.limit = 1;
    // To say what is wanted of a single item costs as much as it saves.
    if plan.wanted == Wanted::Entity && plan.filters.is_empty() {
        plan.wanted = Wanted::Held;
    }
    let mut withheld = false;
    loop {
        let mut fetched = fetch(store, &plan, start, 1, MOST_READS).await?;
        withheld |= fetched.withheld;
        match (fetched.items.pop(), fetched.last) {
            (None, Some(last)) => start = Some(last),
            (None, None) => {
                if withheld {
                    store.withhold();
                }
                return Ok(None);
            }
            (item, _) => return Ok(item),
        }
    }
}

/// How many items there are, expired and deleted ones aside.
pub(super) async fn count(store: &Store, plan: Plan) -> Result<u64> {
    let mut start = plan.start(store, &plan.binding(store))?;
    let Some(request) = Request::new(store, &plan, Filter::Counted)? else { return Ok(0) };
    let mut count = 0;
    loop {
        let query = request.build(store, &plan, start.take()).select(Select::Count);
        let output = query.send().await.map_err(|error| failed(error.into()))?;
        store.consumed_read(output.consumed_capacity.as_ref());
        count += u64::try_from(output.count).unwrap_or_default();
        start = output.last_evaluated_key;
        if start.is_none() {
            return Ok(count);
        }
    }
}

/// A query on its way to its end.
pub(super) struct Reading {
    store: Store,
    plan: Plan,
    /// Where to go on; nothing where all has been read.
    start: Option<Option<Item>>,
}

impl Reading {
    pub(super) fn start(store: Store, plan: Plan) -> Result<Self> {
        let start = plan.start(&store, &plan.binding(&store))?;
        Ok(Self { store, plan, start: Some(start) })
    }

    /// What the next request returns, and the rest; nothing at the end.
    pub(super) async fn next(self) -> Result<Option<(Vec<Item>, Self)>> {
        let Self { store, plan, start } = self;
        let Some(start) = start else { return Ok(None) };
        let Fetched { items, last, .. } = fetch(&store, &plan, start, plan.limit, 1).await?;
        let start = last.map(Some);
        Ok(Some((items, Self { store, plan, start })))
    }
}

/// What DynamoDB is asked to leave out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    /// What is somebody else's. What has expired or is deleted is left out by whoever reads.
    Read,
    /// That, and what is another entity's: a count has nobody who reads.
    Counted,
    /// Nothing: items of several entities have owners of their own.
    Collected,
}

/// What all requests of a query have in common.
pub(super) struct Request {
    expression: Expression,
    key_condition: String,
    filter: Option<String>,
    projection: Option<String>,
}

impl Request {
    /// Nothing where no item of the partition can be within reach.
    pub(super) fn new(store: &Store, plan: &Plan, filter: Filter) -> Result<Option<Self>> {
        key::check_partition(&plan.partition)?;
        plan.filters.iter().try_for_each(Node::check)?;
        if plan.is_void() {
            return Ok(None);
        }
        let (mut expression, key_condition) = plan.key_condition();
        let owner = match plan.partition_owner(store) {
            PartitionOwner::Another => {
                store.withhold();
                return Ok(None);
            }
            PartitionOwner::Caller => None,
            PartitionOwner::Unknown => store.owner().filter(|_| filter != Filter::Collected),
        };
        let counted = (filter == Filter::Counted).then_some(store.shape);
        let condition = plan.filter(owner, counted, &mut expression);
        limit::check_filter(condition.as_deref())?;
        // DynamoDB refuses to be told what to send where nothing is sent.
        let projection = match filter {
            Filter::Counted => None,
            Filter::Read | Filter::Collected => plan.projection(store, &mut expression),
        };
        Ok(Some(Self { expression, key_condition, filter: condition, projection }))
    }

    pub(super) fn build(
        &self,
        store: &Store,
        plan: &Plan,
        start: Option<Item>,
    ) -> QueryFluentBuilder {
        store
            .client()
            .query()
            .table_name(store.table())
            .set_index_name(plan.index.map(|index| index.name.to_owned()))
            .key_condition_expression(&self.key_condition)
            .set_filter_expression(self.filter.clone())
            .set_projection_expression(self.projection.clone())
            .set_expression_attribute_names(self.expression.names())
            .set_expression_attribute_values(self.expression.values())
            .scan_index_forward(plan.order == Order::Ascending)
            // DynamoDB: an index can only be read eventually consistent.
            .consistent_read(store.consistent && plan.index.is_none())
            .set_exclusive_start_key(start)
            .return_consumed_capacity(crate::usage::WANTED)
    }
}

/// What was read of a page.
struct Fetched {
    items: Vec<Item>,
    /// The key after which more may come.
    last: Option<Item>,
    /// Whether DynamoDB left out what is somebody else's. It does not say what that was: an item that has expired
    /// and is not removed yet counts, too.
    withheld: bool,
}

/// A page, and the key after which more may come. Reads until `enough` items have come, of which the page
/// keeps no more than its limit, and no more often than `most_reads` times.
async fn fetch(
    store: &Store,
    plan: &Plan,
    mut start: Option<Item>,
    enough: u32,
    most_reads: u32,
) -> Result<Fetched> {
    let Some(request) = Request::new(store, plan, Filter::Read)? else {
        return Ok(Fetched { items: Vec::new(), last: None, withheld: false });
    };
    // Where the query has no filter of its own, only that for the owner can leave anything out.
    let by_owner = request.filter.is_some() && plan.filters.is_empty();
    let mut withheld = false;
    let enough = enough as usize;
    let alive = Alive::of(store.shape);
    let mut items: Vec<Item> = Vec::new();
    for _ in 0..most_reads {
        let wanted = (enough - items.len()) as u32;
        let read = if request.filter.is_some() { wanted.max(FILTERED_READ) } else { wanted };
        let output = request
            .build(store, plan, start.take())
            .limit(i32::try_from(read).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| failed(error.into()))?;
        store.consumed_read(output.consumed_capacity.as_ref());
        withheld |= by_owner && output.scanned_count > output.count;
        // Templates of two entities may share a partition, and one sort key's prefix may begin another's. What has
        // expired or is deleted counts as gone.
        items.extend(
            output
                .items
                .unwrap_or_default()
                .into_iter()
                .filter(|item| plan.is_of(store, item) && alive.holds(item)),
        );
        if items.len() >= enough {
            items.truncate(plan.limit as usize);
            start = items.last().map(|item| plan.key_of(store, item)).transpose()?;
            break;
        }
        start = output.last_evaluated_key;
        if start.is_none() {
            break;
        }
    }
    Ok(Fetched { items, last: start, withheld })
}
