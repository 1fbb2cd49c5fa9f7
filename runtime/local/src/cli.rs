//! The commands of an application's local binary: `serve`, `token` and `events`; and `soak`, which
//! `cargo xtask soak` starts.

mod events;
mod examples;
mod signals;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Parser, Subcommand};
use purlin::{App, token};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

pub use self::examples::Example;
use self::signals::Signal;
use crate::bus::{self, Terminal};
use crate::platform::{self, Options, Platform};
use crate::secrets::Secrets;
use crate::soak::{self, Soak};
use crate::wire::Fault;

/// What is logged where `PURLIN_LOG` does not say: warnings. The store calls every failed condition one,
/// and those are the application's everyday business.
const DEFAULT_LOG: &str = "warn,dynoxide=error";

/// Run the platform on this machine
#[derive(Parser)]
#[command(arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, with a DynamoDB and an event bus of its own, on loopback
    Serve(Serve),
    /// Print a credential for the local platform
    Token(Token),
    /// Read the dead letters, here or on AWS, and publish their events again
    #[command(subcommand)]
    Events(events::Events),
    /// Write, and kill what is written to, and count what became of the events
    #[command(hide = true)]
    Soak(soak::Args),
}

#[derive(Args)]
struct Serve {
    /// The port of the API; 0 takes a free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Keep the data in this file; without it, in memory
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    #[command(flatten)]
    state: State,
    /// Stop when standard input closes: with the process that started this one, however it ended
    #[arg(long, hide = true)]
    attached: bool,
    /// Remove the data at the end, unless the end is a SIGTERM, after which a new process goes on with it
    #[arg(long, hide = true, requires = "data")]
    discard: bool,
    /// Say nothing of requests and events
    #[arg(long, hide = true)]
    quiet: bool,
    /// What goes wrong between the application and its store and bus
    #[arg(long, hide = true, value_name = "FAULT")]
    wire: Option<Fault>,
}

#[derive(Args)]
struct Token {
    /// The role the credential is for
    #[arg(long)]
    role: String,
    /// The id of the user it is for; without it, the role's own, the same at every start
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    #[command(flatten)]
    state: State,
}

#[derive(Args)]
struct State {
    /// The directory that keeps the secrets credentials are signed with
    #[arg(long = "state", value_name = "DIR", default_value = "target/purlin")]
    directory: PathBuf,
}

/// The whole of an application's local binary: reads the command line and does what it says.
///
/// `examples` are printed as lines to try once the platform serves; `soaked` is what the soak writes. Exit codes: 0 done, 1 what was asked
/// cannot be done (the message says why), 2 the command line is not understood.
#[must_use]
pub fn main(app: fn() -> App, examples: &[Example], soaked: &'static Soak) -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(args) => serve(app(), &args, examples),
        Command::Token(args) => print_token(&app(), &args),
        Command::Events(command) => events::run(&app(), &command),
        Command::Soak(args) => soak::run(&app(), &args, soaked),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn print_token(app: &App, args: &Token) -> anyhow::Result<()> {
    check_role(app, &args.role)?;
    let config = platform::signing_config(app, &Secrets::keep_in(&args.state.directory)?)?;
    let subject = match &args.user {
        Some(user) => user.clone(),
        None => crate::identity::subject(app.caller_prefix(), &args.role, 1),
    };
    let token = token::sign(&config, &subject, &args.role, token::MAX_LIFETIME)?;
    writeln!(io::stdout(), "{token}").context("cannot write the credential")
}

fn check_role(app: &App, role: &str) -> anyhow::Result<()> {
    if app.roles().contains(&role) {
        return Ok(());
    }
    let known: Vec<String> = app.roles().iter().map(|role| format!("`{role}`")).collect();
    bail!("there is no role `{role}`: the roles are {}", known.join(", "))
}

fn serve(app: App, args: &Serve, examples: &[Example]) -> anyhow::Result<()> {
    log()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the server's threads")?;
    let ended = runtime.block_on(async {
        // Listening for signals comes first: one that arrives during the start must not be lost.
        let signals = signals::Signals::listen(args.attached)?;
        let options = Options {
            port: args.port,
            data: args.data.clone(),
            terminal: if args.quiet { Terminal::default() } else { Terminal::Lines },
            state: Some(args.state.directory.clone()),
            events: platform::Events::AtOnce,
            eventbridge: None,
            clock: None,
            fault: args.wire,
        };
        let platform = Platform::start(app, options).await?;
        // A closed terminal is no reason to stop serving.
        let _ = io::stdout().write_all(greeting(&platform, args, examples)?.as_bytes());
        let signal = signals.wait().await;
        platform.stop().await;
        anyhow::Ok(signal)
    })?;
    drop(runtime);
    if let Some(data) = args.data.as_deref().filter(|_| args.discard && ended != Signal::Terminate)
    {
        discard(data);
    }
    Ok(())
}

/// Logs to standard error, so that standard output has the events and requests alone.
fn log() -> anyhow::Result<()> {
    let given = std::env::var("PURLIN_LOG").ok().filter(|filter| !filter.is_empty());
    let filter = given.as_deref().unwrap_or(DEFAULT_LOG);
    let filter: Targets =
        filter.parse().with_context(|| format!("`PURLIN_LOG`: `{filter}` is not a log filter"))?;
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    tracing_subscriber::registry().with(filter).with(lines).try_init().context("cannot log")
}

/// What a user needs to know to use what has started.
fn greeting(platform: &Platform, args: &Serve, examples: &[Example]) -> anyhow::Result<String> {
    let app = platform.app();
    let url = platform.url();
    let dynamodb = platform.shared().config().dynamodb_endpoint().unwrap_or_default();
    let data = match &args.data {
        Some(_) if args.discard => "kept until this ends".to_owned(),
        Some(path) => path.display().to_string(),
        None => "in memory".to_owned(),
    };
    let mut text = format!(
        "\n{} is running\n\n  API          {url}\n  DynamoDB     {dynamodb}, table {}\n  EventBridge  {}, bus {}\n  \
         Events       {url}/_local/events\n  Dead letters {url}/_local/dead-letters\n  Data         {data}\n",
        app.name(),
        platform.table(),
        platform.bus_endpoint(),
        app.name(),
    );
    for index in &platform.changes().added_indexes {
        text.push_str(&format!(
            "\nAdded the index {index} to the table: items written before appear in it once they are next written.\n"
        ));
    }
    let width = app.roles().iter().map(|role| role.len()).max().unwrap_or_default();
    let mut credentials = Vec::new();
    for role in app.roles() {
        credentials.push((role, platform.credential(role, &platform.user(role, 1))?));
    }
    if let Some((_, first)) = credentials.first() {
        text.push_str("\nCredentials, valid for 24 hours\n\n");
        for (role, token) in &credentials {
            text.push_str(&format!("  {role:width$}  {token}\n"));
        }
        text.push_str(&format!("\nTry\n\n  export TOKEN={first}\n"));
        for line in examples::lines(examples, &url) {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text.push('\n');
    Ok(text)
}

/// Removes a session's data: the file, SQLite's beside it, and the bus's. What is not there needs no removing.
fn discard(data: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = data.as_os_str().to_owned();
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
    let of_the_bus = bus::files(&platform::event_log(data));
    for file in of_the_bus.into_iter().chain([platform::relay_file(data)]) {
        let _ = std::fs::remove_file(file);
    }
}
