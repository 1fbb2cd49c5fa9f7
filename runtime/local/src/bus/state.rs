//! What is not settled: deliveries that are due, dead letters, and the schedules' last times. Whatever changes it is a
//! line of the journal first.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use purlin::Timestamp;
use purlin::dead_letter::DeadLetter;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::delivery::Delivery;

/// A line of the journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    /// Of the event log, what lies before this byte needs no looking at: what is not settled of it follows here.
    Checkpoint { log: u64 },
    /// An event goes to these rules, of which the event log does not tell, or not any more.
    Open { id: String, rules: Vec<String>, event: Value },
    /// A rule's subscriber has acted on what has this id.
    Settled { id: String, rule: String },
    /// A delivery was given up.
    Dead { delivery: Option<String>, letter: DeadLetter },
    /// A dead letter was removed.
    Removed { id: String },
    /// A dead letter became a delivery of the same id.
    Redriven { id: String },
    /// A schedule's last time, with the event that it makes and that is to be delivered.
    Due { schedule: String, at: Timestamp, event: Option<Value> },
}

/// What is not settled, by ids that are in the order of time.
#[derive(Debug, Default)]
pub(super) struct State {
    log: u64,
    pending: BTreeMap<String, Pending>,
    letters: BTreeMap<String, DeadLetter>,
    due: BTreeMap<String, Timestamp>,
    /// What the journal calls settled while the event log, which has the events, is still to be read.
    settled: Option<HashSet<(String, String)>>,
}

#[derive(Debug)]
struct Pending {
    event: Arc<Value>,
    /// Those that have not settled it.
    rules: Vec<String>,
}

impl State {
    /// Of a bus whose files are about to be read.
    pub(super) fn reading() -> Self {
        Self { settled: Some(HashSet::new()), ..Self::default() }
    }

    /// The files have been read.
    pub(super) fn read(&mut self) {
        self.settled = None;
    }

    /// The byte of the event log from which on events may be due that the journal does not hold.
    pub(super) fn checkpoint(&self) -> u64 {
        self.log
    }

    pub(super) fn apply(&mut self, line: Line) {
        match line {
            Line::Checkpoint { log } => self.log = log,
            Line::Open { id, rules, event } => self.open(id, rules, Arc::new(event)),
            Line::Settled { id, rule } => self.settle(id, rule),
            Line::Dead { delivery, letter } => {
                if let Some(delivery) = delivery {
                    self.settle(delivery, letter.component.clone());
                }
                self.letters.insert(letter.id.clone(), letter);
            }
            Line::Removed { id } => {
                self.letters.remove(&id);
            }
            Line::Redriven { id } => {
                if let Some(letter) = self.letters.remove(&id) {
                    self.open(id, vec![letter.component], Arc::new(letter.event));
                }
            }
            Line::Due { schedule, at, event } => {
                if let Some(event) = event {
                    let id = event["id"].as_str().unwrap_or_default().to_owned();
                    self.open(id, vec![schedule.clone()], Arc::new(event));
                }
                self.due.insert(schedule, at);
            }
        }
    }

    /// An event is due to these rules, unless they have settled it already.
    pub(super) fn open(&mut self, id: String, mut rules: Vec<String>, event: Arc<Value>) {
        if let Some(settled) = &mut self.settled {
            rules.retain(|rule| !settled.remove(&(id.clone(), rule.clone())));
        }
        if !rules.is_empty() {
            self.pending.insert(id, Pending { event, rules });
        }
    }

    fn settle(&mut self, id: String, rule: String) {
        match self.pending.get_mut(&id) {
            Some(pending) => {
                pending.rules.retain(|other| *other != rule);
                if pending.rules.is_empty() {
                    self.pending.remove(&id);
                }
            }
            None => {
                if let Some(settled) = &mut self.settled {
                    settled.insert((id, rule));
                }
            }
        }
    }

    /// How many events are not settled.
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// What is to be delivered, oldest first.
    pub(super) fn deliveries(&self) -> impl Iterator<Item = Delivery> {
        self.pending.iter().flat_map(|(id, pending)| {
            pending
                .rules
                .iter()
                .map(|rule| Delivery::new(id.clone(), rule.clone(), Arc::clone(&pending.event)))
        })
    }

    /// The dead letters, oldest first.
    pub(super) fn letters(&self) -> impl DoubleEndedIterator<Item = &DeadLetter> {
        self.letters.values()
    }

    pub(super) fn letter(&self, id: &str) -> Option<&DeadLetter> {
        self.letters.get(id)
    }

    /// The last time of a schedule.
    pub(super) fn due(&self, schedule: &str) -> Option<Timestamp> {
        self.due.get(schedule).copied()
    }

    /// How many lines say all of it.
    pub(super) fn size(&self) -> usize {
        1 + self.due.len() + self.pending.len() + self.letters.len()
    }

    /// The lines that say all of it, where the event log ends at the byte `log`.
    pub(super) fn lines(&self, log: u64) -> impl Iterator<Item = Line> {
        let due = self.due.iter().map(|(schedule, at)| Line::Due {
            schedule: schedule.clone(),
            at: *at,
            event: None,
        });
        let pending = self.pending.iter().map(|(id, pending)| Line::Open {
            id: id.clone(),
            rules: pending.rules.clone(),
            event: Value::clone(&pending.event),
        });
        let letters = self
            .letters
            .values()
            .map(|letter| Line::Dead { delivery: None, letter: letter.clone() });
        std::iter::once(Line::Checkpoint { log }).chain(due).chain(pending).chain(letters)
    }
}
