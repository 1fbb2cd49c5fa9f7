//! `src/events.rs` and `src/events/<family>.rs`.

use std::path::Path;

use purlin_schema::model::{Delivery, Entity, Event, Fallback, Family, Field, Moment, Type};
use purlin_schema::{Model, Name};

use super::types::{Holder, Home, bare, describe, write_field, write_named};
use super::words::{documented, sentence};
use super::{Target, document};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

mod upcast;

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    if model.families().is_empty() {
        return;
    }
    let mut code = Code::new();
    code.file_doc("The events that the service publishes, by family.");
    code.blank();
    let mut names: Vec<String> =
        model.families().iter().map(|family| family.name().to_string()).collect();
    crate::codegen::rust::version_sort(&mut names);
    for name in &names {
        code.line(format!("pub use {name}::*;"));
    }
    code.blank();
    // `rustfmt` sorts modules letter by letter.
    names.sort();
    for name in &names {
        code.line(format!("mod {name};"));
    }
    files.rust(target.path("src/events.rs"), Path::new("schemas/events"), &code.finish());
    for family in model.families() {
        let path = target.path(format!("src/events/{}.rs", family.name()));
        files.rust(path, &document(family.document()), &events(model, family));
    }
}

fn events(model: &Model, family: &Family) -> String {
    let mut imports = Imports::default();
    imports.all("serde", &["Deserialize", "Serialize"]);
    imports.add("purlin", "Event");
    imports.add("schemars", "JsonSchema");
    let mut body = Code::new();
    for event in family.events() {
        write_event(&mut body, model, family, event, &mut imports);
    }
    let mut code = Code::new();
    let text = documented(family.description(), || sentence(family.name()));
    code.file_doc(&format!("{text} Source `{}`.", family.source()));
    code.blank();
    imports.write(&mut code);
    code.finish() + body.finish().trim_start_matches('\n')
}

fn write_event(
    code: &mut Code,
    model: &Model,
    family: &Family,
    event: &Event,
    imports: &mut Imports,
) {
    let entity = event.entity().as_ref().and_then(|name| model.entity(name.as_str()));
    let path = entity.map(|entity| format!("crate::{}", entity.name().snake())).unwrap_or_default();
    let carried = entity.map(|entity| Home::importing(entity, &path));
    let own = Home { entity: None, prefix: event.name().as_str(), path: "" };
    code.blank();
    code.doc(&documented(event.description(), || sentence(event.name())));
    code.line("#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, Event)]");
    code.line("#[serde(rename_all = \"camelCase\")]");
    let made_of = entity.filter(|_| event.own().iter().all(|field| *field.optional()));
    let mut arguments =
        vec![format!("source = {:?}", family.source()), format!("version = {}", event.version())];
    if let Some(entity) = made_of.filter(|_| event.sourced().is_empty()) {
        arguments.push(format!("of = {}", entity.name()));
    }
    arguments.extend(match event.delivery() {
        Delivery::Atomic => None,
        Delivery::Direct(Fallback::Drop) => Some("fallback = Drop".to_owned()),
        Delivery::Direct(Fallback::Outbox) => Some("fallback = Outbox".to_owned()),
    });
    let upcast = upcast::function(event);
    arguments.extend(upcast.as_ref().map(|function| format!("upcast = {function}")));
    code.attribute("event", &arguments);
    let mut named: Vec<Field> = Vec::new();
    code.block(&format!("pub struct {}", event.name()), |code| {
        if let Some(home) = carried {
            for field in event.carried() {
                write_field(code, home, field, Holder::Told, imports);
            }
        }
        for sourced in event.sourced() {
            if let Some((entity, home)) = entity.zip(carried)
                && let Some(of) = entity.field(sourced.of().as_str())
            {
                write_sourced(code, home, sourced.field(), of, imports);
            }
        }
        for field in event.own() {
            match entity
                .zip(carried)
                .and_then(|(entity, home)| Some((same_enum(entity, field)?, home)))
            {
                Some((name, home)) => {
                    imports.add(home.path, &name);
                    write_borrowed_enum(code, field, &name);
                }
                None => {
                    write_field(code, own, field, Holder::Told, imports);
                    named.push(field.clone());
                }
            }
        }
    });
    write_named(code, own, &named, imports);
    match made_of {
        Some(entity) if event.sourced().is_empty() => conversion(code, entity, event, imports),
        Some(entity) => comparison(code, entity, event, imports),
        None => {}
    }
    if model.failure_event().as_ref() == Some(event.name()) {
        failure(code, event, imports);
    }
    if let Some(function) = upcast {
        upcast::write(code, event, &function, imports);
    }
}

