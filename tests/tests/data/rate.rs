//! Rates, through the app's door and the real wire protocol: how many calls pass, whose, and what each costs.
//!
//! The time is a number that the tests move on. Processes are `Shared`s of one table, each with a memory of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use futures_util::future::join_all;
use purlin::apigw::ApiGatewayV2httpRequest;
use purlin::dynamodb::AttributeValue;
use purlin::{
    App, Context, Operation, Permissions, Permit, Rate, Request, Response, Shared, Timestamp, token,
};
use serde_json::json;

use super::proxy::Proxy;
use super::table::{Table, shared};

/// The moment at which the tests begin, in milliseconds since 1970.
const START: i64 = 1_900_000_000_000;

#[derive(Clone, Copy, Permissions)]
#[permissions(role(maker, "thing:make", "thing:break"), role(nobody))]
enum Permission {
    #[permission("thing:make")]
    ThingMake,
    #[permission("thing:break")]
    ThingBreak,
}

/// An app of which each operation has the same rate, and how often its handlers ran.
struct World {
    table: Table,
    app: App,
    runs: Arc<AtomicUsize>,
    clock: Arc<AtomicI64>,
}

/// What came of a call.
#[derive(Debug, PartialEq)]
enum Came {
    /// It ran, after so many requests and write units.
    Ran(u64, f64),
    /// It is to be tried again after so many seconds.
    Limited(u64),
    Refused(i64),
}

use Came::{Limited, Ran, Refused};

impl World {
    async fn of(rate: Rate) -> Self {
        let runs = Arc::new(AtomicUsize::new(0));
        let app = app(rate, &runs);
        Self { table: Table::start().await, app, runs, clock: Arc::new(AtomicI64::new(START)) }
    }

    fn process(&self) -> Shared {
        self.process_through(&format!("http://{}", self.table.address()))
    }

    fn process_through(&self, endpoint: &str) -> Shared {
        self.keeping_time(shared(endpoint, self.table.name()))
    }

    fn keeping_time(&self, shared: Shared) -> Shared {
        let clock = Arc::clone(&self.clock);
        shared.with_rate_clock(move || {
            Timestamp::from_millis(clock.load(Ordering::SeqCst)).expect("a moment")
        })
    }

    fn wait(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }

    async fn call(&self, process: &Shared, operation: &str, caller: Caller<'_>) -> Came {
        let mut event = ApiGatewayV2httpRequest::default();
        match caller {
            Caller::At(address) => {
                event.request_context.http.source_ip = Some(address.to_owned());
            }
            Caller::As(role, subject) => {
                let token = token::sign(process.config(), subject, role, 60).expect("it is signed");
                let value = format!("Bearer {token}").parse().expect("a header value");
                event.headers.insert("authorization", value);
                event.request_context.http.source_ip = Some("192.0.2.1".to_owned());
            }
        }
        let answer = self.app.call(operation, event, process).await;
        let retry = answer.headers.get("retry-after");
        match (answer.status_code, answer.body) {
            (200, Some(body)) => {
                let body = body.as_ref().to_vec();
                let (requests, units) = serde_json::from_slice(&body).expect("what it took");
                Ran(requests, units)
            }
            (429, _) => {
                let wait = retry.and_then(|wait| wait.to_str().ok()?.parse().ok());
                Limited(wait.expect("a number of seconds"))
            }
            (status, _) => {
                assert!(retry.is_none());
                Refused(status)
            }
        }
    }

    async fn make(&self, process: &Shared) -> Came {
        self.call(process, "things.make", ADA).await
    }
}

/// Who calls: somebody with a credential, or whoever is at an address.
#[derive(Clone, Copy)]
enum Caller<'a> {
    As(&'a str, &'a str),
    At(&'a str),
}

const ADA: Caller<'_> = Caller::As("maker", "user_1");
const BOB: Caller<'_> = Caller::As("maker", "user_2");

fn app(rate: Rate, runs: &Arc<AtomicUsize>) -> App {
    let count = || {
        let runs = Arc::clone(runs);
        move |ctx: &Context| {
            runs.fetch_add(1, Ordering::SeqCst);
            let usage = ctx.usage();
            std::future::ready(Response::ok(&json!([usage.requests, usage.write_units])))
        }
    };
    let (make, smash, look) = (count(), count(), count());
    let make = move |permit: Permit<thing::Make>, _: Request| make(permit.ctx());
    let smash = move |permit: Permit<thing::Break>, _: Request| smash(permit.ctx());
    let look = move |ctx: Context, _: Request| look(&ctx);
    App::new("test").permissions::<Permission>().operations([
        Operation::new("things.make", "POST", "/things", make).rate(rate),
        Operation::new("things.break", "DELETE", "/things", smash).rate(rate),
        Operation::public("things.look", "GET", "/things", look).rate(rate),
    ])
}

