//! The event bus, through the SDK's own client.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_eventbridge::error::ProvideErrorMetadata as _;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use purlin_local::{Bus, Terminal};
use serde_json::json;

async fn bus() -> anyhow::Result<(Bus, Client)> {
    let bus = Bus::start("things", "eu-central-1", None, Terminal::Quiet).await?;
    let client = client(&bus);
    Ok((bus, client))
}

fn client(bus: &Bus) -> Client {
    let config = aws_sdk_eventbridge::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "test"))
        .endpoint_url(bus.endpoint())
        .build();
    Client::from_conf(config)
}

/// A well-formed entry, changed by `change`.
fn entry(
    change: impl FnOnce(
        aws_sdk_eventbridge::types::builders::PutEventsRequestEntryBuilder,
    ) -> aws_sdk_eventbridge::types::builders::PutEventsRequestEntryBuilder,
) -> PutEventsRequestEntry {
    let entry = PutEventsRequestEntry::builder()
        .event_bus_name("things")
        .source("example.things")
        .detail_type("ThingMade")
        .detail(r#"{"data":{"ownerId":"user_1","thingId":"thing_1"}}"#);
    change(entry).build()
}

async fn put(
    client: &Client,
    entry: PutEventsRequestEntry,
) -> anyhow::Result<PutEventsResultEntry> {
    let answer = client.put_events().entries(entry).send().await?;
    let result = answer.entries().first().expect("a result for each entry").clone();
    assert_eq!(answer.failed_entry_count() > 0, result.error_code().is_some());
    Ok(result)
}

#[tokio::test]
async fn an_event_arrives_as_eventbridge_would_deliver_it() -> anyhow::Result<()> {
    let (bus, client) = bus().await?;
    let sent =
        entry(|entry| entry.time(DateTime::from_secs(1_700_000_000)).resources("arn:aws:things:1"));
    let result = put(&client, sent).await?;
    let events = bus.newest(10);
    assert_eq!(
        serde_json::to_value(&events)?,
        json!([{
            "version": "0", "id": result.event_id(), "detail-type": "ThingMade", "source": "example.things",
            "account": "000000000000", "time": "2023-11-14T22:13:20Z", "region": "eu-central-1",
            "resources": ["arn:aws:things:1"],
            "detail": { "data": { "ownerId": "user_1", "thingId": "thing_1" } },
        }])
    );
    assert_eq!(events[0].subject(), Some("thing_1"));
    Ok(())
}

#[tokio::test]
async fn one_malformed_entry_fails_alone() -> anyhow::Result<()> {
    let (bus, client) = bus().await?;
    let answer = client
        .put_events()
        .entries(entry(|entry| entry.detail("[]")))
        .entries(entry(|entry| entry))
        .send()
        .await?;
    assert_eq!(answer.failed_entry_count(), 1);
    let codes: Vec<_> = answer.entries().iter().map(|entry| entry.error_code()).collect();
    assert_eq!(codes, [Some("MalformedDetail"), None]);
    assert_eq!(bus.newest(10).len(), 1);
    Ok(())
}

#[tokio::test]
async fn each_fault_of_an_entry_has_its_code() -> anyhow::Result<()> {
    let (bus, client) = bus().await?;
    for (entry, code, message) in [
        (entry(|entry| entry.set_source(None)), "InvalidArgument", "Source is a required argument"),
        (
            entry(|entry| entry.detail_type("")),
            "InvalidArgument",
            "DetailType is a required argument",
        ),
        (entry(|entry| entry.detail_type("x".repeat(129))), "InvalidArgument", "128 characters"),
        (entry(|entry| entry.set_detail(None)), "InvalidArgument", "Detail is a required argument"),
        (entry(|entry| entry.detail("{")), "MalformedDetail", "malformed"),
        (entry(|entry| entry.detail("7")), "MalformedDetail", "malformed"),
        (entry(|entry| entry.source("aws.things")), "NotAuthorizedForSourceException", "source"),
    ] {
        let result = put(&client, entry).await?;
        assert_eq!(result.error_code(), Some(code));
        assert!(result.error_message().is_some_and(|found| found.contains(message)), "{result:?}");
    }
    assert_eq!(bus.newest(10), []);
    Ok(())
}

#[tokio::test]
async fn a_request_over_a_limit_is_refused_whole() -> anyhow::Result<()> {
    let (bus, client) = bus().await?;
    let eleven = (0..11).map(|_| entry(|entry| entry)).collect();
    let large = || entry(|entry| entry.detail(format!(r#"{{"text":"{}"}}"#, "x".repeat(600_000))));
    for entries in [vec![], eleven, vec![large(), large()]] {
        let error =
            client.put_events().set_entries(Some(entries)).send().await.expect_err("over a limit");
        assert_eq!(error.code(), Some("ValidationException"));
    }
    assert_eq!(put(&client, large()).await?.error_code(), None);
    assert_eq!(bus.newest(10).len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_event_for_an_unknown_bus_is_dropped_as_eventbridge_does() -> anyhow::Result<()> {
    let (bus, client) = bus().await?;
    let dropped = put(&client, entry(|entry| entry.event_bus_name("another"))).await?;
    assert_eq!((dropped.error_code(), dropped.event_id().is_some()), (None, true));
    assert_eq!(bus.newest(10), []);
    let arn = "arn:aws:events:eu-central-1:000000000000:event-bus/things";
    put(&client, entry(|entry| entry.event_bus_name(arn))).await?;
    assert_eq!(bus.newest(10).len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_unknown_operation_is_refused() -> anyhow::Result<()> {
    let (_bus, client) = bus().await?;
    let error = client.list_event_buses().send().await.expect_err("not known");
    assert_eq!(error.code(), Some("UnknownOperationException"));
    Ok(())
}

#[tokio::test]
async fn events_outlive_the_bus_in_its_file() -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("data.events.jsonl");
    let bus = Bus::start("things", "eu-central-1", Some(&path), Terminal::Quiet).await?;
    let result = put(&client(&bus), entry(|entry| entry)).await?;
    let line = std::fs::read_to_string(&path)?;
    // Written before the answer, not when the bus ends.
    assert!(line.ends_with('\n') && line.contains(result.event_id().expect("an id")), "{line}");
    Ok(())
}
