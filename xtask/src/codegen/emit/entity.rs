//! `src/<entity>.rs` and `src/<entity>/entity.rs`: the struct, its id, its nested types and its rows.

use purlin_schema::Model;
use purlin_schema::model::{Access, Entity, Field, OperationKind, SetOn};
use purlin_schema::template::Template;

use super::rules::digits;
use super::step;
use super::types::{
    Holder, Home, write_attributes, write_declaration, write_defaults, write_field, write_named,
};
use super::words::{article, capitalised, documented};
use super::{Target, document, visibility};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    for entity in model.entities() {
        let snake = entity.name().snake();
        let source = document(entity.document());
        files.rust(target.path(format!("src/{snake}.rs")), &source, &module(entity));
        files.rust(
            target.path(format!("src/{snake}/entity.rs")),
            &source,
            &definition(model, entity),
        );
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
    let plural = capitalised(&entity.plural().spaced());
    code.file_doc(&format!("{plural}: {}", describe(entity)));
    code.blank();
    let inputs = has_inputs(entity);
    if !entity.collections().is_empty() {
        code.line("pub use collection::*;");
    }
    code.line("pub use entity::*;");
    if inputs {
        code.line("pub use input::*;");
    }
    code.line("pub use repository::*;");
    code.blank();
    if !entity.collections().is_empty() {
        code.line("mod collection;");
    }
    if entity.api_key().is_some() {
        code.line("mod credential;");
    }
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

pub(crate) fn describe(entity: &Entity) -> String {
    documented(entity.description(), || {
        format!("One of the service's {}.", entity.plural().spaced())
    })
}

fn definition(model: &Model, entity: &Entity) -> String {
    let name = entity.name();
    let home = Home::own(entity);
    let mut imports = Imports::default();
    imports.add("purlin", "Entity");
    imports.all("serde", &["Deserialize", "Serialize"]);
    imports.add("schemars", "JsonSchema");
    let mut body = Code::new();
    if let Some((_, prefix)) = entity.id() {
        imports.add("purlin", "Id");
        body.doc(&format!(
            "Identifies [`{name}`]; its text is like `{prefix}_01h455vb4pex5vsknk084sn02q`."
        ));
        body.value(&format!("pub type {name}Id = "), &format!("Id<{name}>"), ";");
        body.blank();
    }
    body.doc(&describe(entity));
    let derives = "Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Entity";
    body.line(visibility::derives(derives, entity.fields().iter()));
    body.line("#[serde(rename_all = \"camelCase\")]");
    attributes(&mut body, entity);
    body.block(&format!("pub struct {name}"), |body| {
        for field in entity.fields() {
            write_attributes(body, home, field, Holder::Stored);
            let mut says: Vec<String> =
                role(entity, field).map(str::to_owned).into_iter().collect();
            says.extend(visibility::guards(model, field));
            if !says.is_empty() {
                body.keys_attribute("entity", &says);
            }
            write_declaration(body, home, field, Holder::Stored, &mut imports);
        }
    });
    visibility::write_debug(&mut body, name.as_str(), entity.fields().iter(), &mut imports);
    step::write(&mut body, entity, &mut imports);
    for access in entity.accesses() {
        row(&mut body, home, entity, access, &mut imports);
    }
    write_defaults(&mut body, name.as_str(), entity.fields());
    write_named(&mut body, home, entity.fields(), &mut imports);
    let mut code = Code::new();
    code.file_doc(&format!("`{name}` as it is kept in the table, and the types it is made of."));
    code.blank();
    imports.write(&mut code);
    code.finish() + &body.finish()
}

/// What only the platform writes into a field, if it does.
fn role(entity: &Entity, field: &Field) -> Option<&'static str> {
    match field.set() {
        Some(SetOn::Create) => return Some("set = on_create"),
        Some(SetOn::Write) => return Some("set = on_write"),
        None => {}
    }
    if *field.counter() {
        return Some("counter");
    }
    let status = entity.status().as_ref().filter(|status| status.field() == field.name());
    status.map(|_| "status")
}

