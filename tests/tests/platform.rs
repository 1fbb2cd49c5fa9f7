//! The platform as a whole: what its operations leave behind, seen from outside.

mod repeated;

use app::app;
use aws_sdk_dynamodb::types::AttributeValue;
use purlin_local::Platform;
use serde_json::json;

/// Any client at the table's endpoint finds an item under the keys that its schema says.
#[tokio::test]
async fn an_item_lies_under_the_keys_of_its_schema() {
    let platform = Platform::for_test(app()).await;
    let created = platform
        .request("agents.create")
        .as_role("user")
        .json(json!({ "name": "Ada", "configuration": { "provider": "local", "model": "m" } }))
        .send()
        .await;
    created.assert_status(201);
    let (id, at) = (created.field("/agentId"), created.field("/createdAt"));
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let item = platform
        .client()
        .get_item()
        .table_name(platform.table())
        .key("PK", text(&format!("AGENT#{id}")))
        .key("SK", text("METADATA"))
        .send()
        .await
        .expect("the table answers")
        .item
        .expect("the item is there");
    for (attribute, value) in [
        ("agentId", id.as_str()),
        ("_entity", "Agent"),
        ("GSI1PK", &format!("USER#{}", platform.user("user", 1))),
        ("GSI1SK", &format!("AGENT#{at}")),
        ("GSI2PK", "AGENT_STATUS#idle"),
        ("GSI2SK", &format!("AGENT#{at}")),
    ] {
        assert_eq!(item.get(attribute), Some(&text(value)), "{attribute}");
    }
}

/// Whoever may do something to an agent may not do it to somebody else's, nor learn that it exists.
#[tokio::test]
async fn another_users_agent_and_a_missing_one_answer_alike() {
    let platform = Platform::for_test(app()).await;
    let body = json!({ "name": "Ada", "configuration": { "provider": "local", "model": "m" } });
    let created = platform.request("agents.create").as_user("user", 1).json(body).send().await;
    let id = created.assert_status(201).field("/agentId");
    let missing = "agent_01h455vb4pex5vsknk084sn02q";
    let mut answers = Vec::new();
    for id in [id.as_str(), missing] {
        let response =
            platform.request("agents.get").path("agent_id", id).as_user("user", 2).send().await;
        response.assert_problem(404, "not-found");
        let mut problem = response.json();
        problem["requestId"] = json!(null);
        answers.push(problem);
    }
    assert_eq!(answers[0], answers[1]);
}
