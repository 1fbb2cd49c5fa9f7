//! `cargo xtask`: everything a developer does with this repository.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{codegen, tidy};

mod bench;
mod dev;
mod events;
mod process;
mod soak;
mod test;
mod token;

/// Everything a developer does with this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every benchmark, each as a ratio
    Bench(bench::BenchArgs),
    /// Generate the backend from the schemas
    Codegen(codegen::CodegenArgs),
    /// Run the platform on this machine, and again after every change
    Dev(dev::DevArgs),
    /// Read the dead letters, here or on AWS, and publish their events again
    Events(events::EventsArgs),
    /// Write as fast as the platform takes it, kill it meanwhile, and count what became of the events
    Soak(soak::SoakArgs),
    /// Run every check
    Test(test::TestArgs),
    /// Tell what is out of order in the house: dependencies, long files, foreign words
    Tidy,
    /// Print a credential for the local platform
    Token(token::TokenArgs),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    run(arguments.command).unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::from(1)
    })
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let root = codegen::workspace_root()?;
    match command {
        Command::Bench(args) => bench::run(&root, &args),
        Command::Codegen(args) => codegen::run(&root, &args).map(|_| ExitCode::SUCCESS),
        Command::Dev(args) => dev::run(&root, &args, &|| generate(&root)),
        Command::Events(args) => events::run(&root, &args),
        Command::Soak(args) => soak::run(&root, &args),
        Command::Test(args) => test::run(&root, &args),
        Command::Tidy => {
            let complaints = tidy::check(&root)?;
            complaints.iter().for_each(|complaint| eprintln!("{complaint}"));
            Ok(ExitCode::from(u8::from(!complaints.is_empty())))
        }
        Command::Token(args) => token::run(&root, &args),
    }
}

/// Generates as `cargo xtask codegen` does; `false` where the schemas have problems, which it shows.
fn generate(root: &std::path::Path) -> anyhow::Result<bool> {
    let done = codegen::run(root, &codegen::CodegenArgs::default());
    if let Err(error) = &done {
        eprintln!("{error:#}");
    }
    Ok(done.is_ok())
}
