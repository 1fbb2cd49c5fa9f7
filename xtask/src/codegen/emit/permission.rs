//! `src/permission.rs`: the catalogue and the roles.

use std::path::Path;

use purlin_schema::Model;

use super::Target;
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, prose};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    let mut code = Code::new();
    code.file_doc("What callers may do, and which roles may do it.");
    code.blank();
    code.line("use purlin::Permissions;");
    code.blank();
    code.doc("A permission. An operation names the one it needs; a caller's role decides which it holds.");
    code.line("#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Permissions)]");
    if let Some(everything) = model.everything() {
        code.line(format!("#[permissions(everything = {everything:?})]"));
    }
    for role in model.roles() {
        let mut items = vec![role.name().clone()];
        items.extend(role.grants().iter().map(|grant| format!("{grant:?}")));
        code.list("#[permissions(role(", &items, "))]");
    }
    code.block("pub enum Permission", |code| {
        for permission in model.permissions() {
            code.doc(&prose(permission.description()));
            let privileged = if *permission.privileged() { ", privileged" } else { "" };
            code.line(format!("#[permission({:?}{privileged})]", permission.name().as_str()));
            code.line(format!("{},", permission.variant()));
        }
    });
    files.rust(
        target.path("src/permission.rs"),
        Path::new("schemas/permissions.toml"),
        &code.finish(),
    );
}
