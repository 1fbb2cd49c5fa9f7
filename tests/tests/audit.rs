//! What repositories keep from a caller, whichever way it is asked for, as the audit knows it.

use agentic_platform::agent::{Agent, AgentId, AgentRepository};
use agentic_platform::user::UserId;
use purlin::{App, Operation, Permissions, Permit, Request, Response, Snapshot, TableIndex};
use purlin_local::Platform;
use serde_json::json;

#[derive(Clone, Copy, Permissions)]
#[permissions(role(user, "agent:read"), role(admin, "agent:read:any"))]
enum Permission {
    #[permission("agent:read")]
    AgentRead,
}

type Asking = Permit<agent::Read>;

async fn get(permit: Asking, request: Request) -> purlin::Result<Response> {
    let id: AgentId = request.path("agent_id")?;
    Response::entity(&AgentRepository::for_caller(&permit).get(&id).await?)
}

async fn batch(permit: Asking, request: Request) -> purlin::Result<Response> {
    let id: AgentId = request.path("agent_id")?;
    let found = AgentRepository::for_caller(&permit).batch_get(&[&id]).await?;
    Response::ok(&found.iter().flatten().count())
}

async fn snapshot(permit: Asking, request: Request) -> purlin::Result<Response> {
    let id: AgentId = request.path("agent_id")?;
    let mut snapshot = Snapshot::new();
    let slot = snapshot.get(&AgentRepository::for_caller(&permit), &id);
    let found: Option<Agent> = snapshot.read().await?.take(slot)?;
    Response::ok(&usize::from(found.is_some()))
}

/// Of an agent that was got elsewhere, such as from an event.
async fn reach(permit: Asking, request: Request) -> purlin::Result<Response> {
    let id: AgentId = request.path("agent_id")?;
    let agent = AgentRepository::new(permit.ctx()).get(&id).await?;
    Response::entity(&permit.reach(agent)?)
}

async fn list(permit: Asking, request: Request) -> purlin::Result<Response> {
    let user: UserId = request.path("user_id")?;
    Response::ok(&AgentRepository::for_caller(&permit).by_user(&user).page().await?)
}

fn app() -> App {
    const INDEXES: &[TableIndex] = &[TableIndex::all("GSI1"), TableIndex::all("GSI2")];
    App::new("test").permissions::<Permission>().indexes(INDEXES).operations([
        Operation::new("agents.get", "GET", "/agents/{agent_id}", get),
        Operation::new("agents.batch", "GET", "/agents/{agent_id}/batch", batch),
        Operation::new("agents.snapshot", "GET", "/agents/{agent_id}/snapshot", snapshot),
        Operation::new("agents.reach", "GET", "/agents/{agent_id}/reach", reach),
        Operation::new("agents.list", "GET", "/users/{user_id}/agents", list),
    ])
}

async fn stored(platform: &Platform) -> Agent {
    let agent: Agent = serde_json::from_value(json!({
        "agentId": AgentId::new(), "userId": platform.user("user", 1), "name": "Ada",
        "role": "worker", "status": "idle", "configuration": { "provider": "local", "model": "m" },
        "createdAt": "2026-01-02T03:04:05.678Z", "updatedAt": "2026-01-02T03:04:05.678Z", "version": 1,
    }))
    .expect("it is an agent");
    AgentRepository::new(&platform.context()).create(&agent).await.expect("it is written");
    agent
}

#[tokio::test]
async fn what_is_kept_from_a_caller_is_recorded_whichever_way_it_was_asked_for() {
    for operation in
        ["agents.get", "agents.batch", "agents.snapshot", "agents.reach", "agents.list"]
    {
        let platform = Platform::for_test(app()).await;
        let agent = stored(&platform).await;
        let request = || match operation {
            "agents.list" => platform.request(operation).path("user_id", agent.user_id),
            _ => platform.request(operation).path("agent_id", agent.agent_id),
        };
        for (role, number) in [("user", 1), ("admin", 1)] {
            request().as_user(role, number).send().await.assert_status(200);
            assert!(platform.audit().is_empty(), "`{operation}` as {role} {number} is recorded");
        }
        request().as_user("user", 2).send().await;
        platform.assert_denied(operation, "not-owner");
        assert_eq!(platform.audit()[0].detail["data"]["entity"], "Agent", "{operation}");
    }
}

/// Nobody is denied what there is not.
#[tokio::test]
async fn what_is_missing_is_not_recorded() {
    let platform = Platform::for_test(app()).await;
    for operation in ["agents.get", "agents.batch", "agents.snapshot", "agents.reach"] {
        let request = platform.request(operation).path("agent_id", AgentId::new());
        request.as_user("user", 2).send().await;
    }
    let own = platform.request("agents.list").path("user_id", platform.user("user", 2));
    own.as_user("user", 2).send().await.assert_status(200);
    assert_eq!(platform.audit(), []);
}
