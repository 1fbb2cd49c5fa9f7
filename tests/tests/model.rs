//! The platform's own repositories against their models: whatever is done to them, in whatever order.

use agentic_platform::agent::{Agent, AgentRepository};
use agentic_platform::task::{Task, TaskRepository};
use purlin::{Order, Transition};
use purlin_local::model::{self, Plan};

#[test]
fn agents_are_what_their_model_says() {
    let step = |name, from, to| Transition::new(name, "status", from, to);
    let plan = Plan::new(AgentRepository::new)
        .access("by_user", Order::Descending, |all, one: &Agent| Some(all.by_user(&one.user_id)))
        .access("by_status", Order::Ascending, |all, one| Some(all.by_status(&one.status)))
        .transition(step("start", &["idle"], "processing"))
        .transition(step("wait", &["processing"], "waiting"))
        .transition(step("fail", &["idle", "processing", "waiting"], "error"));
    model::check(&plan);
}

#[test]
fn tasks_are_what_their_model_says() {
    let step = |name, from, to, at| Transition::new(name, "status", from, to).stamping(at);
    let plan = Plan::new(TaskRepository::new)
        .access("of_agent", Order::Descending, |all, one: &Task| Some(all.of_agent(&one.agent_id)))
        .access("by_id", Order::Ascending, |all, one| Some(all.by_id(&one.task_id)))
        .access("by_status", Order::Ascending, |all, one| Some(all.by_status(&one.status)))
        .transition(step("start", &["pending"], "running", &["startedAt"]))
        .transition(step("complete", &["running"], "completed", &["completedAt"]))
        .transition(step("cancel", &["pending", "running"], "cancelled", &["completedAt"]));
    model::check(&plan);
}
