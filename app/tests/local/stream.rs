//! Killed in the middle of a stream of writes, and started again with the same data.

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::thread;

use crate::evidence::{Faults, User, settled};
use crate::process::Local;

const ROUNDS: usize = 5;
const USERS: usize = 3;

/// As many agents as a user may make in a minute, in all rounds together.
const AGENTS: usize = 60 / ROUNDS;

/// How many agents there are, of those that a round might make, when the process is killed.
const KILLED_AT: usize = 9;

#[test]
fn a_stream_of_creates_that_is_killed_loses_no_event_and_counts_each_once() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().join("data.db");
    let arguments = ["--data", data.to_str().expect("the path is UTF-8")];
    let users = (0..USERS).map(|number| User::new(directory.path(), number));
    let users: Vec<User> = users.collect::<anyhow::Result<_>>()?;
    let mut acknowledged = BTreeSet::new();
    for _ in 0..ROUNDS {
        let mut local = Local::start(directory.path(), &arguments)?;
        let made = killed_in_the_middle(&local, &users)?;
        assert!((KILLED_AT..USERS * AGENTS).contains(&made.len()), "{}", made.len());
        acknowledged.extend(made);
        local.kill()?;
    }
    let local = Local::start(directory.path(), &arguments)?;
    let faults = settled(&local, &users)?;
    assert_eq!(faults, Faults { repeated: faults.repeated, ..Faults::default() });
    let mut kept = BTreeSet::new();
    for user in &users {
        kept.extend(user.agents(&local)?.into_keys());
    }
    println!(
        "killed {ROUNDS} times: {} agents, {} of them acknowledged; {faults}",
        kept.len(),
        acknowledged.len()
    );
    let gone: Vec<_> = acknowledged.difference(&kept).collect();
    assert!(gone.is_empty(), "answered, and not there: {gone:?}");
    Ok(())
}

/// The agents that were answered until the process was gone.
fn killed_in_the_middle(local: &Local, users: &[User]) -> anyhow::Result<Vec<String>> {
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for user in users {
            let send = send.clone();
            scope.spawn(move || {
                for number in 0..AGENTS {
                    // What fails, fails since the process is gone.
                    let Ok(id) = user.create(local) else { return };
                    drop(send.send(id.clone()));
                    if number % 3 == 0 && user.change(local, &id).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut made: Vec<String> = receive.iter().take(KILLED_AT).collect();
        local.signal("KILL")?;
        made.extend(receive.iter());
        Ok(made)
    })
}
