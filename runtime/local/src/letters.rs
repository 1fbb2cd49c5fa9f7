//! The dead letters of a platform, whoever gave up: those in its table, and those that a local bus holds, because they
//! could not even be written there.

use std::cmp::Reverse;

use purlin::dead_letter::{self, DeadLetter};
use purlin::{Context, Shared};
use serde::{Deserialize, Serialize};

use crate::bus::{DeadLetters, Redrive};

/// Where the dead letters of one platform lie. A platform on AWS has no bus that could hold some.
#[derive(Clone)]
pub(crate) struct Letters {
    table: Option<Context>,
    bus: Option<DeadLetters>,
}

/// What became of the wish to have a letter's event published again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Replayed {
    /// It is, and the letter is gone.
    Done,
    /// There is no letter of this id.
    Unknown,
    /// It cannot be, for this reason: the letter stays.
    Kept(String),
}

/// What became of the wish to have all events published again.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Replays {
    /// How many were.
    pub(crate) replayed: usize,
    /// The letters that stay.
    pub(crate) kept: Vec<Kept>,
}

/// A letter that stays, and why.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) id: String,
    pub(crate) error: String,
}

impl Letters {
    pub(crate) fn new(table: Option<&Shared>, bus: Option<DeadLetters>) -> Self {
        let context = |shared| Context::without_caller(shared, uuid::Uuid::now_v7().to_string());
        Self { table: table.map(context), bus }
    }

    /// At most `limit`, newest first.
    pub(crate) async fn newest(&self, limit: usize) -> anyhow::Result<Vec<DeadLetter>> {
        let mut letters = match &self.table {
            Some(table) => {
                dead_letter::newest(table, u32::try_from(limit).unwrap_or(u32::MAX)).await?
            }
            None => Vec::new(),
        };
        letters.extend(self.bus.iter().flat_map(|bus| bus.newest(limit)));
        // Those of one moment are in the order of their ids, whatever lies where.
        letters
            .sort_by(|one, other| Reverse((one.at, &one.id)).cmp(&Reverse((other.at, &other.id))));
        letters.truncate(limit);
        Ok(letters)
    }

    /// The one of this id.
    pub(crate) async fn get(&self, id: &str) -> anyhow::Result<Option<DeadLetter>> {
        if let Some(letter) = self.in_table(id).await? {
            return Ok(Some(letter));
        }
        Ok(self.bus.as_ref().and_then(|bus| bus.get(id)))
    }

    /// Removes one, and says whether it was there.
    pub(crate) async fn remove(&self, id: &str) -> anyhow::Result<bool> {
        if let (Some(table), Some(letter)) = (&self.table, self.in_table(id).await?) {
            dead_letter::remove(table, &letter.id).await?;
            return Ok(true);
        }
        match &self.bus {
            Some(bus) => bus.remove(id),
            None => Ok(false),
        }
    }

    /// Has the event of one published again, or delivered by the bus that holds it.
    pub(crate) async fn replay(&self, id: &str) -> anyhow::Result<Replayed> {
        if let (Some(table), Some(letter)) = (&self.table, self.in_table(id).await?) {
            return match dead_letter::replay(table, &letter).await {
                Ok(()) => Ok(Replayed::Done),
                Err(error) if error.is_invalid() => Ok(Replayed::Kept(error.to_string())),
                Err(error) => Err(error.into()),
            };
        }
        Ok(match self.bus.as_ref().map(|bus| bus.redrive(id)).transpose()? {
            Some(Redrive::Started) => Replayed::Done,
            Some(Redrive::UnknownRule(name)) => {
                Replayed::Kept(format!("the subscriber `{name}` does not exist any more"))
            }
            Some(Redrive::UnknownLetter) | None => Replayed::Unknown,
        })
    }

    /// Has the events of all published again, oldest first.
    pub(crate) async fn replay_all(&self) -> anyhow::Result<Replays> {
        let mut replays = Replays::default();
        for letter in self.newest(usize::MAX).await?.into_iter().rev() {
            match self.replay(&letter.id).await? {
                Replayed::Done => replays.replayed += 1,
                Replayed::Kept(error) => replays.kept.push(Kept { id: letter.id, error }),
                // Somebody else was quicker.
                Replayed::Unknown => {}
            }
        }
        Ok(replays)
    }

    async fn in_table(&self, id: &str) -> anyhow::Result<Option<DeadLetter>> {
        match &self.table {
            Some(table) => Ok(dead_letter::get(table, id).await?),
            None => Ok(None),
        }
    }
}
