//! Counting instructions and allocations with Valgrind, and timing two things in turn.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use crate::row;

/// Programs that do the same work: ours, and those of our peers.
pub(crate) struct Contest<'a> {
    /// What the rows are about.
    pub(crate) name: &'static str,
    pub(crate) ours: Side,
    pub(crate) peers: &'a [Peer],
    /// How often the work is done in the shorter of two runs.
    pub(crate) iterations: u64,
}

/// Somebody else's way of doing the work.
#[derive(Clone, Copy)]
pub(crate) struct Peer {
    /// What tells this peer's rows from another's; empty where there is but one.
    pub(crate) name: &'static str,
    pub(crate) side: Side,
    /// The ratio of instructions that is aimed at.
    pub(crate) target: f64,
}

/// A program, and another that makes what the first works on and nothing more: its cost is taken off. There is none
/// where nothing is made.
#[derive(Clone, Copy)]
pub(crate) struct Side {
    pub(crate) work: &'static str,
    pub(crate) base: Option<&'static str>,
}

/// Whether Valgrind can be run.
pub(crate) fn valgrind() -> bool {
    let mut command = Command::new("valgrind");
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Prints the rows that are counted rather than timed; none where Valgrind is missing.
///
/// `endpoint` is where the programs find a store, if they need one.
pub(crate) fn count(contest: &Contest, endpoint: &str) {
    if !valgrind() {
        return;
    }
    let Contest { name, ours, peers, iterations } = *contest;
    eprintln!("  counting: {name}");
    for (unit, count, is_aimed_at) in [
        ("instructions", instructions as fn(&str, u64, &str) -> u64, true),
        ("allocations", allocations, false),
    ] {
        let each = |program| {
            let count = |times| count(program, times, endpoint) as f64;
            // What a process does besides is in both runs, and falls out.
            (count(2 * iterations) - count(iterations)) / iterations as f64
        };
        let side = |side: Side| each(side.work) - side.base.map_or(0.0, each);
        let ours = side(ours);
        for peer in peers {
            let name = match peer.name {
                "" => name.to_owned(),
                peer => format!("{name}, against {peer}"),
            };
            row::print(&name, unit, ours, side(peer.side), is_aimed_at.then_some(peer.target));
        }
    }
}

fn instructions(program: &str, iterations: u64, endpoint: &str) -> u64 {
    let said =
        run(&["--tool=callgrind", "--callgrind-out-file=/dev/null"], program, iterations, endpoint);
    figure(&said, "Collected :", "")
}

fn allocations(program: &str, iterations: u64, endpoint: &str) -> u64 {
    let memcheck = ["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"];
    figure(&run(&memcheck, program, iterations, endpoint), "total heap usage:", "allocs")
}

/// What Valgrind says of this program, doing `program`.
fn run(options: &[&str], program: &str, iterations: u64, endpoint: &str) -> String {
    let this = env::current_exe().expect("this program has a path");
    let output = Command::new("valgrind")
        .args(options)
        .arg(this)
        .args(["run", program, &iterations.to_string(), endpoint])
        .stdout(Stdio::null())
        .output()
        .expect("valgrind runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "`{program}` fails:\n{said}");
    said
}

/// The number between two texts of one line, its thousands apart or not.
fn figure(said: &str, before: &str, after: &str) -> u64 {
    let rest = said.lines().find_map(|line| line.split_once(before)).map(|(_, rest)| rest);
    let number = rest.map(|rest| {
        if after.is_empty() { rest } else { rest.split(after).next().unwrap_or_default() }
    });
    let digits: String = number.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("valgrind says no `{before}`:\n{said}"))
}

/// Prints the medians of two timings taken in turn, so that whatever else the machine does disturbs both alike.
///
/// The ratio printed is that of the medians. Each timing says how long one iteration took.
pub(crate) fn time(
    name: &str,
    target: Option<f64>,
    rounds: usize,
    mut ours: impl FnMut() -> Duration,
    mut peer: impl FnMut() -> Duration,
) {
    eprintln!("  timing: {name}");
    let mut taken = [Vec::new(), Vec::new()];
    for round in 0..rounds + rounds / 10 {
        let pair = [ours(), peer()];
        // The first rounds fill caches.
        if round >= rounds / 10 {
            for (all, one) in taken.iter_mut().zip(pair) {
                all.push(one);
            }
        }
    }
    let [ours, peer] = taken.map(|mut all| {
        all.sort_unstable();
        all[all.len() / 2].as_nanos() as f64
    });
    row::print(name, "ns", ours, peer, target);
}

/// A clock that stands still while this thread waits or another one has the processor, where the system has one;
/// else the one on the wall.
pub(crate) enum Clock {
    Thread(Duration),
    Wall(Instant),
}

impl Clock {
    pub(crate) fn start() -> Self {
        thread_time().map_or_else(|| Self::Wall(Instant::now()), Self::Thread)
    }

    pub(crate) fn elapsed(&self) -> Duration {
        match self {
            Self::Thread(start) => thread_time().unwrap_or(*start).saturating_sub(*start),
            Self::Wall(start) => start.elapsed(),
        }
    }
}

fn thread_time() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
