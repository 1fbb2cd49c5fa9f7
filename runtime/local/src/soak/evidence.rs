//! What the table says was written, set beside the events that the bus has taken and what came of them.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use super::load::{Client, Load, Writer};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// Events, each counted once.
    published: usize,
    /// Events that were sent again, with the same id.
    again: usize,
    /// Writes that were answered and are not in the table, and writes whose event has not come.
    lost: usize,
    /// Creations that were not counted.
    uncounted: usize,
    /// Creations that were counted twice, and writes with two events.
    doubled: usize,
    /// Items whose events came in another order than they were written in.
    reordered: usize,
}

/// What the events of one item say, in the order in which they came.
#[derive(Default)]
struct Told {
    ids: Vec<String>,
    types: Vec<String>,
    again: usize,
}

/// A line of the event log.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "detail-type")]
    detail_type: String,
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    metadata: Metadata,
    data: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    event_id: String,
}

impl Evidence {
    /// Reads the event log, and asks the platform for every user's items and count.
    pub(super) async fn gather(load: &Load, log: &Path, address: &str) -> anyhow::Result<Self> {
        let mut told = told(load, log)?;
        let mut evidence = Self::default();
        for told in told.values() {
            evidence.published += told.ids.len();
            evidence.again += told.again;
        }
        let mut connection = Client::open(address).await?;
        for user in load.users() {
            let items = items(load, user, &mut connection).await?;
            let missing = user.made().into_iter().filter(|id| !items.contains_key(id)).count();
            evidence.lost += missing;
            let counted = counted(load, user, &mut connection).await?;
            evidence.uncounted += items.len().saturating_sub(counted);
            evidence.doubled += counted.saturating_sub(items.len());
            for (id, writes) in items {
                let told = told.remove(&id).unwrap_or_default();
                evidence.lost += writes.saturating_sub(told.ids.len());
                evidence.doubled += told.ids.len().saturating_sub(writes);
                evidence.reordered += usize::from(!told.is_in_order(load));
            }
        }
        // What is told of and is not in the table was told of without having been written.
        evidence.lost += told.len();
        Ok(evidence)
    }

    pub(super) fn is_complete(&self) -> bool {
        self.left() == 0
    }

    /// How many events and effects are missing.
    pub(super) fn left(&self) -> usize {
        self.lost + self.uncounted
    }

    pub(super) fn is_sound(&self) -> bool {
        self.is_complete() && self.doubled == 0 && self.reordered == 0
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "events published     {}, {} of them again", self.published, self.again)?;
        writeln!(f, "lost                 {}, and {} effects", self.lost, self.uncounted)?;
        writeln!(f, "doubled in effect    {}", self.doubled)?;
        write!(f, "reordered            {}", self.reordered)
    }
}

impl Told {
    /// Ids are in the order of the writes.
    fn is_in_order(&self, load: &Load) -> bool {
        self.ids.is_sorted()
            && self.types.iter().enumerate().all(|(place, name)| {
                name == if place == 0 { load.soak.created } else { load.soak.changed }
            })
    }
}

/// The events of every item, by its id.
fn told(load: &Load, log: &Path) -> anyhow::Result<HashMap<String, Told>> {
    let mut seen = HashSet::new();
    let mut told = HashMap::<_, Told>::new();
    for line in BufReader::new(File::open(log)?).lines() {
        let line = line?;
        let Line { detail_type, detail: Detail { metadata, data } } =
            serde_json::from_str(&line).context("the event log has a line that is no event")?;
        if ![load.soak.created, load.soak.changed].contains(&detail_type.as_str()) {
            continue;
        }
        let id = data.get(load.soak.id).and_then(|id| id.as_str());
        let told =
            told.entry(id.context("an event says of what it tells")?.to_owned()).or_default();
        if seen.insert(metadata.event_id.clone()) {
            told.ids.push(metadata.event_id);
            told.types.push(detail_type);
        } else {
            told.again += 1;
        }
    }
    Ok(told)
}

/// The user's items: how often each was written.
async fn items(
    load: &Load,
    user: &Writer,
    connection: &mut Client,
) -> anyhow::Result<HashMap<String, usize>> {
    let mut items = HashMap::new();
    let first = format!("{}?limit=100", load.soak.path);
    let mut path = first.clone();
    loop {
        let (status, page) = connection.send("GET", &path, user.token(), None, "").await?;
        ensure!(status == 200, "{status}: {page}");
        for item in page["items"].as_array().context("a page has items")? {
            let id = item[load.soak.id].as_str().context("an item has an id")?;
            let version = item["version"].as_u64().context("an item has a version")?;
            items.insert(id.to_owned(), usize::try_from(version)?);
        }
        match page["nextCursor"].as_str() {
            Some(cursor) => path = format!("{first}&cursor={cursor}"),
            None => return Ok(items),
        }
    }
}

/// How many of the user's were counted.
async fn counted(load: &Load, user: &Writer, connection: &mut Client) -> anyhow::Result<usize> {
    let (path, name) = load.soak.counter;
    match connection.send("GET", path, user.token(), None, "").await? {
        // Nothing was counted.
        (404, _) => Ok(0),
        (200, usage) => Ok(usize::try_from(usage[name].as_u64().context("it is a number")?)?),
        (status, body) => anyhow::bail!("{status}: {body}"),
    }
}
