//! The command `events`, on what a subscriber has really not taken.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::process::{self, Local, Output};

/// Longer than all attempts and the waits between them can take.
const GIVEN_UP_WITHIN: Duration = Duration::from_secs(60);

/// The ids of events that no subscriber can take: they tell of agents without saying which.
const IDS: [&str; 2] =
    ["01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8058"];

fn poison(id: &str, bus: &str) -> Value {
    let metadata = json!({
        "eventId": id, "type": "AgentCreated", "version": 1, "source": "agentic-platform.agents",
        "time": "2030-01-01T00:00:00.000Z", "correlationId": "c",
    });
    json!({ "Entries": [{
        "EventBusName": bus,
        "Source": "agentic-platform.agents",
        "DetailType": "AgentCreated",
        "Detail": json!({ "metadata": metadata, "data": {} }).to_string(),
    }] })
}

/// Publishes on the bus of a platform, as anybody with EventBridge's protocol does.
fn publish(local: &Local, id: &str) -> anyhow::Result<()> {
    let line = local.said("EventBridge").context("the greeting has the bus")?;
    let (address, bus) = line.split_once(", bus ").context("with its name")?;
    let address = address.trim_start_matches("http://");
    let body = poison(id, bus).to_string();
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST / HTTP/1.0\r\nhost: {address}\r\nx-amz-target: AWSEvents.PutEvents\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(answer.contains(r#""FailedEntryCount":0"#), "{answer}");
    Ok(())
}

fn events(directory: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    process::run(directory, &[&["events"], arguments].concat())
}

/// How often an event has reached the bus.
fn published(local: &Local, id: &str) -> anyhow::Result<usize> {
    let events = local.send("GET", "/_local/events", "", None)?.body["items"].take();
    let events = events.as_array().context("a list")?;
    Ok(events.iter().filter(|event| event["detail"]["metadata"]["eventId"] == id).count())
}

#[test]
fn a_dead_letter_is_listed_and_shown_and_replayed_as_the_same_event() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let directory = directory.path();
    let data = ["--data", "data.db"];
    let mut local = Local::start(directory, &data)?;
    let url =
        format!("http://{}", local.said("API").context("its URL")?.trim_start_matches("http://"));
    let running = ["--url", &url];
    for id in IDS {
        publish(&local, id)?;
    }
    let deadline = Instant::now() + GIVEN_UP_WITHIN;
    let letters = loop {
        let listed = events(directory, &[&["list", "--json"][..], &running].concat())?;
        assert!(listed.success, "{}", listed.stderr);
        let letters: Vec<Value> = serde_json::from_str(&listed.stdout)?;
        if letters.len() == IDS.len() {
            break letters;
        }
        ensure!(Instant::now() < deadline, "the dead letters do not come: {letters:?}");
        std::thread::sleep(Duration::from_millis(100));
    };
    let letter = letters.iter().find(|letter| letter["eventId"] == IDS[0]).context("the first")?;
    let told = ["component", "detailType", "attempts"].map(|name| letter[name].clone());
    assert_eq!(told, [json!("count_agents"), json!("AgentCreated"), json!(5)]);
    let id = letter["id"].as_str().context("an id")?;

    // To people it is a line below a head, and the whole of it where they ask.
    let listed = events(directory, &[&["list", "--limit", "1"][..], &running].concat())?.stdout;
    let lines: Vec<Vec<&str>> =
        listed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["ID", "AT", "COMPONENT", "EVENT", "ATTEMPTS", "ERROR"], "{listed}");
    assert_eq!((lines.len(), lines[1][2]), (2, "count_agents"), "{listed}");
    assert_eq!(lines[1][0], letters[0]["id"], "{listed}");
    let shown = events(directory, &[&["show", id][..], &running].concat())?.stdout;
    assert!(
        shown.contains(id) && shown.contains(&format!(r#""eventId": "{}""#, IDS[0])),
        "{shown}"
    );

    // Its data belong to the platform for as long as that runs.
    let busy = events(directory, &[&["list"][..], &data].concat())?;
    assert_eq!(busy.code, Some(1));
    assert!(busy.stderr.contains("`--url`") && busy.stderr.contains("in use"), "{}", busy.stderr);
    assert_eq!(published(&local, IDS[0])?, 1);
    let replayed = events(directory, &[&["replay", id][..], &running].concat())?;
    assert_eq!((replayed.code, &*replayed.stdout), (Some(0), "1 event is published again\n"));
    assert_eq!(published(&local, IDS[0])?, 2);
    let gone = events(directory, &[&["replay", id][..], &running].concat())?;
    assert_eq!(gone.code, Some(1));
    assert!(gone.stderr.contains(&format!("there is no dead letter `{id}`")), "{}", gone.stderr);

    // What is replayed while nothing runs is delivered at the next start.
    local.terminate()?;
    let replayed = events(directory, &[&["replay", "--all"][..], &data].concat())?;
    assert_eq!((replayed.code, &*replayed.stdout), (Some(0), "1 event is published again\n"));
    let none = events(directory, &[&["list", "--json"][..], &data].concat())?;
    assert_eq!((none.code, none.stdout.trim()), (Some(0), "[]"), "{}", none.stderr);
    let local = Local::start(directory, &data)?;
    assert_eq!(published(&local, IDS[1])?, 2);
    Ok(())
}

#[test]
fn what_cannot_be_asked_for_is_told_from_what_is_not_there() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let directory = directory.path();
    for arguments in [
        &["list", "--limit", "0"][..],
        &["replay"],
        &["replay", "an-id", "--all"],
        &["list", "--url", "http://127.0.0.1:1", "--data", "data.db"],
    ] {
        let refused = events(directory, arguments)?;
        assert_eq!(refused.code, Some(2), "{arguments:?}: {}", refused.stderr);
    }
    let missing = events(directory, &["list", "--data", "data.db"])?;
    assert_eq!(missing.code, Some(1));
    assert!(missing.stderr.contains("there is no data file `data.db`"), "{}", missing.stderr);
    // Asking has made none either.
    assert!(!directory.join("data.db").exists());

    let local = Local::start(directory, &[])?;
    let url = local.said("API").context("its URL")?.to_owned();
    for command in ["show", "replay"] {
        let unknown = events(directory, &[command, "../events", "--url", &url])?;
        assert_eq!((unknown.code, &*unknown.stdout), (Some(1), ""));
        let message = "there is no dead letter `../events`";
        assert!(unknown.stderr.contains(message), "{}", unknown.stderr);
    }
    let all = events(directory, &["replay", "--all", "--json", "--url", &url])?;
    assert_eq!(serde_json::from_str::<Value>(&all.stdout)?, json!({ "replayed": 0, "kept": [] }));
    Ok(())
}
