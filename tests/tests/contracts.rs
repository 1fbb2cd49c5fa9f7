//! What is published is what the contracts promise.

use std::path::{Path, PathBuf};

use agentic_platform::agent::{AgentId, AgentStatus};
use agentic_platform::events::{AgentStatusChanged, ErrorOccurred, TaskFailed, TaskProgress};
use agentic_platform::task::{TaskError, TaskId};
use agentic_platform::user::UserId;
use app::app;
use jsonschema::Validator;
use purlin::{Event, Timestamp};
use purlin_local::Platform;
use serde_json::{Value, json};

/// Which part of what is published is compared, and with which part of its contract.
const PUBLISHED: (&str, &str) = ("", "");

/// Where a contract promises an event's fields.
const DATA: &str = "/properties/data";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path);
    let text = text.unwrap_or_else(|error| panic!("`{}`: {error}", path.display()));
    serde_json::from_str(&text).expect("a contract is JSON")
}

fn contract(event: &str, version: impl std::fmt::Display) -> Value {
    read(&root().join(format!("generated/contracts/events/{event}.v{version}.json")))
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(schema)
        .expect("a contract is a JSON Schema")
}

/// What in `value` is not as this part of a contract promises.
fn faults(contract: &Value, part: &str, value: &Value) -> Vec<String> {
    let promised = contract.pointer(part).expect("a contract promises it");
    let validator = validator(promised);
    validator.iter_errors(value).map(|fault| fault.instance_path().to_string()).collect()
}

/// What the event of this type tells is as promised.
#[track_caller]
fn check<E: Event>(event: &E) {
    let data = serde_json::to_value(event).expect("an event is JSON");
    let faults = faults(&contract(E::DETAIL_TYPE, E::VERSION), DATA, &data);
    assert!(faults.is_empty(), "`{}`: {faults:?} of {data:#}", E::DETAIL_TYPE);
}

#[tokio::test]
async fn whatever_operations_publish_is_as_promised() {
    let platform = Platform::for_test(app()).await;
    let configuration = json!({ "provider": "local", "model": "m" });
    let agent = platform
        .request("agents.create")
        .as_user("user", 1)
        .json(json!({ "name": "Ada", "configuration": configuration }))
        .send()
        .await
        .assert_status(201)
        .field("/agentId");
    let task = platform
        .request("tasks.create")
        .path("agent_id", &agent)
        .as_user("user", 1)
        .json(json!({ "description": "Count to three." }))
        .send()
        .await
        .assert_status(201)
        .field("/taskId");
    let key = platform
        .request("api_keys.create")
        .as_user("user", 1)
        .json(json!({ "name": "A key", "permissions": ["key:manage"] }))
        .send()
        .await
        .assert_status(201)
        .field("/keyId");
    for request in [
        platform.request("tasks.cancel").path("agent_id", &agent).path("task_id", &task),
        platform.request("api_keys.delete").path("key_id", &key),
        platform
            .request("agents.update")
            .path("agent_id", &agent)
            .header("if-match", "\"1\"")
            .json(json!({ "name": "Grace" })),
        platform.request("agents.delete").path("agent_id", &agent),
    ] {
        let response = request.as_user("user", 1).send().await;
        assert!(response.status() < 300, "{}", response.text());
    }

    // What the audit is told is the runtime's own, and no event of the documents.
    let mut events = platform.events().await;
    events.retain(|event| !event.source.ends_with(".audit"));
    let mut published: Vec<&str> = events.iter().map(|event| event.detail_type.as_str()).collect();
    published.sort_unstable();
    let expected = [
        "AgentCreated",
        "AgentDeleted",
        "AgentUpdated",
        "ApiKeyCreated",
        "ApiKeyRevoked",
        "TaskCancelled",
        "TaskCreated",
    ];
    assert_eq!(published, expected);
    let (compared, promised) = PUBLISHED;
    for event in &events {
        let contract = contract(&event.detail_type, &event.detail["metadata"]["version"]);
        let part = event.detail.pointer(compared).expect("an event tells something");
        let faults = faults(&contract, promised, part);
        assert!(faults.is_empty(), "`{}`: {faults:?} of {part:#}", event.detail_type);
    }
}

