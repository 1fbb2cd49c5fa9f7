//! Killed at every point of the wire between a write and what comes of its event, one after the other.
//!
//! Every request to the store and to the bus is such a point twice: when it was sent and has not arrived, and when it
//! was carried out and its answer has not arrived; and so is every answer of the stream that has records.

use std::path::Path;

use crate::evidence::{Faults, User, settled};
use crate::process::Local;

/// More points than there are; a loop that finds no end must not go on for ever.
const TOO_MANY: u32 = 200;

/// Two creations and a change; none of them is sent again where its answer does not come.
fn write(local: &Local, users: &[User]) -> anyhow::Result<()> {
    let mut first = None;
    for user in users {
        let id = user.create(local)?;
        first.get_or_insert((user, id));
    }
    match first {
        Some((user, id)) => user.change(local, &id),
        None => Ok(()),
    }
}

#[test]
fn killed_at_any_point_between_commit_and_publish_nothing_is_lost() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let users = (0..2).map(|number| User::new(directory.path(), number));
    let users: Vec<User> = users.collect::<anyhow::Result<_>>()?;
    let mut total = Faults::default();
    for point in 1..TOO_MANY {
        let data = directory.path().join(format!("{point}.db"));
        let (killed, faults) = killed_at(point, directory.path(), &data, &users)?;
        assert!(faults.none(), "killed at point {point}: {faults}");
        total += faults;
        if !killed {
            println!("killed at {} points: {total}", point - 1);
            // A create alone passes the rate's item, its own, the bus and the subscriber's transaction.
            assert!(point > 12, "{point} points are too few");
            return Ok(());
        }
    }
    anyhow::bail!("there is no end to the points")
}

/// Whether the process was killed, and what a process without a fault made of it.
fn killed_at(
    point: u32,
    directory: &Path,
    data: &Path,
    users: &[User],
) -> anyhow::Result<(bool, Faults)> {
    let data = data.to_str().expect("the path is UTF-8");
    let fault = format!("kill={point}");
    let arguments = ["--data", data, "--wire", &fault];
    let mut local = Local::start(directory, &arguments)?;
    // What fails, fails since the process is gone: at this request, or when what came of it is looked at.
    let done = write(&local, users).and_then(|()| settled(&local, users));
    match done {
        // No point was left.
        Ok(faults) => return Ok((false, faults)),
        Err(error) if !local.goes()? => return Err(error),
        Err(_) => {}
    }
    let local = Local::start(directory, &["--data", data])?;
    write(&local, users)?;
    Ok((true, settled(&local, users)?))
}

#[test]
fn a_bus_that_nothing_reaches_loses_nothing() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let users = [User::new(directory.path(), 0)?];
    let data = directory.path().join("data.db");
    let data = data.to_str().expect("the path is UTF-8");
    for _ in 0..2 {
        let mut local = Local::start(directory.path(), &["--data", data, "--wire", "no-bus"])?;
        for _ in 0..3 {
            let id = users[0].create(&local)?;
            users[0].change(&local, &id)?;
        }
        assert_eq!(users[0].counted(&local)?, 0);
        local.kill()?;
    }
    let local = Local::start(directory.path(), &["--data", data])?;
    let faults = settled(&local, &users)?;
    assert_eq!(faults, Faults::default());
    assert_eq!(users[0].counted(&local)?, 6);
    Ok(())
}
