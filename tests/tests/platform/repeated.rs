//! Requests that bear the same `Idempotency-Key`: one effect, and the first answer.

use std::sync::Arc;

use app::app;
use aws_sdk_dynamodb::types::AttributeValue;
use purlin::Item;
use purlin_local::{Platform, TestResponse};
use serde_json::{Value, json};
use tokio::task::JoinSet;

fn body() -> Value {
    json!({ "name": "Ada", "configuration": { "provider": "local", "model": "m" } })
}

async fn create_agent(platform: &Platform, key: &str) -> TestResponse {
    let request = platform.request("agents.create").as_role("user");
    request.header("idempotency-key", key).json(body()).send().await
}

async fn create_task(platform: &Platform, agent: &str, key: &str) -> TestResponse {
    let request = platform.request("tasks.create").path("agent_id", agent).as_role("user");
    let body = json!({ "description": "Count." });
    request.header("idempotency-key", key).json(body).send().await
}

async fn delete_agent(platform: &Platform, id: &str) {
    let request = platform.request("agents.delete").path("agent_id", id).as_role("user");
    request.send().await.assert_status(204);
}

/// The items of this kind, as they are stored.
async fn items(platform: &Platform, kind: &str) -> Vec<Item> {
    let scan = platform.client().scan().table_name(platform.table()).send().await;
    let mut items = scan.expect("the table is read").items.unwrap_or_default();
    items.retain(|item| item.get("_entity") == Some(&AttributeValue::S(kind.to_owned())));
    items
}

#[tokio::test]
async fn of_twenty_requests_at_once_one_has_an_effect() {
    let platform = Arc::new(Platform::for_test(app()).await);
    let mut requests = JoinSet::new();
    for _ in 0..20 {
        let platform = Arc::clone(&platform);
        requests.spawn(async move { create_agent(&platform, "key").await });
    }
    let answers = requests.join_all().await;
    let (made, others): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status() == 201);
    for answer in &made {
        answer.assert_same_as(made[0]);
    }
    for answer in others {
        answer.assert_problem(409, "idempotency-key-in-progress");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert_eq!(items(&platform, "Agent").await.len(), 1);
    assert_eq!(platform.events_of("AgentCreated").await.len(), 1);
    create_agent(&platform, "key").await.assert_same_as(made[0]);
}

#[tokio::test]
async fn the_first_answer_comes_whatever_has_become_of_the_item() {
    let platform = Platform::for_test(app()).await;
    let first = create_agent(&platform, "key").await;
    let id = first.assert_status(201).field("/agentId");
    let update = platform.request("agents.update").path("agent_id", &id).as_role("user");
    let update = update.header("if-match", "*").json(json!({ "name": "Eve" })).send().await;
    update.assert_status(200);
    create_agent(&platform, "key").await.assert_same_as(&first);
    delete_agent(&platform, &id).await;
    create_agent(&platform, "key").await.assert_same_as(&first);
    assert!(items(&platform, "Agent").await.is_empty());
}

#[tokio::test]
async fn the_first_answer_comes_though_what_it_was_made_within_is_gone() {
    let platform = Platform::for_test(app()).await;
    let agent = create_agent(&platform, "key").await.field("/agentId");
    let first = create_task(&platform, &agent, "key").await;
    first.assert_status(201);
    delete_agent(&platform, &agent).await;
    create_task(&platform, &agent, "key").await.assert_same_as(&first);
    create_task(&platform, &agent, "another").await.assert_problem(404, "not-found");
}

#[tokio::test]
async fn a_key_is_forgotten_once_it_has_expired() {
    let platform = Platform::for_test(app()).await;
    let first = create_agent(&platform, "key").await;
    first.assert_status(201);
    // DynamoDB may take days to remove it; it counts for nothing all the same.
    let mut tokens = items(&platform, "$token").await;
    let mut token = tokens.pop().expect("the key is kept");
    token.insert("_ttl".to_owned(), AttributeValue::N("1".to_owned()));
    let put = platform.client().put_item().table_name(platform.table());
    put.set_item(Some(token)).send().await.expect("it is written");
    let second = create_agent(&platform, "key").await;
    second.assert_status(201);
    assert_ne!(second.field("/agentId"), first.field("/agentId"));
    create_agent(&platform, "key").await.assert_same_as(&second);
    assert_eq!(items(&platform, "Agent").await.len(), 2);
}

#[tokio::test]
async fn what_is_refused_leaves_no_key_behind() {
    let platform = Platform::for_test(app()).await;
    let create = async |email: &str| {
        let request = platform.request("users.create").as_role("admin");
        let body = json!({ "email": email, "displayName": "Ada" });
        request.header("idempotency-key", "key").json(body).send().await
    };
    let taken = platform.request("users.create").as_role("admin");
    let taken =
        taken.json(json!({ "email": "ada@example.com", "displayName": "Ada" })).send().await;
    taken.assert_status(201);
    create("nobody").await.assert_problem(400, "invalid-body");
    create("ada@example.com").await.assert_problem(409, "not-unique");
    assert!(items(&platform, "$token").await.is_empty());
    let made = create("eve@example.com").await;
    made.assert_status(201);
    // What its own first attempt took is taken by nobody else.
    create("eve@example.com").await.assert_same_as(&made);
    create("ada@example.com").await.assert_problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn a_payload_is_what_it_says_and_where() {
    let platform = Platform::for_test(app()).await;
    let first = create_agent(&platform, "key").await;
    let other = r#" { "configuration" :{"model":"\u006d", "provider":"local"},"name":"Ada"}"#;
    let request = platform.request("agents.create").as_role("user");
    let again = request.header("idempotency-key", "key").body("application/json", other);
    again.send().await.assert_same_as(&first);

    let (one, two) = (first.field("/agentId"), create_agent(&platform, "two").await);
    create_task(&platform, &one, "key").await.assert_status(201);
    let elsewhere = create_task(&platform, &two.field("/agentId"), "key").await;
    elsewhere.assert_problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn a_repeated_request_counts_in_the_rate() {
    let platform = Platform::for_test(app()).await;
    platform.stop_clock();
    for _ in 0..60 {
        create_agent(&platform, "key").await.assert_status(201);
    }
    create_agent(&platform, "key").await.assert_problem(429, "rate-limited");
    assert_eq!(items(&platform, "Agent").await.len(), 1);
}

#[tokio::test]
async fn without_the_header_nothing_is_kept() {
    let platform = Platform::for_test(app()).await;
    for _ in 0..2 {
        let request = platform.request("agents.create").as_role("user").json(body());
        request.send().await.assert_status(201);
    }
    assert_eq!(items(&platform, "Agent").await.len(), 2);
    assert!(items(&platform, "$token").await.is_empty());
}
