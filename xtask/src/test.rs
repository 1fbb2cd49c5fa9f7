//! `cargo xtask test`: every check there is, one after the other, and what they came to.

mod leaks;
mod ministack;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use xtask::{codegen, tidy};

use self::ministack::Ministack;
use crate::process;

/// The arguments of `test`.
#[derive(clap::Args, Debug)]
pub(crate) struct TestArgs {
    /// Run only the tests whose names contain this, and no other check
    filter: Option<String>,
}

type Check = fn(&Path) -> bool;

/// The checks besides the tests themselves, quickest first.
const CHECKS: &[(&str, Check)] = &[
    ("generated code is fresh", fresh),
    ("the house is tidy", house),
    ("formatting", formatting),
    ("clippy", clippy),
];

/// Checks that need what the tests have built.
const AFTERWARDS: &[(&str, Check)] =
    &[("tests on ministack", on_ministack), ("documentation", documentation)];

/// The variable that points the tests that talk to a store at another one than the embedded.
const ENDPOINT: &str = "PURLIN_TEST_ENDPOINT";

/// The variable that names the folder to which tests write their logs, and the secrets that these must not hold.
const LOGS: &str = "PURLIN_TEST_LOG";

/// The variable that says how many sequences a repository is compared with its model by, and how many are enough of
/// them where what is in question is another store and not the repository.
const CASES: &str = "PURLIN_MODEL_CASES";
const FEWER_CASES: &str = "64";

/// Runs the checks, all of them even where one fails.
///
/// # Errors
/// Never; what fails is told, and makes the exit code 1.
pub(crate) fn run(root: &Path, args: &TestArgs) -> anyhow::Result<ExitCode> {
    if let Some(filter) = &args.filter {
        return Ok(exit(tests(root, Some(filter))));
    }
    let mut results = Vec::new();
    for (name, check) in CHECKS {
        results.push(timed(root, name, check));
    }
    results.push(timed(root, "tests", |root| tests(root, None)));
    for (name, check) in AFTERWARDS {
        results.push(timed(root, name, check));
    }
    eprintln!();
    for (name, passed, seconds) in &results {
        eprintln!("{:>6} {seconds:>5} s  {name}", if *passed { "ok" } else { "FAILED" });
    }
    Ok(exit(results.iter().all(|(_, passed, _)| *passed)))
}

