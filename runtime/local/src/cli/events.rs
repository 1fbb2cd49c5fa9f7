//! The command `events`: reads the dead letters of a platform, here or on AWS, and publishes their events again.

mod listing;
mod running;
mod source;

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{ArgGroup, Args, Subcommand};
use purlin::App;
use serde::Serialize;
use serde_json::json;

use self::source::Source;
use crate::letters::{Replayed, Replays};

/// How many letters are listed at most.
const MAX_LIMIT: i64 = 1000;

#[derive(Subcommand)]
pub(super) enum Events {
    /// List the dead letters, newest first
    List {
        /// How many at most: 1 to 1000
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=MAX_LIMIT))]
        limit: u32,
        #[command(flatten)]
        of: Of,
    },
    /// Show a dead letter with its event
    Show {
        /// The dead letter's id
        id: String,
        #[command(flatten)]
        of: Of,
    },
    /// Publish the event of a dead letter, or of all, again; a subscriber that has acted on it does not again
    #[command(group = ArgGroup::new("which").required(true))]
    Replay {
        /// The dead letter's id
        #[arg(group = "which")]
        id: Option<String>,
        /// All of them, oldest first
        #[arg(long, group = "which")]
        all: bool,
        #[command(flatten)]
        of: Of,
    },
}

/// Of which platform. Without either option, of the one on AWS that the environment names.
#[derive(Args)]
pub(super) struct Of {
    /// Of a platform that runs here, for example http://127.0.0.1:3000
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    url: Option<String>,
    /// Of a platform that does not run: the file that it was started with
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Does what the command line says.
///
/// # Errors
/// The platform cannot be reached, there is no such letter, or its event cannot be published.
pub(super) fn run(app: &App, command: &Events) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("cannot start a thread")?;
    runtime.block_on(async {
        match command {
            Events::List { limit, of } => list(&Source::of(app, of).await?, *limit, of.json).await,
            Events::Show { id, of } => show(&Source::of(app, of).await?, id, of.json).await,
            Events::Replay { id: Some(id), of, .. } => {
                replay(&Source::of(app, of).await?, id, of.json).await
            }
            Events::Replay { id: None, of, .. } => {
                replay_all(&Source::of(app, of).await?, of.json).await
            }
        }
    })
}

async fn list(source: &Source, limit: u32, as_json: bool) -> anyhow::Result<()> {
    let letters = source.newest(limit).await?;
    if as_json {
        return print_json(&letters);
    }
    if letters.is_empty() {
        eprintln!("there are no dead letters");
    }
    print(&listing::table(&letters))
}

async fn show(source: &Source, id: &str, as_json: bool) -> anyhow::Result<()> {
    match source.get(id).await? {
        Some(letter) if as_json => print_json(&letter),
        Some(letter) => print(&listing::whole(&letter)),
        None => unknown(id),
    }
}

async fn replay(source: &Source, id: &str, as_json: bool) -> anyhow::Result<()> {
    match source.replay(id).await? {
        Replayed::Done if as_json => print_json(&json!({ "replayed": 1, "kept": [] })),
        Replayed::Done => print("1 event is published again\n"),
        Replayed::Unknown => unknown(id),
        Replayed::Kept(reason) => bail!("the dead letter `{id}` stays: {reason}"),
    }
}

async fn replay_all(source: &Source, as_json: bool) -> anyhow::Result<()> {
    let replays = source.replay_all().await?;
    if as_json {
        print_json(&replays)?;
    } else {
        match replays.replayed {
            1 => print("1 event is published again\n")?,
            count => print(&format!("{count} events are published again\n"))?,
        }
    }
    let Replays { kept, .. } = replays;
    for letter in &kept {
        eprintln!("the dead letter `{}` stays: {}", letter.id, letter.error);
    }
    match kept.len() {
        0 => Ok(()),
        1 => bail!("1 dead letter cannot be replayed"),
        count => bail!("{count} dead letters cannot be replayed"),
    }
}

fn unknown(id: &str) -> anyhow::Result<()> {
    bail!("there is no dead letter `{id}`: `events list` shows which there are")
}

fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&format!("{}\n", serde_json::to_string_pretty(value)?))
}

fn print(text: &str) -> anyhow::Result<()> {
    io::stdout().write_all(text.as_bytes()).context("cannot write to standard output")
}
