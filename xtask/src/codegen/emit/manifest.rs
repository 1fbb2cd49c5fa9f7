//! `Cargo.toml` of the generated crate.

use purlin_schema::Model;

use super::Target;
use crate::codegen::files::{Files, MARK};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    let name = model.service();
    let description =
        serde_json::Value::from(model.description().as_deref().unwrap_or(name.as_str()));
    let text = format!(
        r#"# {MARK} from schemas/service.toml; do not edit.

[package]
name = "{name}"
description = {description}
autotests = false
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lints]
workspace = true

[dependencies]
garde.workspace = true
purlin.workspace = true
schemars.workspace = true
serde.workspace = true
serde_json.workspace = true

[dev-dependencies]
purlin-local = {{ workspace = true, features = ["model-tests"] }}
tokio.workspace = true

# One binary for all tests: each further one would be linked against the SDK again.
[[test]]
name = "generated"
path = "tests/main.rs"
"#
    );
    files.add(target.path("Cargo.toml"), text);
}
