//! The same application on this machine: `local serve`, and `local token` for a credential.

use std::process::ExitCode;

use purlin_local::Example;

fn main() -> ExitCode {
    let examples: Vec<Example> =
        agentic_platform::examples().into_iter().map(Example::from).collect();
    purlin_local::main(app::app, &examples)
}