#[tokio::test]
async fn of_a_hundred_calls_at_once_exactly_the_limit_passes() {
    let world = World::of(Rate::per_minute(10)).await;
    // Half of them from one process, so that its memory is put to the test as well.
    let mut processes: Vec<Shared> = (0..50).map(|_| world.process()).collect();
    processes.extend(std::iter::repeat_n(world.process(), 50));
    let came = join_all(processes.iter().map(|process| world.make(process))).await;
    let ran = came.iter().filter(|came| matches!(came, Ran(..))).count();
    let limited = came.iter().filter(|came| **came == Limited(6)).count();
    assert_eq!((ran, limited, world.runs()), (10, 90, 10), "{came:?}");
}

#[tokio::test]
async fn whoever_waits_as_told_passes_and_not_before() {
    let world = World::of(Rate::per_minute(3)).await;
    let process = world.process();
    for _ in 0..3 {
        assert_eq!(world.make(&process).await, Ran(1, 1.0));
    }
    assert_eq!(world.make(&process).await, Limited(20));
    world.wait(19_999);
    assert_eq!(world.make(&process).await, Limited(1));
    world.wait(1);
    assert_eq!(world.make(&process).await, Ran(1, 1.0));
    assert_eq!(world.make(&process).await, Limited(20));
    // However long nobody calls, no more than the burst is saved up.
    world.wait(24 * 60 * 60 * 1000);
    for _ in 0..3 {
        assert_eq!(world.make(&process).await, Ran(1, 1.0));
    }
    assert_eq!(world.make(&process).await, Limited(20));
    assert_eq!(world.runs(), 7);
}

#[tokio::test]
async fn a_burst_may_be_less_than_the_rate_or_more() {
    for (rate, burst, wait) in
        [(Rate::per_minute(60).burst(2), 2, 1), (Rate::per_hour(1).burst(4), 4, 3600)]
    {
        let world = World::of(rate).await;
        let process = world.process();
        for _ in 0..burst {
            assert_eq!(world.make(&process).await, Ran(1, 1.0));
        }
        assert_eq!(world.make(&process).await, Limited(wait));
    }
}

#[tokio::test]
async fn each_caller_has_a_rate_of_its_own_for_each_operation() {
    let world = World::of(Rate::per_minute(1)).await;
    let process = world.process();
    assert_eq!(world.call(&process, "things.make", ADA).await, Ran(1, 1.0));
    assert_eq!(world.call(&process, "things.make", ADA).await, Limited(60));
    assert_eq!(world.call(&process, "things.make", BOB).await, Ran(1, 1.0));
    assert_eq!(world.call(&process, "things.break", ADA).await, Ran(1, 1.0));
}

#[tokio::test]
async fn without_a_credential_each_address_has_a_rate_of_its_own() {
    let world = World::of(Rate::per_minute(1)).await;
    let process = world.process();
    let look = async |caller| world.call(&process, "things.look", caller).await;
    assert_eq!(look(Caller::At("192.0.2.1")).await, Ran(1, 1.0));
    assert_eq!(look(Caller::At("192.0.2.1")).await, Limited(60));
    assert_eq!(look(Caller::At("192.0.2.2")).await, Ran(1, 1.0));
    // Whoever has a credential is no longer an address, though it calls from one that has had its share.
    assert_eq!(look(ADA).await, Ran(1, 1.0));
    assert_eq!(look(ADA).await, Limited(60));
    assert_eq!(look(Caller::At("2001:db8::1")).await, Ran(1, 1.0));
    assert_eq!(look(Caller::At("2001:db8::2")).await, Limited(60));
}

#[tokio::test]
async fn whoever_may_not_call_is_told_so_and_counted_nowhere() {
    let world = World::of(Rate::per_minute(1)).await;
    let process = world.process();
    for _ in 0..3 {
        let came = world.call(&process, "things.make", Caller::As("nobody", "user_1")).await;
        assert_eq!(came, Refused(403));
        assert_eq!(
            world.call(&process, "things.make", Caller::At("192.0.2.1")).await,
            Refused(401)
        );
    }
    assert_eq!((world.table.count("$RATE").await, world.runs()), (0, 0));
    assert_eq!(world.make(&process).await, Ran(1, 1.0));
    assert_eq!(
        world.call(&process, "things.make", Caller::As("nobody", "user_1")).await,
        Refused(403)
    );
}

