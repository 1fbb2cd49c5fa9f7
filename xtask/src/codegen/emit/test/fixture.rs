//! What the tests of an entity share: an item put into the table, and bodies that are accepted.

use purlin_schema::Model;
use purlin_schema::model::{Entity, Field, Operation, OperationKind};
use serde_json::{Map, Value};

use super::different;
use super::json::json_macro;
use crate::codegen::emit::value::{self, Amount};
use crate::codegen::emit::visibility::is_withheld;
use crate::codegen::emit::words::{article, capitalised};
use crate::codegen::rust::{Code, Imports};

pub(super) fn write(code: &mut Code, model: &Model, entity: &Entity, imports: &mut Imports) {
    example(code, model, entity, imports);
    put(code, entity);
    stored(code, entity);
    let kinds = || entity.operations().iter().map(|operation| *operation.kind());
    if kinds().any(|kind| kind == OperationKind::List) && !different::is_singular(entity) {
        sibling(code, model, entity, imports);
        item_id(code, entity);
    } else if kinds().any(|kind| kind == OperationKind::Update)
        && super::unique::needs_sibling(entity)
    {
        sibling(code, model, entity, imports);
    }
    if kinds().any(|kind| kind == OperationKind::Transition) {
        in_state(code, model, entity, imports);
    }
    // Whatever is not made can be asked for when it is gone.
    if kinds().any(|kind| kind != OperationKind::Create) {
        expired(code, entity);
        deleted(code, entity, imports);
    }
    for operation in entity.operations().iter().filter(|operation| !operation.input().is_empty()) {
        body(code, model, entity, operation, imports);
    }
}

/// A body that an operation accepts; those of creates have values that no other body has.
fn body(
    code: &mut Code,
    model: &Model,
    entity: &Entity,
    operation: &Operation,
    imports: &mut Imports,
) {
    imports.add("serde_json", "Value");
    let mut body = value::body(model, entity, operation, Amount::Everything);
    let withheld = |field: &Field| is_withheld(operation, field);
    if let Some(map) = body.as_object_mut() {
        for field in entity.fields().iter().filter(|field| withheld(field)) {
            map.remove(&field.name().camel());
        }
    }
    let mut bound = Vec::new();
    if *operation.kind() == OperationKind::Create {
        let told = |field: &&Field| operation.input().contains(field.name()) && !withheld(field);
        for field in different::held(entity).into_iter().flatten().filter(told) {
            let value = different::value(model, entity, field, imports).unwrap_or_default();
            bound.push((field.name().camel(), value));
        }
    }
    code.blank();
    let (method, path) = (operation.method().word(), operation.path());
    code.doc(&format!("A body that `{method} {path}` accepts."));
    code.function(&format!("fn {}_body", operation.name()), &[], "Value", |code| {
        json_macro(code, "", &body, &bound, "")
    });
}

/// The function that makes an item, its parent being in the table.
fn example(code: &mut Code, model: &Model, entity: &Entity, imports: &mut Imports) {
    let name = entity.name();
    let module = format!("{}::{}", model.service().snake(), name.snake());
    imports.all(&module, &[name.as_str(), &format!("{name}Repository")]);
    let noun = capitalised(&article(&name.spaced()));
    code.doc(&format!("{noun}{}, not in the table yet.", whose(entity)));
    let parent = entity.parent().as_ref();
    let head = if parent.is_some() { "async fn example" } else { "fn example" };
    let mut parameters: Vec<String> =
        parent.iter().map(|_| "platform: &Platform".to_owned()).collect();
    parameters.extend(takes_owner(entity).then(|| "owner: &str".to_owned()));
    code.function(head, &parameters, name.as_str(), |code| {
        if let Some(parent) = parent {
            let module = parent.entity().snake();
            imports.add("crate", &module);
            let stored = format!("{module}::stored(platform, owner)");
            code.chain("let parent = ", &stored, &[".await".into()], ";");
        }
        let mut fields = Map::new();
        let mut bound: Vec<(String, String)> = Vec::new();
        for field in entity.fields().iter().filter(|field| !is_absent(entity, field)) {
            let camel = field.name().camel();
            if entity.owner().as_ref() == Some(field.name()) {
                bound.push((camel.clone(), "owner".into()));
            } else if let Some(parent) = parent.filter(|parent| parent.field() == field.name()) {
                let id = model.entity(parent.entity().as_str()).and_then(Entity::id);
                let id = id.map(|(id, _)| id.name().to_string()).unwrap_or_default();
                bound.push((camel.clone(), format!("parent.{id}")));
            } else if different::fields(entity).iter().any(|other| other.name() == field.name()) {
                let value = different::value(model, entity, field, imports).unwrap_or_default();
                bound.push((camel.clone(), value));
            }
            fields.insert(camel, initial(model, entity, field));
        }
        json_macro(code, "let item = ", &Value::Object(fields), &bound, ";");
        let valid = [".expect(\"the example is valid\")".to_owned()];
        code.chain("", "serde_json::from_value(item)", &valid, "");
    });
}

