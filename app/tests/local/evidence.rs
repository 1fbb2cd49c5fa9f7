//! What the table says that has happened, set beside what the bus has taken and what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::process::{self, Local};

/// How long what was interrupted may take to be made up for.
const DEADLINE: Duration = Duration::from_secs(60);

/// A user, with a credential that outlives the process.
pub(crate) struct User {
    pub(crate) token: String,
}

impl User {
    /// The `number`th of ten users.
    pub(crate) fn new(directory: &Path, number: usize) -> anyhow::Result<Self> {
        let id = format!("user_01h455vb4pex5vsknk084sn0{number}q");
        let token = process::run(directory, &["token", "--role", "user", "--user", &id])?;
        anyhow::ensure!(token.success, "{}", token.stderr);
        Ok(Self { token: token.stdout.trim().to_owned() })
    }

    /// Makes an agent: its id, once that is answered.
    pub(crate) fn create(&self, local: &Local) -> anyhow::Result<String> {
        let agent = json!({
            "name": "Ada",
            "role": "worker",
            "configuration": { "provider": "bedrock", "model": "a-model" },
        });
        let created = local.send("POST", "/agents", &self.token, Some(&agent))?;
        anyhow::ensure!(created.status == 201, "{}: {}", created.status, created.body);
        Ok(created.body["agentId"].as_str().context("an agent has an id")?.to_owned())
    }

    /// Changes an agent that nobody has changed before.
    pub(crate) fn change(&self, local: &Local, id: &str) -> anyhow::Result<()> {
        let (path, change) = (format!("/agents/{id}"), json!({ "name": "Grace" }));
        let changed = local.send_if("PATCH", &path, &self.token, Some(1), Some(&change))?;
        anyhow::ensure!(changed.status == 200, "{}: {}", changed.status, changed.body);
        Ok(())
    }

    /// The versions of the user's agents: how often each was written.
    pub(crate) fn agents(&self, local: &Local) -> anyhow::Result<BTreeMap<String, usize>> {
        let mut agents = BTreeMap::new();
        let mut path = "/agents?limit=100".to_owned();
        loop {
            let page = local.send("GET", &path, &self.token, None)?;
            anyhow::ensure!(page.status == 200, "{}: {}", page.status, page.body);
            for agent in page.body["items"].as_array().context("a page has items")? {
                let id = agent["agentId"].as_str().context("an agent has an id")?;
                let version = agent["version"].as_u64().context("an agent has a version")?;
                agents.insert(id.to_owned(), usize::try_from(version)?);
            }
            let Some(cursor) = page.body["nextCursor"].as_str() else { return Ok(agents) };
            path = format!("/agents?limit=100&cursor={cursor}");
        }
    }

    /// How many agents the subscriber has counted.
    pub(crate) fn counted(&self, local: &Local) -> anyhow::Result<usize> {
        let activity = local.send("GET", "/activity", &self.token, None)?;
        match activity.status {
            // Nothing was counted yet.
            404 => Ok(0),
            200 => {
                Ok(usize::try_from(activity.body["agents"].as_u64().context("it is a number")?)?)
            }
            status => anyhow::bail!("{status}: {}", activity.body),
        }
    }
}

/// How often something is not as it must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Writes whose event has not come, and agents that were not counted.
    pub(crate) lost: usize,
    /// Agents that were counted once more.
    pub(crate) doubled: usize,
    /// Agents whose events came in another order.
    pub(crate) reordered: usize,
    /// Events that came again, which is no fault.
    pub(crate) repeated: usize,
}

impl Faults {
    pub(crate) fn none(&self) -> bool {
        (self.lost, self.doubled, self.reordered) == (0, 0, 0)
    }
}

impl std::ops::AddAssign for Faults {
    fn add_assign(&mut self, other: Self) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.reordered += other.reordered;
        self.repeated += other.repeated;
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lost, doubled, reordered, repeated } = self;
        write!(
            f,
            "lost {lost}, doubled in effect {doubled}, reordered {reordered}, sent again {repeated}"
        )
    }
}

/// Looks until nothing is missing, at most for a while.
pub(crate) fn settled(local: &Local, users: &[User]) -> anyhow::Result<Faults> {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let faults = look(local, users)?;
        if faults.lost == 0 || Instant::now() > deadline {
            return Ok(faults);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn look(local: &Local, users: &[User]) -> anyhow::Result<Faults> {
    let mut faults = Faults::default();
    let events = events(local)?;
    for user in users {
        let agents = user.agents(local)?;
        let counted = user.counted(local)?;
        faults.lost += agents.len().saturating_sub(counted);
        faults.doubled += counted.saturating_sub(agents.len());
        for (agent, version) in &agents {
            let of_it = events.get(agent).map(Vec::as_slice).unwrap_or_default();
            let mut seen = BTreeSet::new();
            let first: Vec<_> = of_it.iter().filter(|(id, _)| seen.insert(id)).collect();
            let types: Vec<_> = first.iter().map(|(_, name)| name.as_str()).collect();
            faults.repeated += of_it.len() - first.len();
            faults.lost += version.saturating_sub(first.len());
            // A write makes one event, however often that is sent.
            faults.doubled += first.len().saturating_sub(*version);
            let in_order = types.first().is_none_or(|name| *name == "AgentCreated")
                && types.iter().skip(1).all(|name| *name == "AgentUpdated");
            faults.reordered += usize::from(!in_order);
        }
    }
    Ok(faults)
}

/// The ids and types of each agent's events, in the order in which they came.
fn events(local: &Local) -> anyhow::Result<BTreeMap<String, Vec<(String, String)>>> {
    let listed = local.send("GET", "/_local/events?limit=1000", "", None)?.body;
    let listed = listed["items"].as_array().context("events are a list")?;
    anyhow::ensure!(listed.len() < 1000, "there may be more events than are listed");
    let mut events = BTreeMap::<_, Vec<_>>::new();
    for event in listed.iter().rev() {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let (Some(agent), Some(id), Some(name)) = (
            text(&event["detail"]["data"]["agentId"]),
            text(&event["detail"]["metadata"]["eventId"]),
            text(&event["detail-type"]),
        ) else {
            continue;
        };
        events.entry(agent).or_default().push((id, name));
    }
    Ok(events)
}
