//! `tests/repositories.rs`: every repository against a model of it in memory, in random sequences of calls.

use purlin_schema::Model;
use purlin_schema::model::{Access, Entity, Field, Type};
use purlin_schema::template::Template;

use crate::codegen::emit::entity::row_name;
use crate::codegen::emit::step;
use crate::codegen::rust::{Code, Imports};

/// The module, which no entity's suite may be called.
pub(super) const MODULE: &str = "repositories";

pub(super) fn write(model: &Model) -> String {
    let crate_name = model.service().snake();
    let mut imports = Imports::default();
    imports.add(&super::by_hand::home(model), "app");
    imports.add("purlin_local", "model");
    let mut body = Code::new();
    for entity in model.entities() {
        let name = entity.name();
        let home = format!("{crate_name}::{}", name.snake());
        imports.add(&home, name.as_str());
        imports.add(&home, &format!("{name}Repository"));
        body.blank();
        body.line("#[test]");
        let test = format!("fn {}_are_what_their_model_says", entity.plural().snake());
        body.function(&test, &[], "", |body| {
            let plan = format!("model::Plan::<{name}, _>::new({name}Repository::new)");
            body.chain("", &plan, &calls(entity), ";");
        });
    }
    let mut code = Code::new();
    code.file_doc("Every repository against its model: whatever is done to it, in whatever order.");
    code.blank();
    imports.write(&mut code);
    code.finish() + body.finish().trim_start_matches('\n')
}

/// What the model is told of the entity.
fn calls(entity: &Entity) -> Vec<String> {
    let mut calls = vec![".within(app)".to_owned()];
    if entity.owner().is_some() {
        calls.push(format!(".bounded({}Repository::for_caller)", entity.name()));
    }
    if entity.soft_delete().is_some() {
        calls.push(".restorable()".to_owned());
    }
    calls.extend(entity.accesses().iter().map(|access| pattern(entity, access)));
    let steps = step::steps(entity).iter();
    calls.extend(steps.map(|step| format!(".transition({})", step::path(entity, step))));
    calls.push(".check()".to_owned());
    calls
}

fn pattern(entity: &Entity, access: &Access) -> String {
    let (name, order) =
        (access.name(), if *access.descending() { "Descending" } else { "Ascending" });
    let add = if row_name(entity, access).is_some() { "projected" } else { "access" };
    let parts = parts(entity, access.partition()).join(", ");
    let one = if parts.is_empty() { "_" } else { "one" };
    format!(".{add}(\"{name}\", purlin::Order::{order}, |(all, {one})| all.{name}({parts}).into())")
}

/// The values that a partition's key is made of, as the pattern takes them: each once.
fn parts(entity: &Entity, template: &Template) -> Vec<String> {
    let mut parts = Vec::new();
    for placeholder in template.placeholders() {
        let part = value(entity.fields(), &placeholder.path);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}

/// The value of the field at `path` in `one`, borrowed; it ends the closure where there is none.
fn value(mut fields: &[Field], path: &[String]) -> String {
    let mut text = "one".to_owned();
    let mut is_borrowed = false;
    for name in path {
        text += &format!(".{name}");
        is_borrowed = false;
        let Some(field) = fields.iter().find(|field| field.name().as_str() == name) else { break };
        if *field.optional() {
            let is_text = matches!(field.kind(), Type::String { .. });
            text += if is_text { ".as_deref()?" } else { ".as_ref()?" };
            is_borrowed = true;
        }
        if let Type::Object { fields: inner } = field.kind() {
            fields = inner;
        }
    }
    if is_borrowed { text } else { format!("&{text}") }
}