fn whose(entity: &Entity) -> &'static str {
    if entity.owner().is_some() { " of `owner`'s" } else { "" }
}

fn takes_owner(entity: &Entity) -> bool {
    entity.owner().is_some() || entity.parent().is_some()
}

/// The call that makes an item, where the platform and the owner have these names.
pub(super) fn example_call(entity: &Entity, platform: &str, owner: &str) -> (String, Vec<String>) {
    let owner = if takes_owner(entity) { owner } else { "" };
    match entity.parent() {
        Some(_) => (format!("example({platform}, {owner})"), vec![".await".into()]),
        None => (format!("example({owner})"), Vec::new()),
    }
}

/// The function that puts an item into the table.
fn put(code: &mut Code, entity: &Entity) {
    let name = entity.name();
    code.blank();
    code.doc("Puts the item into the table, past the operations.");
    let parameters = ["platform: &Platform".to_owned(), format!("item: {name}")];
    code.function("async fn put", &parameters, name.as_str(), |code| {
        code.line("let ctx = platform.context();");
        let calls =
            [".create(&item)".into(), ".await".into(), ".expect(\"the table takes it\")".into()];
        code.chain("", &format!("{name}Repository::new(&ctx)"), &calls, ";");
        code.line("item");
    });
}

fn stored(code: &mut Code, entity: &Entity) {
    let noun = capitalised(&article(&entity.name().spaced()));
    code.blank();
    code.doc(&format!("{noun}{} in the table.", whose(entity)));
    let owner = if takes_owner(entity) { "owner" } else { "_owner" };
    let parameters = ["platform: &Platform".to_owned(), format!("{owner}: &str")];
    code.function("pub(crate) async fn stored", &parameters, entity.name().as_str(), |code| {
        let (call, awaited) = example_call(entity, "platform", "owner");
        let example = format!("{call}{}", awaited.concat());
        code.chain("", &format!("put(platform, {example})"), &[".await".into()], "");
    });
}

/// Another item beside one, with whatever must tell them apart.
fn sibling(code: &mut Code, model: &Model, entity: &Entity, imports: &mut Imports) {
    let name = entity.name();
    let but = if entity.uniques().is_empty() { "its id" } else { "what no two may share" };
    let but = if entity.id().is_some() { but } else { "what tells them apart" };
    code.blank();
    code.doc(&format!(
        "{} beside `item`, like it but for {but}.",
        capitalised(&format!("another {}", name.spaced()))
    ));
    let parameters = ["platform: &Platform".to_owned(), format!("item: &{name}")];
    code.function("async fn sibling", &parameters, name.as_str(), |code| {
        let fields = different::fields(entity);
        like(code, model, entity, "let sibling = ", &fields, "item.clone()", imports);
        code.line("put(platform, sibling).await");
    });
}

/// An item like `base`, but with other values in these fields.
pub(super) fn like(
    code: &mut Code,
    model: &Model,
    entity: &Entity,
    before: &str,
    fields: &[&Field],
    base: &str,
    imports: &mut Imports,
) {
    let mut members: Vec<String> = fields
        .iter()
        .filter_map(|field| different::member(model, entity, field, imports))
        .collect();
    members.push(format!("..{base}"));
    code.list(&format!("{before}{} {{", entity.name()), &members, "};");
}

/// What identifies an item, as JSON text: its id, or else the field that does.
fn item_id(code: &mut Code, entity: &Entity) {
    let Some(field) = different::identity(entity) else { return };
    code.blank();
    code.doc("What identifies the item, as JSON text.");
    code.function("fn item_id", &[format!("item: &{}", entity.name())], "String", |code| {
        code.chain("", &format!("json!(item.{})", field.name()), &[".to_string()".into()], "");
    });
}

