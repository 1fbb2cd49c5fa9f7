//! Dead letters: events whose delivery was given up, until somebody has them delivered again or removes them.

use std::sync::Arc;

use purlin::dead_letter::DeadLetter;

use super::Shared;
use super::delivery::Delivery;
use super::state::Line;

/// What became of the wish to have a dead letter delivered again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redrive {
    /// It is under way, and no dead letter any more.
    Started,
    /// There is no dead letter of this id.
    UnknownLetter,
    /// Its subscriber does not exist any more: the letter stays.
    UnknownRule(String),
}

/// The dead letters of a bus.
#[derive(Clone)]
pub struct DeadLetters(pub(super) Arc<Shared>);

impl DeadLetters {
    /// At most `limit`, newest first.
    #[must_use]
    pub fn newest(&self, limit: usize) -> Vec<DeadLetter> {
        self.0.ledger.with(|state| state.letters().rev().take(limit).cloned().collect())
    }

    /// The one of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<DeadLetter> {
        self.0.ledger.with(|state| state.letter(id).cloned())
    }

    /// Removes one, and says whether it was there.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn remove(&self, id: &str) -> anyhow::Result<bool> {
        if self.get(id).is_none() {
            return Ok(false);
        }
        self.0.ledger.record(Line::Removed { id: id.to_owned() })?;
        Ok(true)
    }

    /// Has one delivered again, to its own subscriber alone and with as many attempts as an event has that is new.
    ///
    /// # Errors
    /// When that cannot be written: the letter stays.
    pub fn redrive(&self, id: &str) -> anyhow::Result<Redrive> {
        let Some(letter) = self.get(id) else { return Ok(Redrive::UnknownLetter) };
        if !self.0.courier.knows(&letter.component) {
            return Ok(Redrive::UnknownRule(letter.component));
        }
        // Whoever else asked for the same a moment ago has had it.
        if !self.0.ledger.redrive(id)? {
            return Ok(Redrive::UnknownLetter);
        }
        self.0.courier.send(Delivery::new(letter.id, letter.component, Arc::new(letter.event)));
        Ok(Redrive::Started)
    }

    /// Has all of them delivered again whose subscriber exists, oldest first, and says how many these are.
    ///
    /// # Errors
    /// When it cannot be written of one: that one and those after it stay.
    pub fn redrive_all(&self) -> anyhow::Result<usize> {
        let ids: Vec<String> =
            self.0.ledger.with(|state| state.letters().map(|letter| letter.id.clone()).collect());
        let mut started = 0;
        for id in ids {
            started += usize::from(self.redrive(&id)? == Redrive::Started);
        }
        Ok(started)
    }
}
