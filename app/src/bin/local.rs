//! The same application on this machine: `local serve`, and `local token` for a credential.

use std::process::ExitCode;

use purlin_local::{Example, Soak};

/// What `cargo xtask soak` writes.
const SOAK: Soak = Soak {
    role: "user",
    path: "/agents",
    create: r#"{"name":"Ada","role":"worker","configuration":{"provider":"bedrock","model":"a-model"}}"#,
    change: r#"{"name":"Grace"}"#,
    id: "agentId",
    created: "AgentCreated",
    changed: "AgentUpdated",
    counter: ("/activity", "agents"),
    rate: 60,
};

fn main() -> ExitCode {
    let examples: Vec<Example> =
        agentic_platform::examples().into_iter().map(Example::from).collect();
    purlin_local::main(app::app, &examples, &SOAK)
}