/// An item in a state of one's choice.
fn in_state(code: &mut Code, model: &Model, entity: &Entity, imports: &mut Imports) {
    let Some(status) = entity.status() else { return };
    let name = entity.name();
    let kind = format!("{name}{}", status.field().pascal());
    imports.add(&format!("{}::{}", model.service().snake(), name.snake()), &kind);
    code.blank();
    code.doc(&format!("{} that is in this state.", capitalised(&article(&name.spaced()))));
    let owner = if takes_owner(entity) { "owner" } else { "_owner" };
    let parameters = [
        "platform: &Platform".to_owned(),
        format!("{owner}: &str"),
        format!("{}: {kind}", status.field()),
    ];
    code.function("async fn in_state", &parameters, name.as_str(), |code| {
        changed(code, entity, status.field().as_str());
    });
}

/// Puts an example into the table, with a field of it changed.
fn changed(code: &mut Code, entity: &Entity, member: &str) {
    let (call, awaited) = example_call(entity, "platform", "owner");
    let base = format!("..{call}{}", awaited.concat());
    code.list(&format!("let item = {} {{", entity.name()), &[member.to_owned(), base], "};");
    code.line("put(platform, item).await");
}

fn expired(code: &mut Code, entity: &Entity) {
    let Some(ttl) = entity.ttl() else { return };
    let name = entity.name();
    let optional = entity.field(ttl.field().as_str()).is_some_and(|field| *field.optional());
    code.blank();
    code.doc(&format!(
        "{}{} that has expired.",
        capitalised(&article(&name.spaced())),
        whose(entity)
    ));
    let owner = if takes_owner(entity) { "owner" } else { "_owner" };
    let parameters = ["platform: &Platform".to_owned(), format!("{owner}: &str")];
    code.function("async fn expired", &parameters, name.as_str(), |code| {
        let past = "\"2026-01-02T03:04:05.678Z\"";
        code.chain("let past = ", past, &[".parse()".into(), ".expect(\"a moment\")".into()], ";");
        let value = if optional { "Some(past)" } else { "past" };
        changed(code, entity, &format!("{}: {value}", ttl.field()));
    });
}

fn deleted(code: &mut Code, entity: &Entity, imports: &mut Imports) {
    if entity.soft_delete().is_none() {
        return;
    }
    let name = entity.name();
    imports.add("purlin", "Expected");
    code.blank();
    code.doc(&format!(
        "{}{} that was deleted, and can be restored.",
        capitalised(&article(&name.spaced())),
        whose(entity)
    ));
    let parameters = ["platform: &Platform".to_owned(), "owner: &str".into()];
    code.function("async fn deleted", &parameters, name.as_str(), |code| {
        code.line("let item = stored(platform, owner).await;");
        let fields = entity.key_fields();
        let names: Vec<String> =
            fields.iter().map(|field| format!("&item.{}", field.name())).collect();
        let key = match names.as_slice() {
            [name] => name.clone(),
            _ => format!("({})", names.join(", ")),
        };
        code.line("let ctx = platform.context();");
        let calls = [
            format!(".delete({key}, Expected::Any)"),
            ".await".into(),
            ".expect(\"it can be deleted\")".into(),
        ];
        code.chain("", &format!("{name}Repository::new(&ctx)"), &calls, "");
    });
}

/// Whether the field is absent in an item that has just been made and is there: only a transition or a
/// deletion gives it a value.
pub(super) fn is_absent(entity: &Entity, field: &Field) -> bool {
    let deleted = entity.soft_delete().as_ref().map(|soft| soft.field());
    is_stamp(entity, field) || deleted == Some(field.name())
}

/// Whether only a transition gives the field its value.
fn is_stamp(entity: &Entity, field: &Field) -> bool {
    let stamps = entity
        .status()
        .iter()
        .flat_map(|status| status.transitions())
        .filter_map(|step| step.stamps().as_ref());
    stamps.into_iter().any(|stamp| stamp == field.name())
}

/// The value of a field of a stored item, as far as it is always the same.
pub(super) fn initial(model: &Model, entity: &Entity, field: &Field) -> Value {
    let status = entity.status().as_ref().filter(|status| status.field() == field.name());
    match status {
        Some(status) => Value::from(status.initial().as_str()),
        None if entity.version().as_ref() == Some(field.name()) => Value::from(1),
        None if value::is_expiry(entity, field) => Value::from(value::FUTURE),
        None => value::value(model, field, Amount::Everything),
    }
}
