//! What an event came of: its correlation, its cause, its actor and its trace, from a request through subscribers.

use app::app;
use purlin_local::{Platform, TestResponse};
use serde_json::{Value, json};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Gives a new agent a task, with this header; answers the events of both, and of what subscribers made of them.
async fn told(platform: &Platform, header: (&str, &str)) -> Vec<(String, Value)> {
    let agent = create_agent(platform, header, "key").await.field("/agentId");
    let task = platform.request("tasks.create").path("agent_id", &agent).as_role("user");
    let task = task.header(header.0, header.1).json(json!({ "description": "Count." }));
    task.send().await.assert_status(201);
    platform.settled().await;
    let events = platform.events().await.into_iter();
    events.map(|event| (event.detail_type, event.detail["metadata"].clone())).collect()
}

async fn create_agent(platform: &Platform, header: (&str, &str), key: &str) -> TestResponse {
    let request = platform.request("agents.create").as_role("user").header(header.0, header.1);
    let body = json!({ "name": "Ada", "configuration": { "provider": "local", "model": "m" } });
    let created = request.header("idempotency-key", key).json(body).send().await;
    created.assert_status(201);
    created
}

fn only<'e>(events: &'e [(String, Value)], name: &str) -> &'e Value {
    let mut found = events.iter().filter(|(of, _)| of == name);
    let (_, metadata) = found.next().expect("there is one");
    assert_eq!(found.next(), None, "{name}");
    metadata
}

#[tokio::test]
async fn what_comes_of_a_request_says_so_through_subscribers() {
    let platform = Platform::for_test(app()).await;
    let events = told(&platform, ("traceparent", &format!("00-{TRACE}-00f067aa0ba902b7-01"))).await;
    let (created, started) = (only(&events, "TaskCreated"), only(&events, "TaskStarted"));
    assert_eq!(started["causationId"], created["eventId"]);
    assert_eq!(started["correlationId"], created["correlationId"]);
    assert_eq!(created.get("causationId"), None);
    let user = platform.user("user", 1);
    assert_eq!((&created["actor"], &started["actor"]), (&json!(user), &json!(user)));
    let agent = only(&events, "AgentCreated");
    assert_ne!(agent["correlationId"], created["correlationId"]);
    let mut spans = Vec::new();
    for metadata in [agent, created, started] {
        let parent = metadata["traceparent"].as_str().expect("there is one");
        assert!(parent.starts_with(&format!("00-{TRACE}-")) && parent.ends_with("-01"), "{parent}");
        spans.push(&parent[36..52]);
    }
    // Each is a step of its own.
    spans.sort_unstable();
    spans.dedup();
    assert_eq!(spans.len(), 3);
    assert!(!spans.contains(&"00f067aa0ba902b7"));
}

#[tokio::test]
async fn the_trace_of_x_ray_is_the_same_one() {
    let platform = Platform::for_test(app()).await;
    let root = format!("Root=1-{}-{}", &TRACE[..8], &TRACE[8..]);
    let header = format!("{root};Parent=00f067aa0ba902b7;Sampled=0");
    let events = told(&platform, ("x-amzn-trace-id", &header)).await;
    for name in ["TaskCreated", "TaskStarted"] {
        let parent = only(&events, name)["traceparent"].as_str().expect("there is one");
        assert!(parent.starts_with(&format!("00-{TRACE}-")) && parent.ends_with("-00"), "{parent}");
    }
}

#[tokio::test]
async fn a_request_without_a_trace_begins_none() {
    let platform = Platform::for_test(app()).await;
    let events = told(&platform, ("traceparent", "00-not-a-trace")).await;
    assert_eq!(only(&events, "TaskStarted").get("traceparent"), None);
}

#[tokio::test]
async fn a_repeated_create_with_its_key_tells_once() {
    let platform = Platform::for_test(app()).await;
    for key in ["one", "one", "two", "one"] {
        create_agent(&platform, ("x-other", "1"), key).await;
    }
    assert_eq!(platform.events_of("AgentCreated").await.len(), 2);
}