fn exit(passed: bool) -> ExitCode {
    if passed { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn timed<'n>(root: &Path, name: &'n str, check: impl Fn(&Path) -> bool) -> (&'n str, bool, u64) {
    eprintln!("\n== {name}");
    let start = Instant::now();
    let passed = check(root);
    (name, passed, start.elapsed().as_secs())
}

/// The platform, and the second backend, which uses what of the language the platform does not.
fn fresh(root: &Path) -> bool {
    let platform = codegen::CodegenArgs { check: true, ..codegen::CodegenArgs::default() };
    let golden = codegen::CodegenArgs { check: true, ..codegen::CodegenArgs::golden() };
    let check = |args| codegen::run(root, args).map_err(|error| eprintln!("{error:#}")).is_ok();
    // Both are looked at, even where the first is stale.
    [&platform, &golden].map(check) == [true, true]
}

fn house(root: &Path) -> bool {
    match tidy::check(root) {
        Ok(complaints) => {
            complaints.iter().for_each(|complaint| eprintln!("{complaint}"));
            complaints.is_empty()
        }
        Err(error) => {
            eprintln!("{error:#}");
            false
        }
    }
}

fn formatting(root: &Path) -> bool {
    cargo(root, &["fmt", "--all", "--check"], &[])
}

fn clippy(root: &Path) -> bool {
    cargo(root, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[])
}

fn documentation(root: &Path) -> bool {
    cargo(
        root,
        &["doc", "--workspace", "--no-deps", "--document-private-items"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )
}

/// The tests, in as many processes as there are with `cargo nextest`, else with `cargo test`.
fn tests(root: &Path, filter: Option<&str>) -> bool {
    let mut arguments = match has_nextest(root) {
        true => vec!["nextest", "run", "--workspace", "--no-fail-fast"],
        false => {
            eprintln!(
                "cargo-nextest is missing, so `cargo test` runs instead; `cargo install --locked cargo-nextest` makes this quicker"
            );
            vec!["test", "--workspace", "--no-fail-fast"]
        }
    };
    arguments.extend(filter);
    if filter.is_some() {
        return cargo(root, &arguments, &[]);
    }
    let logs = leaks::folder(root);
    if let Err(error) = leaks::clear(&logs) {
        eprintln!("`{}` cannot be emptied: {error}", logs.display());
        return false;
    }
    let folder = logs.to_string_lossy();
    let passed = cargo(root, &arguments, &[(LOGS, &folder)]);
    no_secrets(&logs) && passed
}

/// Whether nothing that the tests logged is a secret of theirs: a key, a token, or what one is signed with.
fn no_secrets(logs: &Path) -> bool {
    match leaks::look(logs) {
        // Where nothing was looked at, nothing was found.
        Ok(Ok((0, _) | (_, 0))) => {
            eprintln!("no test has told its secrets, or has logged anything")
        }
        Ok(Ok((secrets, lines))) => {
            eprintln!("{secrets} secrets, none of them in {lines} lines of logs");
            return true;
        }
        Ok(Err(leaks)) => {
            eprintln!("the tests have logged secrets:");
            leaks.iter().for_each(|line| eprintln!("  {line}"));
        }
        Err(error) => eprintln!("`{}` cannot be read: {error}", logs.display()),
    }
    false
}

/// Tests that ministack fails, and what it answers wrongly.
const WRONG_ON_MINISTACK: &[(&str, &str)] = &[
    (
        "data::cost::a_query_costs_one_read_of_all_that_it_returns",
        "a query consumes 0.5 read units, however much it reads",
    ),
    ("data::cost::batches_cost_as_few_requests_as_there_can_be", "a batch consumes nothing"),
];

/// The tests that talk to a store, unchanged, on a DynamoDB that nobody here wrote; and those of what is deployed.
fn on_ministack(root: &Path) -> bool {
    let ministack = match Ministack::start(&process::state_directory(root)) {
        Ok(ministack) => ministack,
        Err(error) => {
            eprintln!("{error:#}");
            return false;
        }
    };
    let mut environment = vec![(ENDPOINT, ministack.endpoint())];
    if std::env::var_os(CASES).is_none() {
        environment.push((CASES, FEWER_CASES));
    }
    // All packages are named each time: a choice of them would have other features, and be built anew.
    let runs = match has_nextest(root) {
        true => {
            let mut set =
                "binary(=generated) | binary(=deployed) | (package(=purlin-tests) & test(/^(data|events|model|pattern|platform)::/)"
                    .to_owned();
            WRONG_ON_MINISTACK
                .iter()
                .for_each(|(test, _)| set.push_str(&format!(" - test(={test})")));
            set.push(')');
            vec![arguments(&[
                "nextest",
                "run",
                "--workspace",
                "--no-fail-fast",
                "--filterset",
                &set,
            ])]
        }
        false => {
            let whole = ["--test", "generated", "--test", "deployed"];
            let whole = [&["test", "--workspace", "--no-fail-fast"][..], &whole].concat();
            let mut main = arguments(&[
                "test",
                "--workspace",
                "--test",
                "main",
                "--",
                "data::",
                "events::",
                "model::",
                "pattern::",
                "platform::",
            ]);
            for (test, _) in WRONG_ON_MINISTACK {
                main.extend(arguments(&["--skip", test]));
            }
            vec![arguments(&whole), main]
        }
    };
    // All run, even where the first fails.
    let failed = runs.iter().filter(|run| {
        let run: Vec<&str> = run.iter().map(String::as_str).collect();
        !cargo(root, &run, &environment)
    });
    failed.count() == 0
}

fn arguments(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

fn has_nextest(root: &Path) -> bool {
    Command::new("cargo")
        .args(["nextest", "--version"])
        .current_dir(root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn cargo(root: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> bool {
    Command::new("cargo")
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root)
        .status()
        .map_err(|error| eprintln!("cargo cannot be run: {error}"))
        .is_ok_and(|status| status.success())
}
