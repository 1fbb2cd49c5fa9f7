//! The local binary as a user meets it: a process that is started, asked over HTTP, and killed.

#[path = "local/every_point.rs"]
mod every_point;
#[path = "local/evidence.rs"]
mod evidence;
#[path = "local/letters.rs"]
mod letters;
#[path = "local/process.rs"]
mod process;
#[path = "local/soak.rs"]
mod soak;
#[path = "local/stream.rs"]
mod stream;

use std::time::{Duration, Instant};

use serde_json::json;

use self::process::{Local, output};

/// An agent, as `POST /agents` takes it.
fn agent() -> serde_json::Value {
    json!({ "name": "Ada", "role": "worker", "configuration": { "provider": "bedrock", "model": "a-model" } })
}

#[test]
fn what_was_answered_survives_a_kill() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().join("data.db");
    let data = data.to_str().expect("the path is UTF-8");
    let mut first = Local::start(directory.path(), &["--data", data])?;
    let token = first.token("user")?;
    let created = first.send("POST", "/agents", &token, Some(&agent()))?;
    assert_eq!(created.status, 201, "{}", created.body);
    let location = format!("/agents/{}", created.body["agentId"].as_str().expect("an id"));
    let created_event = events(&first, &["AgentCreated"])?;
    first.kill()?;

    let second = Local::start(directory.path(), &["--data", data])?;
    // The credential of before the kill still holds: the secrets are kept.
    let found = second.send("GET", &location, &token, None)?;
    assert_eq!((found.status, &found.body), (200, &created.body));
    // What had been published is listed still. What was killed before it was noted comes once more, as the same event.
    let again = events(&second, &["AgentCreated"])?;
    let id = |event: &serde_json::Value| event["detail"]["metadata"]["eventId"].clone();
    assert!(again.iter().all(|event| id(event) == id(&created_event[0])), "{again:?}");
    Ok(())
}

/// The events that reached the bus, oldest first, once those of all these types have.
fn events(local: &Local, types: &[&str]) -> anyhow::Result<Vec<serde_json::Value>> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let mut events = local.send("GET", "/_local/events", "", None)?.body["items"].take();
        let mut events = std::mem::take(events.as_array_mut().expect("a list"));
        events.reverse();
        if types.iter().all(|wanted| events.iter().any(|event| event["detail-type"] == *wanted)) {
            return Ok(events);
        }
        anyhow::ensure!(Instant::now() < deadline, "{types:?} do not all come: {events:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_lines_to_try_work_as_they_are() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let local = Local::start(directory.path(), &[])?;
    let lines = local.lines_to_try();
    assert_eq!(lines.len(), 8, "{lines:?}");
    assert!(lines[1..].iter().all(|line| line.contains("curl ")), "{lines:?}");
    // `-f` is not among them, for a user should see a problem; here a problem is a failure.
    let script = lines.join("\n").replace("curl -sS", "curl -sS --fail-with-body");
    let tried = output(std::process::Command::new("sh").args(["-e", "-c", &script]))?;
    assert!(
        tried.success,
        "curl 7.76 or newer is needed\n{script}\n{}\n{}",
        tried.stdout, tried.stderr
    );
    assert!(tried.stdout.contains(r#""items":[{"#), "{}\n{}", tried.stdout, tried.stderr);
    assert!(lines.iter().any(|line| line.contains(r#"if-match: "1""#)), "{lines:?}");
    let wanted = ["AgentCreated", "TaskCreated", "AgentUpdated", "TaskCancelled", "AgentDeleted"];
    let events = events(&local, &wanted)?;
    let types: Vec<&str> = events
        .iter()
        .filter_map(|event| event["detail-type"].as_str())
        .filter(|name| wanted.contains(name))
        .collect();
    assert_eq!(types, wanted, "{events:?}");
    Ok(())
}

#[test]
fn a_token_is_all_there_is_on_standard_output() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let token = process::run(directory.path(), &["token", "--role", "user"])?;
    assert!(token.success, "{}", token.stderr);
    let line = token.stdout.strip_suffix('\n').expect("a line");
    assert!(line.split('.').count() == 3 && !line.contains(char::is_whitespace), "{line}");

    let local = Local::start(directory.path(), &[])?;
    assert_eq!(local.send("GET", "/agents", line, None)?.status, 200);
    Ok(())
}

#[test]
fn an_unknown_role_is_refused_with_the_known_ones() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let refused = process::run(directory.path(), &["token", "--role", "nobody"])?;
    assert_eq!(refused.code, Some(1));
    assert_eq!(refused.stdout, "");
    for part in ["`nobody`", "`admin`", "`user`", "`service`"] {
        assert!(refused.stderr.contains(part), "{}", refused.stderr);
    }
    Ok(())
}

#[test]
fn a_port_in_use_is_an_error() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let port = taken.local_addr()?.port().to_string();
    let refused = process::run(directory.path(), &["serve", "--port", &port])?;
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains(&format!("port {port} is already in use")),
        "{}",
        refused.stderr
    );
    Ok(())
}

#[test]
fn a_command_line_that_is_not_understood_is_another_error() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    for arguments in [&["serve", "--prot", "1"][..], &["serve", "--port", "65536"], &["tokn"], &[]]
    {
        let refused = process::run(directory.path(), arguments)?;
        assert_eq!(refused.code, Some(2), "{arguments:?}: {}", refused.stderr);
    }
    Ok(())
}

#[test]
fn a_session_goes_with_the_process_that_started_it_and_outlives_a_restart() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().join("session.db");
    let text = data.to_str().expect("the path is UTF-8");
    let arguments = ["--data", text, "--discard", "--attached"];

    let mut first = Local::start(directory.path(), &arguments)?;
    assert_eq!(first.terminate()?, Some(0));
    assert!(data.exists());

    let mut second = Local::start(directory.path(), &arguments)?;
    assert_eq!(second.close_input()?, Some(0));
    let left: Vec<_> = std::fs::read_dir(directory.path())?
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|name| name.to_string_lossy().starts_with("session"))
        .collect();
    assert_eq!(left, Vec::<std::ffi::OsString>::new());
    Ok(())
}

#[test]
fn stopping_is_prompt() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let mut local = Local::start(directory.path(), &[])?;
    let token = local.token("user")?;
    local.send("GET", "/agents", &token, None)?;
    let asked = Instant::now();
    assert_eq!(local.terminate()?, Some(0));
    // Far above what it takes, and below the five seconds that requests under way would be given.
    assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
    Ok(())
}
