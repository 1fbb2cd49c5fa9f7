//! Deliveries: each rule has a queue of its own, so that what one subscriber does not take holds up no other.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use purlin::Timestamp;
use purlin::dead_letter::DeadLetter;
use serde_json::Value;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use super::ledger::Ledger;
use super::retry;
use super::setup::{Retry, Target};
use super::state::Line;
use super::terminal::Terminal;
use crate::clock::Clock;

/// How many events a subscriber acts on at once.
const AT_ONCE: usize = 8;

/// How many events all subscribers together act on at once.
const AT_ONCE_IN_ALL: usize = 64;

/// Lambda: a function runs for 15 minutes at most.
const ANSWER_WITHIN: Duration = Duration::from_secs(15 * 60);

/// An event on its way to one rule's subscriber.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    /// The event's own id, or another where the event is delivered once more.
    pub(super) id: String,
    pub(super) rule: String,
    pub(super) event: Arc<Value>,
    attempt: u32,
    /// When the last attempt is made; none before the first one.
    until: Option<Timestamp>,
}

impl Delivery {
    pub(super) fn new(id: String, rule: String, event: Arc<Value>) -> Self {
        Self { id, rule, event, attempt: 1, until: None }
    }
}

/// Delivers events, and writes into the ledger what became of them.
pub(super) struct Courier {
    ledger: Arc<Ledger>,
    clock: Clock,
    terminal: Terminal,
    queues: HashMap<String, Queue>,
    room: Arc<Semaphore>,
}

struct Queue {
    retry: Retry,
    sender: UnboundedSender<Delivery>,
    /// Until the courier runs.
    receiver: Mutex<Option<UnboundedReceiver<Delivery>>>,
}

impl Queue {
    fn new(retry: Retry) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        Self { retry, sender, receiver: Mutex::new(Some(receiver)) }
    }
}

impl Courier {
    /// A courier to these subscribers, with what the ledger says is due. It delivers nothing until it runs.
    pub(super) fn new(
        ledger: Arc<Ledger>,
        clock: Clock,
        terminal: Terminal,
        subscribers: impl IntoIterator<Item = (String, Retry)>,
    ) -> Self {
        let queues =
            subscribers.into_iter().map(|(name, retry)| (name, Queue::new(retry))).collect();
        let room = Arc::new(Semaphore::new(AT_ONCE_IN_ALL));
        let courier = Self { ledger, clock, terminal, queues, room };
        let due: Vec<Delivery> = courier.ledger.with(|state| state.deliveries().collect());
        due.into_iter().for_each(|delivery| courier.send(delivery));
        courier
    }

    /// Whether there is such a subscriber.
    pub(super) fn knows(&self, rule: &str) -> bool {
        self.queues.contains_key(rule)
    }

    /// Has an event delivered that the ledger knows to be due.
    pub(super) fn send(&self, delivery: Delivery) {
        match self.queues.get(&delivery.rule) {
            // The other end goes with the bus, which delivers it when it starts again.
            Some(queue) => {
                let _ = queue.sender.send(delivery);
            }
            None => {
                let error = format!("there is no subscriber `{}` any more", delivery.rule);
                self.bury(delivery, 0, error);
            }
        }
    }

    /// Delivers to `target` until the other end of `stop` is dropped. What runs already goes on as it is.
    pub(super) fn run(self: &Arc<Self>, target: &Arc<dyn Target>, stop: &watch::Receiver<()>) {
        for queue in self.queues.values() {
            let receiver = queue.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(receiver) = receiver {
                let serving = Arc::clone(self).serve(receiver, Arc::clone(target), stop.clone());
                tokio::spawn(until_stopped(stop.clone(), serving));
            }
        }
    }

    /// Starts a queue's deliveries in their order, as soon as there is room.
    async fn serve(
        self: Arc<Self>,
        mut queue: UnboundedReceiver<Delivery>,
        target: Arc<dyn Target>,
        stop: watch::Receiver<()>,
    ) {
        let room = Arc::new(Semaphore::new(AT_ONCE));
        while let Some(delivery) = queue.recv().await {
            // The rule's own room comes first: what waits for it takes none from the others.
            let own = Arc::clone(&room).acquire_owned().await;
            let (Ok(own), Ok(all)) = (own, Arc::clone(&self.room).acquire_owned().await) else {
                return;
            };
            let attempt = Arc::clone(&self).attempt(delivery, Arc::clone(&target), [own, all]);
            tokio::spawn(until_stopped(stop.clone(), attempt));
        }
    }

    async fn attempt(
        self: Arc<Self>,
        mut delivery: Delivery,
        target: Arc<dyn Target>,
        room: [OwnedSemaphorePermit; 2],
    ) {
        let Some(retry) = self.queues.get(&delivery.rule).map(|queue| queue.retry) else { return };
        let now = self.clock.time();
        let until = *delivery.until.get_or_insert_with(|| now.after(retry.max_age));
        let is_last = delivery.attempt >= retry.attempts || now >= until;
        let outcome = deliver(target, &delivery, is_last).await;
        drop(room);
        match outcome {
            Ok(()) => self.settle(delivery),
            Err(error) if is_last => {
                let attempts = delivery.attempt;
                self.bury(delivery, attempts, error);
            }
            Err(error) => {
                let Delivery { rule, event, attempt, .. } = &delivery;
                self.terminal.failed(rule, event, *attempt, retry.attempts, &error);
                let due = self.clock.time().after(retry::delay(&retry, *attempt));
                self.clock.reach(due.min(until)).await;
                delivery.attempt += 1;
                self.send(delivery);
            }
        }
    }

    fn settle(&self, delivery: Delivery) {
        let Delivery { id, rule, .. } = delivery;
        if let Err(error) = self.ledger.record(Line::Settled { id, rule }) {
            tracing::error!(%error, "cannot write that an event was delivered: it will be again");
        }
    }

    fn bury(&self, delivery: Delivery, attempts: u32, error: String) {
        self.terminal.dead(&delivery.rule, &delivery.event, &error);
        let event = Value::clone(&delivery.event);
        let mut letter = DeadLetter::new(&delivery.rule, &error, attempts, event);
        letter.at = self.clock.time();
        let line = Line::Dead { delivery: Some(delivery.id), letter };
        if let Err(error) = self.ledger.record(line) {
            tracing::error!(%error, "cannot write a dead letter: its event will be delivered again");
        }
    }
}

/// One attempt. A target that panics or does not come to an end has failed, and nothing else has.
async fn deliver(
    target: Arc<dyn Target>,
    delivery: &Delivery,
    is_last: bool,
) -> Result<(), String> {
    let Delivery { rule, event, attempt, .. } = delivery.clone();
    // A set, since dropping it ends what runs in it.
    let mut running = JoinSet::new();
    running
        .spawn(async move { target.deliver(&rule, Value::clone(&event), attempt, is_last).await });
    match tokio::time::timeout(ANSWER_WITHIN, running.join_next()).await {
        Ok(Some(Ok(outcome))) => outcome,
        Ok(_) => Err("the subscriber panicked".to_owned()),
        Err(_) => Err("the subscriber did not come to an end within 15 minutes".to_owned()),
    }
}

/// Does `work`, and leaves it where it is once the other end of `stop` is dropped.
pub(super) async fn until_stopped(mut stop: watch::Receiver<()>, work: impl Future<Output = ()>) {
    tokio::select! {
        biased;
        // Nothing is ever sent: a change is the end.
        _ = stop.changed() => {}
        () = work => {}
    }
}
