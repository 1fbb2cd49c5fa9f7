//! The runtime against what a competent engineer writes by hand: items to structs and back, reads and writes of the
//! table, events and the rules that they match, and a warm request.
//!
//! Run it with `cargo xtask bench`. A figure is a line of JSON on standard output, for its table; what is being
//! done is told on standard error. Instructions and allocations are counted by running this same program under
//! Valgrind.

use std::env;
use std::process::ExitCode;

mod data;
mod events;
mod item;
mod measure;
mod pattern;
mod peer;
mod request;
mod row;
mod store;
mod stub;
mod token;

/// What a measured process does as often as it is told to, against a store where it needs one, under the name it is
/// started with.
pub(crate) type Program = (&'static str, fn(u64, &str));

fn main() -> ExitCode {
    let arguments: Vec<String> =
        env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] | ["data"] => {
            if !measure::valgrind() {
                eprintln!("valgrind is missing, so nothing but time is measured");
            }
            data::measure();
            if arguments == ["data"] {
                return ExitCode::SUCCESS;
            }
            item::measure();
            token::measure();
            events::measure();
            pattern::measure();
            request::measure();
            ExitCode::SUCCESS
        }
        ["token"] => {
            token::measure();
            ExitCode::SUCCESS
        }
        ["events"] => {
            events::measure();
            pattern::measure();
            ExitCode::SUCCESS
        }
        ["store"] => store::serve(),
        ["run", program, iterations, endpoint] => run(program, iterations, endpoint),
        _ => {
            eprintln!("this program takes no arguments");
            ExitCode::from(2)
        }
    }
}

fn run(program: &str, iterations: &str, endpoint: &str) -> ExitCode {
    let programs = [
        item::PROGRAMS,
        data::PROGRAMS,
        token::PROGRAMS,
        events::PROGRAMS,
        pattern::PROGRAMS,
        request::PROGRAMS,
    ];
    let found = programs.into_iter().flatten().find(|(name, _)| *name == program);
    let (Some((_, run)), Ok(iterations)) = (found, iterations.parse()) else {
        return ExitCode::from(2);
    };
    run(iterations, endpoint);
    ExitCode::SUCCESS
}