fn attributes(code: &mut Code, entity: &Entity) {
    let mut main = vec![
        format!("partition = {:?}", entity.partition().as_str()),
        format!("sort = {:?}", entity.sort().as_str()),
    ];
    main.extend(entity.id().map(|(_, prefix)| format!("id = {prefix:?}")));
    main.extend(entity.version().as_ref().map(|version| format!("version = {version}")));
    main.extend(entity.owner().as_ref().map(|owner| format!("owner = {owner}")));
    main.extend(entity.ttl().as_ref().map(|ttl| format!("ttl = {}", ttl.field())));
    main.extend(entity.soft_delete().as_ref().map(|soft| match soft.retain() {
        Some(seconds) => format!("soft_delete({}, retain = {})", soft.field(), digits(*seconds)),
        None => format!("soft_delete = {}", soft.field()),
    }));
    code.keys_attribute("entity", &main);
    for unique in entity.uniques() {
        let fields: Vec<String> = unique.fields().iter().map(ToString::to_string).collect();
        code.nested_attribute(&["entity", "unique", unique.name().as_str()], &fields);
    }
    for access in entity.accesses() {
        match access.index() {
            Some(index) => {
                code.list("#[entity(index(", &index_attribute(entity, access, index), "))]");
            }
            None => code.list("#[entity(access(", &own_attribute(access), "))]"),
        }
    }
}

fn index_attribute(entity: &Entity, access: &Access, index: &str) -> Vec<String> {
    let mut items = vec![
        access.name().to_string(),
        format!("on = {index}"),
        format!("partition = {:?}", access.partition().as_str()),
        format!("sort = {:?}", access.sort().as_str()),
    ];
    items.extend(access.descending().then(|| "descending".to_owned()));
    items.extend(row_name(entity, access).map(|row| format!("project = {row}")));
    items
}

fn own_attribute(access: &Access) -> Vec<String> {
    let mut items = vec![access.name().to_string()];
    items.extend(access.descending().then(|| "descending".to_owned()));
    items
}

/// The type of a pattern's rows, where they are not whole items: `ParcelByDepot`.
pub(crate) fn row_name(entity: &Entity, access: &Access) -> Option<String> {
    access.projection().as_ref()?;
    Some(format!("{}{}", entity.name(), access.name().pascal()))
}

/// The struct of a pattern's rows.
fn row(code: &mut Code, home: Home<'_>, entity: &Entity, access: &Access, imports: &mut Imports) {
    let Some(name) = row_name(entity, access) else { return };
    imports.add("purlin", "Projection");
    let index = access.index_name().unwrap_or("the table");
    code.blank();
    code.doc(&format!(
        "What `{index}` holds of {}: a row of `{}`.",
        article(&entity.name().spaced()),
        access.name()
    ));
    code.line("#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Projection)]");
    code.line("#[serde(rename_all = \"camelCase\")]");
    code.line(format!("#[projection(entity = {})]", entity.name()));
    code.block(&format!("pub struct {name}"), |code| {
        for field in row_fields(entity, access) {
            write_field(code, home, field, Holder::Stored, imports);
        }
    });
}

/// What a row has: the fields that stand in one of the item's keys, those that the index holds besides,
/// and whose the item is.
pub(crate) fn row_fields<'e>(
    entity: &'e Entity,
    access: &'e Access,
) -> impl Iterator<Item = &'e Field> {
    let keys = [entity.partition(), entity.sort(), access.partition(), access.sort()];
    let is_held = move |field: &&Field| {
        let mut placeholders = keys.into_iter().flat_map(Template::placeholders);
        entity.owner().as_ref() == Some(field.name())
            || access.projection().iter().flatten().any(|name| name == field.name())
            || placeholders.any(|placeholder| placeholder.path == [field.name().as_str()])
    };
    entity.fields().iter().filter(is_held)
}