/// How the event is made of what was given up.
fn failure(code: &mut Code, event: &Event, imports: &mut Imports) {
    imports.all("purlin", &["Failure", "FailureEvent"]);
    code.blank();
    code.block(&format!("impl FailureEvent for {}", event.name()), |code| {
        code.function("fn of", &["failure: &Failure".into()], "Self", |code| {
            let told = ["component", "code", "message"];
            let value = |field: &Field| match field.name().as_str() {
                name if told.contains(&name) => format!("{name}: failure.{name}.clone()"),
                name => format!("{name}: failure.field({:?})", field.name().camel()),
            };
            code.list("Self {", &event.own().iter().map(value).collect::<Vec<_>>(), "}");
        });
    });
}

/// A field of the event with the type of the entity's field that it is taken of.
fn write_sourced(
    code: &mut Code,
    home: Home<'_>,
    field: &Field,
    of: &Field,
    imports: &mut Imports,
) {
    code.doc(&describe(field));
    let kind = bare(home, of, imports);
    if *of.optional() {
        code.line("#[serde(skip_serializing_if = \"Option::is_none\")]");
        code.field(&format!("pub {}", field.name()), &format!("Option<{kind}>"));
    } else {
        code.field(&format!("pub {}", field.name()), &kind);
    }
}

/// How an event is made of an item as it is and as it was.
fn comparison(code: &mut Code, entity: &Entity, event: &Event, imports: &mut Imports) {
    let name = entity.name();
    imports.add(&format!("crate::{}", name.snake()), name.as_str());
    imports.add("purlin", "EventOf");
    code.blank();
    code.block(&format!("impl EventOf for {}", event.name()), |code| {
        code.line(format!("type Entity = {name};"));
        code.blank();
        let before = if event.tells_before() { "before" } else { "_before" };
        let parameters = [format!("item: &{name}"), format!("{before}: &{name}")];
        code.function("fn of", &parameters, "Self", |code| {
            let value = |field: &Field, of: &Name, item: &str| {
                let clone = if is_copy(field) { "" } else { ".clone()" };
                format!("{}: {item}.{of}{clone}", field.name())
            };
            let mut values: Vec<String> =
                event.carried().iter().map(|field| value(field, field.name(), "item")).collect();
            values.extend(event.sourced().iter().map(|sourced| {
                let item = match sourced.moment() {
                    Moment::Was => "before",
                    Moment::Now => "item",
                };
                value(sourced.field(), sourced.of(), item)
            }));
            values.extend(event.own().iter().map(|field| format!("{}: None", field.name())));
            code.list("Self {", &values, "}");
        });
    });
}

/// The entity's enum with the same values as an event's field, which then has the same type:
/// the old and the new status are statuses.
fn same_enum(entity: &Entity, field: &Field) -> Option<String> {
    let Type::Enum { values } = field.kind() else { return None };
    let same = entity.fields().iter().find(
        |candidate| matches!(candidate.kind(), Type::Enum { values: known } if known == values),
    )?;
    Some(format!("{}{}", entity.name(), same.name().pascal()))
}

fn write_borrowed_enum(code: &mut Code, field: &Field, name: &str) {
    code.doc(&describe(field));
    if *field.optional() {
        code.line("#[serde(skip_serializing_if = \"Option::is_none\")]");
        code.field(&format!("pub {}", field.name()), &format!("Option<{name}>"));
    } else {
        code.field(&format!("pub {}", field.name()), name);
    }
}

fn conversion(code: &mut Code, entity: &Entity, event: &Event, imports: &mut Imports) {
    let name = entity.name();
    imports.add(&format!("crate::{}", name.snake()), name.as_str());
    code.blank();
    code.block(&format!("impl From<&{name}> for {}", event.name()), |code| {
        let nothing = event.fields().next().is_none();
        let parameter = if nothing { "_item" } else { "item" };
        code.function("fn from", &[format!("{parameter}: &{name}")], "Self", |code| {
            let mut values: Vec<String> = event
                .carried()
                .iter()
                .map(|field| {
                    let clone = if is_copy(field) { "" } else { ".clone()" };
                    format!("{0}: item.{0}{clone}", field.name())
                })
                .collect();
            values.extend(event.own().iter().map(|field| format!("{}: None", field.name())));
            code.list("Self {", &values, "}");
        });
    });
}

/// Whether the field's type is one of which a value is copied rather than cloned.
pub(crate) fn is_copy(field: &Field) -> bool {
    matches!(
        field.kind(),
        Type::Id { .. }
            | Type::Ref { .. }
            | Type::Integer { .. }
            | Type::Number { .. }
            | Type::Boolean
            | Type::Enum { .. }
            | Type::Timestamp
    )
}
