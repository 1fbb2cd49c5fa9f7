//! `src/<entity>.rs` and `src/<entity>/entity.rs`: the struct, its id and its nested types.

use purlin_schema::Model;
use purlin_schema::model::{Access, Entity, OperationKind, SetOn};

use super::types::{Holder, Home, documented, write_defaults, write_field, write_named};
use super::{Target, document};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    for entity in model.entities() {
        let snake = entity.name().snake();
        let source = document(entity.document());
        files.rust(target.path(format!("src/{snake}.rs")), &source, &module(entity));
        files.rust(target.path(format!("src/{snake}/entity.rs")), &source, &definition(entity));
    }
}

/// Whether the entity has inputs, patches or outputs of its own.
pub(crate) fn has_inputs(entity: &Entity) -> bool {
    entity.operations().iter().any(|operation| {
        matches!(operation.kind(), OperationKind::Create | OperationKind::Update)
            || !operation.output().is_empty()
    })
}

fn module(entity: &Entity) -> String {
    let mut code = Code::new();
    code.file_doc(&format!("{} {}", title(entity), describe(entity)));
    code.blank();
    let inputs = has_inputs(entity);
    code.line("pub use entity::*;");
    if inputs {
        code.line("pub use input::*;");
    }
    code.line("pub use repository::*;");
    code.blank();
    code.line("mod entity;");
    if inputs {
        code.line("mod input;");
    }
    if !entity.operations().is_empty() {
        code.line("pub mod operations;");
    }
    code.line("mod repository;");
    code.finish()
}

fn title(entity: &Entity) -> String {
    let plural = entity.plural().spaced();
    let mut letters = plural.chars();
    letters.next().map_or(String::new(), |first| {
        format!("{}{}:", first.to_ascii_uppercase(), letters.as_str())
    })
}

pub(crate) fn describe(entity: &Entity) -> String {
    documented(entity.description(), || {
        format!("One of the service's {}.", entity.plural().spaced())
    })
}

fn definition(entity: &Entity) -> String {
    let name = entity.name();
    let home = Home::own(entity);
    let mut imports = Imports::default();
    imports.all("purlin", &["Entity", "Id"]);
    imports.all("serde", &["Deserialize", "Serialize"]);
    imports.add("schemars", "JsonSchema");
    let mut body = Code::new();
    if let Some((_, prefix)) = entity.id() {
        body.doc(&format!(
            "Identifies [`{name}`]; its text is like `{prefix}_01h455vb4pex5vsknk084sn02q`."
        ));
        body.value(&format!("pub type {name}Id = "), &format!("Id<{name}>"), ";");
        body.blank();
    }
    body.doc(&describe(entity));
    body.line("#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Entity)]");
    body.line("#[serde(rename_all = \"camelCase\")]");
    attributes(&mut body, entity);
    body.block(&format!("pub struct {name}"), |body| {
        for field in entity.fields() {
            write_field(body, home, field, Holder::Stored, &mut imports);
            let moment = match field.set() {
                Some(SetOn::Create) => "on_create",
                Some(SetOn::Write) => "on_write",
                None => continue,
            };
            body.insert_before_last(&format!("#[entity(set = {moment})]"));
        }
    });
    write_defaults(&mut body, name.as_str(), entity.fields());
    write_named(&mut body, home, entity.fields(), &mut imports);
    let mut code = Code::new();
    code.file_doc(&format!("`{name}` as it is kept in the table, and the types it is made of."));
    code.blank();
    imports.write(&mut code);
    code.finish() + &body.finish()
}

fn attributes(code: &mut Code, entity: &Entity) {
    let mut main = vec![
        format!("partition = {:?}", entity.partition().as_str()),
        format!("sort = {:?}", entity.sort().as_str()),
    ];
    main.extend(entity.id().map(|(_, prefix)| format!("id = {prefix:?}")));
    main.extend(entity.version().as_ref().map(|version| format!("version = {version}")));
    main.extend(entity.owner().as_ref().map(|owner| format!("owner = {owner}")));
    code.list("#[entity(", &main, ")]");
    for access in entity.accesses() {
        match access.index() {
            Some(index) => code.list("#[entity(index(", &index_attribute(access, index), "))]"),
            None => code.list("#[entity(access(", &own_attribute(access), "))]"),
        }
    }
}

fn index_attribute(access: &Access, index: &str) -> Vec<String> {
    let mut items = vec![
        access.name().to_string(),
        format!("on = {index}"),
        format!("partition = {:?}", access.partition().as_str()),
        format!("sort = {:?}", access.sort().as_str()),
    ];
    items.extend(access.descending().then(|| "descending".to_owned()));
    items
}

fn own_attribute(access: &Access) -> Vec<String> {
    let mut items = vec![access.name().to_string()];
    items.extend(access.descending().then(|| "descending".to_owned()));
    items
}