#[test]
fn what_is_published_by_hand_is_as_promised() {
    let (agent_id, user_id, task_id) = (AgentId::new(), UserId::new(), TaskId::new());
    let (old_status, new_status) = (AgentStatus::Idle, AgentStatus::Processing);
    check(&AgentStatusChanged { agent_id, user_id, version: 2, old_status, new_status });
    let message = Some("Two of three.".to_owned());
    check(&TaskProgress { task_id, agent_id, user_id, step: 2, of: 3, percent: 66.7, message });
    let error = TaskError { code: "out-of-words".into(), message: String::new() };
    let (error, completed_at) = (Some(error), Some(Timestamp::now()));
    check(&TaskFailed { task_id, agent_id, user_id, error, completed_at, version: 3 });
    check(&ErrorOccurred {
        component: "tests".into(),
        code: "none".into(),
        message: "Nothing is wrong.".into(),
        agent_id: None,
        task_id: Some(task_id),
    });
}

#[test]
fn a_contract_promises_every_limit_and_allows_what_it_does_not_know() {
    let promised = contract("TaskProgress", 1);
    let ids = (AgentId::new(), UserId::new(), TaskId::new());
    let event = json!({
        "agentId": ids.0, "userId": ids.1, "taskId": ids.2, "step": 0, "of": 1, "percent": 100,
        "eta": "a field of a later version",
    });
    assert_eq!(faults(&promised, DATA, &event), [""; 0]);
    for (field, value) in [
        ("agentId", json!(ids.1)),
        ("step", json!(-1)),
        ("step", json!(0.5)),
        ("percent", json!(100.5)),
        ("message", json!(null)),
    ] {
        let mut event = event.clone();
        event[field] = value;
        assert_eq!(faults(&promised, DATA, &event), [format!("/{field}")]);
    }
    let mut event = event;
    event.as_object_mut().and_then(|event| event.remove("percent")).expect("it was there");
    assert_eq!(faults(&promised, DATA, &event), [""]);
}

#[test]
fn every_contract_of_both_backends_is_a_json_schema_with_the_envelope() {
    let entity = json!({ "name": "Agent", "key": { "agentId": "agent_1" }, "version": 3 });
    for backend in ["generated", "tests/golden/generated"] {
        let folder = root().join(backend).join("contracts/events");
        for file in std::fs::read_dir(folder).expect("a backend has contracts") {
            let contract = read(&file.expect("a file").path());
            assert!(jsonschema::draft202012::meta::is_valid(&contract), "{contract:#}");
            validator(&contract);
            let of = |name: &str| contract["properties"]["metadata"]["properties"][name].clone();
            let mut metadata = json!({
                "eventId": "019342a6-4a3c-7d2e-8f6b-0c1d2e3f4a5b",
                "type": contract["title"],
                "version": of("version")["const"],
                "source": of("source")["const"],
                "time": "2026-01-02T03:04:05.678Z",
                "entity": entity,
                "actor": "user_1",
                "correlationId": "a-request",
                "causationId": "019342a6-4a3c-7d2e-8f6b-0c1d2e3f4a5a",
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            });
            metadata["entity"]["name"] = of("entity")["properties"]["name"]["const"].clone();
            assert_eq!(faults(&contract, "/properties/metadata", &metadata), [""; 0]);
            for name in ["entity", "actor", "causationId", "traceparent"] {
                metadata.as_object_mut().and_then(|all| all.remove(name)).expect("it was there");
            }
            assert_eq!(faults(&contract, "/properties/metadata", &metadata), [""; 0]);
            metadata["version"] = json!(77);
            assert_eq!(faults(&contract, "/properties/metadata", &metadata), ["/version"]);
        }
    }
}
