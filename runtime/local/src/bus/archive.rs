//! The archive, which is the event log: events of a time are delivered once more, as EventBridge's `StartReplay` does.

use std::sync::Arc;

use anyhow::Context as _;
use purlin::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::delivery::Delivery;
use super::state::Line;
use super::{Event, Shared};

/// What EventBridge adds to an event that it replays.
const REPLAY_NAME: &str = "replay-name";

/// What was taken by the bus, and can be delivered once more.
#[derive(Clone)]
pub struct Archive(pub(super) Arc<Shared>);

/// A replay that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Replay {
    /// Its name, which each of its events bears as `replay-name`.
    pub name: String,
    /// How many events it delivers.
    pub events: usize,
    /// To how many subscribers, each counted once for every event.
    pub deliveries: usize,
}

impl Archive {
    /// Whether the bus has a rule of this name.
    #[must_use]
    pub fn has_rule(&self, name: &str) -> bool {
        self.0.rules.iter().any(|rule| rule == name)
    }

    /// Delivers the events of the time `from` to `to`, both included, to the rules that they match now, or to `rule`
    /// alone where it is one of them. Oldest first; this reads the whole event log.
    ///
    /// # Errors
    /// When the event log cannot be read, or it cannot be written that an event is to be delivered. What came before
    /// it is delivered.
    pub fn replay(
        &self,
        from: Timestamp,
        to: Timestamp,
        rule: Option<&str>,
    ) -> anyhow::Result<Replay> {
        let name = uuid::Uuid::now_v7().to_string();
        let mut replay = Replay { name, events: 0, deliveries: 0 };
        let mut failed = None;
        self.0
            .ledger
            .log()
            .each(|event| {
                let is_within =
                    event.time.parse().is_ok_and(|time: Timestamp| from <= time && time <= to);
                if is_within && failed.is_none() {
                    failed = self.once_more(event, rule, &mut replay).err();
                }
            })
            .context("cannot read the event log")?;
        match failed {
            Some(error) => Err(error),
            None => Ok(replay),
        }
    }

    fn once_more(
        &self,
        event: Event,
        rule: Option<&str>,
        replay: &mut Replay,
    ) -> anyhow::Result<()> {
        let mut event = serde_json::to_value(event)?;
        let mut rules = self.0.targets(&event);
        rules.retain(|name| rule.is_none_or(|rule| rule == name));
        if rules.is_empty() {
            return Ok(());
        }
        event[REPLAY_NAME] = json!(replay.name);
        replay.events += 1;
        replay.deliveries += rules.len();
        // The event keeps its id; the delivery is another one.
        let id = uuid::Uuid::now_v7().to_string();
        self.open(id, rules, event)
    }

    fn open(&self, id: String, rules: Vec<String>, event: Value) -> anyhow::Result<()> {
        let shared = Arc::new(event.clone());
        self.0.ledger.record(Line::Open { id: id.clone(), rules: rules.clone(), event })?;
        for rule in rules {
            self.0.courier.send(Delivery::new(id.clone(), rule, Arc::clone(&shared)));
        }
        Ok(())
    }
}
