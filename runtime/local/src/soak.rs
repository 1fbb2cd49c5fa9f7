//! The soak: writes with events to a local platform as fast as it takes them, while requests are throttled and the
//! process is killed again and again; then what the table says is set beside what became of the events.

mod evidence;
mod load;
mod process;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use purlin::{App, token};

use self::evidence::Evidence;
use self::load::{Load, Writer};
use self::process::Process;
use crate::secrets::Secrets;
use crate::{directory, identity, platform};

/// How many users write at a time.
const WRITERS: usize = 16;

/// A process is killed after as many writes as this on average, but a few times at least.
const WRITES_PER_KILL: u32 = 5_000;
const MIN_KILLS: u32 = 4;

/// Of a thousand requests so many are throttled.
const THROTTLED: u32 = 10;

/// How long the events may take that are still to come, from the last one that came.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked whether they have come.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What the soak writes: an entity with a version, whose creation and change emit an event each, and whose creations
/// a subscriber counts.
#[derive(Clone, Copy, Debug)]
pub struct Soak {
    /// The role of who writes.
    pub role: &'static str,
    /// The path at which one is created, and at which those of a user are listed.
    pub path: &'static str,
    /// The body that creates one, JSON.
    pub create: &'static str,
    /// The body that changes one, JSON.
    pub change: &'static str,
    /// The name of its id.
    pub id: &'static str,
    /// The event of its creation.
    pub created: &'static str,
    /// The event of its change.
    pub changed: &'static str,
    /// The path of the effect, and the name of the number in it: how many of a user's were counted.
    pub counter: (&'static str, &'static str),
    /// How many a user may create within a minute.
    pub rate: usize,
}

/// The arguments of `soak`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many writes are to be answered
    #[arg(long, default_value_t = 100_000)]
    writes: u32,
    /// What chance begins with; the same seed kills at the same writes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder that holds the data meanwhile, and is emptied
    #[arg(long, value_name = "DIR", default_value = "target/purlin/soak")]
    folder: PathBuf,
}

/// Runs the soak, and prints what came of it.
///
/// # Errors
/// Something is lost, has its effect twice or is out of order; or the platform does not start.
pub(crate) fn run(app: &App, args: &Args, soak: &'static Soak) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(soaked(app, args, soak))
}

async fn soaked(app: &App, args: &Args, soak: &'static Soak) -> anyhow::Result<()> {
    let folder = &args.folder;
    let _ = std::fs::remove_dir_all(folder);
    directory::make(folder)?;
    let users = users(app, args.writes, soak, folder)?;
    let data = folder.join("data.db");
    let mut random = fastrand::Rng::with_seed(args.seed);
    let mut process = Process::start(&data, folder, Some((THROTTLED, random.u64(..)))).await?;
    let load = Arc::new(Load::new(soak, users, args.writes, process.address()));
    let began = Instant::now();
    let writers: Vec<_> = (0..WRITERS).map(|_| tokio::spawn(Arc::clone(&load).write())).collect();
    let kills = (args.writes / WRITES_PER_KILL).max(MIN_KILLS);
    let mut moments: Vec<u32> = (0..kills).map(|_| random.u32(0..args.writes)).collect();
    moments.sort_unstable();
    for moment in moments {
        load.reached(moment).await;
        process.kill().await?;
        process = Process::start(&data, folder, Some((THROTTLED, random.u64(..)))).await?;
        load.move_to(process.address());
    }
    for writer in writers {
        writer.await.context("a writer fails")?;
    }
    let written = began.elapsed();
    ensure!(load.acknowledged() >= args.writes, "the users are used up before all is written");
    // The last kill, after which nothing goes wrong any more: what is left must come by itself.
    process.kill().await?;
    process = Process::start(&data, folder, None).await?;
    let log = platform::event_log(&data);
    let evidence = drained(&load, &log, process.address()).await?;
    let seconds = written.as_secs_f64();
    println!("writes acknowledged  {}", load.acknowledged());
    println!("writes refused       {}", load.refused());
    println!("{evidence}");
    println!("kills                {}", kills + 1);
    println!(
        "seconds              {seconds:.1}, and {:.1} to drain",
        began.elapsed().as_secs_f64() - seconds
    );
    println!("writes/s             {:.0}", f64::from(load.acknowledged()) / seconds);
    process.kill().await?;
    ensure!(
        evidence.is_sound(),
        "events were lost, doubled in effect or reordered; the data is kept in `{}`",
        folder.display()
    );
    std::fs::remove_dir_all(folder).context("cannot remove the data")
}

/// As many users as the writes need where each creates no more than it may, and then some, since what a kill cuts off
/// counts for its user too.
fn users(app: &App, writes: u32, soak: &Soak, folder: &Path) -> anyhow::Result<Vec<Writer>> {
    let config = platform::signing_config(app, &Secrets::keep_in(folder)?)?;
    let count = usize::try_from(writes)? / soak.rate + 2 * WRITERS;
    let user = |number| {
        let subject = identity::subject(app.caller_prefix(), soak.role, number);
        let token = token::sign(&config, &subject, soak.role, token::MAX_LIFETIME)?;
        Ok(Writer::new(token))
    };
    (1..=u32::try_from(count)?).map(user).collect()
}

/// Looks until nothing is missing, or nothing more comes.
async fn drained(load: &Load, log: &Path, address: String) -> anyhow::Result<Evidence> {
    let mut moved = Instant::now();
    let (mut size, mut left) = (0, usize::MAX);
    loop {
        load::replay(&address).await?;
        let now = std::fs::metadata(log)?.len();
        if now != size {
            (size, moved) = (now, Instant::now());
        } else {
            // It has come to rest; looking at everything takes a while.
            let given_up = moved.elapsed() > PATIENCE;
            match Evidence::gather(load, log, &address).await {
                Ok(evidence) if evidence.is_complete() || given_up => return Ok(evidence),
                Err(error) if given_up => return Err(error),
                // What was published is still being acted on.
                Ok(evidence) if evidence.left() < left => {
                    (left, moved) = (evidence.left(), Instant::now());
                }
                // The platform is still busy with what it was killed at.
                Ok(_) | Err(_) => {}
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
