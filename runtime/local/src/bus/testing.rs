//! What tests of deliveries share: a bus on a stopped clock, and a target that does as it is told.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use purlin::Timestamp;
use purlin_schema::pattern::Pattern;
use serde_json::{Value, json};

use super::{BoxFuture, Bus, Event, Retry, Rule, Schedule, Setup, Target};
use crate::clock::Clock;

/// What a test waits for at most.
const PATIENCE: Duration = Duration::from_secs(20);

/// An attempt, as the target saw it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) rule: String,
    pub(crate) event: Value,
    pub(crate) attempt: u32,
    pub(crate) is_last: bool,
    pub(crate) at: Timestamp,
}

impl Call {
    /// The number by which [`put`] tells events apart.
    pub(crate) fn number(&self) -> u64 {
        self.event["detail"]["number"].as_u64().expect("an event of a test has a number")
    }
}

/// What the target does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    Take,
    Fail,
    Panic,
    /// Nothing, for ever.
    Hang,
}

/// Says what to do at a call; the number counts the calls before it.
type Behaviour = dyn Fn(&Call, usize) -> Act + Send + Sync;

/// A target that notes each call, and does what `behave` says.
pub(crate) struct Fake {
    clock: Clock,
    calls: Mutex<Vec<Call>>,
    behave: Box<Behaviour>,
}

impl Fake {
    pub(crate) fn new(
        clock: &Clock,
        behave: impl Fn(&Call, usize) -> Act + Send + Sync + 'static,
    ) -> Arc<Self> {
        let (clock, calls) = (clock.clone(), Mutex::default());
        Arc::new(Self { clock, calls, behave: Box::new(behave) })
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The rule and the number of each call, in order.
    pub(crate) fn seen(&self) -> Vec<(String, u64)> {
        self.calls().iter().map(|call| (call.rule.clone(), call.number())).collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.calls().len()
    }
}

impl Target for Fake {
    fn deliver(
        &self,
        rule: &str,
        event: Value,
        attempt: u32,
        is_last: bool,
    ) -> BoxFuture<'_, Result<(), String>> {
        let at = self.clock.time();
        let call = Call { rule: rule.to_owned(), event, attempt, is_last, at };
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let act = (self.behave)(&call, calls.len());
        calls.push(call);
        drop(calls);
        Box::pin(async move {
            match act {
                Act::Take => Ok(()),
                Act::Fail => Err("the subscriber is out of order\nand says why".to_owned()),
                Act::Panic => panic!("the subscriber gave up"),
                Act::Hang => std::future::pending().await,
            }
        })
    }
}

/// A clock that a test alone moves on.
pub(crate) fn clock() -> Clock {
    let clock = Clock::default();
    clock.stop();
    clock
}

pub(crate) fn retry(attempts: u32) -> Retry {
    Retry { attempts, ..Retry::default() }
}

/// Gets the events of this detail type.
pub(crate) fn rule(name: &str, detail_type: &str, attempts: u32) -> Rule {
    let pattern = Pattern::parse(&json!({ "detail-type": [detail_type] })).expect("a pattern");
    Rule { name: name.to_owned(), pattern, retry: retry(attempts) }
}

pub(crate) fn every_five_minutes(name: &str) -> Schedule {
    let expression = "rate(5 minutes)".to_owned();
    Schedule { name: name.to_owned(), expression, retry: retry(2) }
}

/// A bus that delivers to `target`.
pub(crate) async fn bus(
    file: Option<&Path>,
    rules: Vec<Rule>,
    schedules: Vec<Schedule>,
    target: &Arc<Fake>,
) -> anyhow::Result<Bus> {
    let mut setup = Setup::new("things", "eu-central-1");
    setup.file = file.map(Path::to_owned);
    setup.rules = rules;
    setup.schedules = schedules;
    setup.clock = target.clock.clone();
    let bus = Bus::open(setup).await?;
    bus.deliver_to(&(Arc::clone(target) as Arc<dyn Target>));
    Ok(bus)
}

/// Has the bus take an event, as a publisher would.
pub(crate) fn put(bus: &Bus, detail_type: &str, number: u64) -> anyhow::Result<String> {
    bus.shared.accept(Event {
        version: "0".to_owned(),
        id: uuid::Uuid::now_v7().to_string(),
        detail_type: detail_type.to_owned(),
        source: "example.things".to_owned(),
        time: "2030-01-01T00:00:00Z".to_owned(),
        detail: json!({ "number": number }),
        ..Event::default()
    })
}

/// How many deliveries are not settled.
pub(crate) fn open(bus: &Bus) -> usize {
    bus.shared.ledger.with(|state| state.deliveries().count())
}

/// Lets everything go on until it is `done`.
pub(crate) async fn until(mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < PATIENCE, "what the test waits for does not come");
        tokio::task::yield_now().await;
    }
}

/// Lets everything go on until all is settled without the clock.
pub(crate) async fn settle(bus: &Bus) {
    until(|| open(bus) == 0).await;
}

/// Lets everything go on as far as it can without the clock.
pub(crate) async fn rest() {
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
}
