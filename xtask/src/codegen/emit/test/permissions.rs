//! `tests/permissions.rs`: who gets in, as the page of permissions has it.

use purlin_schema::Model;

use crate::codegen::rust::{Code, Imports};

/// The module, which no entity's suite may be called.
pub(super) const MODULE: &str = "permissions";

pub(super) fn write(model: &Model) -> String {
    let mut imports = Imports::default();
    imports.add(&super::by_hand::home(model), "app");
    imports.add("purlin_local", "matrix");
    let mut code = Code::new();
    code.file_doc("What `docs/permissions.md` says, asked of the platform.");
    code.blank();
    imports.write(&mut code);
    code.line("#[tokio::test]");
    code.function("async fn each_role_may_do_what_the_page_says", &[], "", |code| {
        code.line("matrix::check(app(), include_str!(\"../docs/permissions.md\")).await;");
    });
    code.finish()
}