#[tokio::test]
async fn a_call_costs_one_write_and_a_second_one_only_where_a_process_knows_nothing() {
    let world = World::of(Rate::per_minute(3)).await;
    let proxy = Proxy::start(world.table.address()).await;
    let (first, second) =
        (world.process_through(proxy.endpoint()), world.process_through(proxy.endpoint()));
    let answered = || proxy.answered();
    assert_eq!((world.make(&first).await, answered()), (Ran(1, 1.0), 1));
    assert_eq!((world.make(&first).await, answered()), (Ran(1, 1.0), 2));
    // What the first one did is news to the second.
    assert_eq!((world.make(&second).await, answered()), (Ran(2, 1.0), 4));
    // Whatever is denied is told to the audit besides, whose bus is behind the same proxy.
    assert_eq!((world.make(&first).await, answered()), (Limited(20), 4 + 1 + 1));
    // What is known to be too early is not asked for.
    assert_eq!((world.make(&first).await, answered()), (Limited(20), 6 + 1));
    let third = world.process_through(proxy.endpoint());
    assert_eq!((world.make(&third).await, answered()), (Limited(20), 7 + 1 + 1));
}

#[tokio::test]
async fn a_call_whose_answer_was_lost_is_counted_once() {
    let world = World::of(Rate::per_minute(3)).await;
    let proxy = Proxy::start(world.table.address()).await;
    let process = world.process_through(proxy.endpoint());
    // The first call finds no bucket, the second one that is ahead.
    for _ in 0..2 {
        proxy.lose(1);
        assert!(matches!(world.make(&process).await, Ran(..)));
        assert_eq!(proxy.lost(), 1);
    }
    assert!(matches!(world.make(&process).await, Ran(..)));
    assert_eq!(world.make(&process).await, Limited(20));
}

#[tokio::test]
async fn where_the_table_cannot_be_written_the_call_fails_and_nothing_runs() {
    let world = World::of(Rate::per_minute(1)).await;
    let endpoint = format!("http://{}", world.table.address());
    let process = world.keeping_time(shared(&endpoint, "no-such-table"));
    assert_eq!((world.make(&process).await, world.runs()), (Refused(500), 0));
}

#[tokio::test]
async fn a_bucket_is_an_item_that_expires_once_it_is_due() {
    let world = World::of(Rate::per_minute(3)).await;
    let process = world.process();
    world.make(&process).await;
    world.make(&process).await;
    let item = world.table.stored("$").await;
    let number = |value: i64| AttributeValue::N(value.to_string());
    let text = |text: &str| AttributeValue::S(text.to_owned());
    assert_eq!(item["PK"], text("$RATE#things.make#3/min#caller#user_1"));
    assert_eq!((&item["SK"], &item["_entity"]), (&text("$"), &text("$rate")));
    assert_eq!(item["_arrival"], number((START + 40_000) * 1000));
    // The whole burst is three calls, after which nothing is ahead any more.
    assert_eq!(item["_ttl"], number(START / 1000 + 61));
}

#[tokio::test]
async fn a_bucket_that_was_removed_is_made_anew() {
    let world = World::of(Rate::per_minute(3)).await;
    let process = world.process();
    assert_eq!(world.make(&process).await, Ran(1, 1.0));
    let item = world.table.stored("$").await;
    let delete = process.dynamodb().delete_item().table_name(world.table.name());
    let delete = delete.key("PK", item["PK"].clone()).key("SK", item["SK"].clone());
    delete.send().await.expect("it is deleted");
    // The process takes it for one that is ahead.
    assert_eq!(world.make(&process).await, Ran(2, 1.0));
}

#[tokio::test]
async fn another_rate_begins_anew() {
    let mut world = World::of(Rate::per_hour(1)).await;
    let process = world.process();
    assert_eq!(world.make(&process).await, Ran(1, 1.0));
    assert_eq!(world.make(&process).await, Limited(3600));
    world.app = app(Rate::per_minute(60), &world.runs);
    assert_eq!(world.make(&process).await, Ran(1, 1.0));
}
