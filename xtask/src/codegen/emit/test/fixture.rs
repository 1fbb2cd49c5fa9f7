//! What the tests of an entity share: an item put into the table, and bodies that are accepted.

use purlin_schema::Model;
use purlin_schema::model::{Entity, Field, OperationKind, Type};
use serde_json::{Map, Value};

use crate::codegen::emit::value::{self, Amount, literal};
use crate::codegen::emit::words::{article, capitalised};
use crate::codegen::rust::{Code, Imports};

pub(super) fn write(code: &mut Code, model: &Model, entity: &Entity, imports: &mut Imports) {
    stored(code, model, entity, imports);
    let kinds = || entity.operations().iter().map(|operation| *operation.kind());
    if kinds().any(|kind| kind == OperationKind::List) {
        siblings(code, model, entity, imports);
    }
    if kinds().any(|kind| kind == OperationKind::Transition) {
        in_state(code, model, entity, imports);
    }
    for operation in entity.operations().iter().filter(|operation| !operation.input().is_empty()) {
        imports.add("serde_json", "Value");
        let body = value::body(model, entity, operation, Amount::Everything);
        code.blank();
        code.doc(&format!(
            "A body that `{} {}` accepts.",
            operation.method().word(),
            operation.path()
        ));
        code.function(&format!("fn {}_body", operation.name()), &[], "Value", |code| {
            json_macro(code, "", &body, &[], "")
        });
    }
}

/// The function that puts an item into the table, its parent before it.
fn stored(code: &mut Code, model: &Model, entity: &Entity, imports: &mut Imports) {
    let (name, snake) = (entity.name(), entity.name().snake());
    let package = model.service().snake();
    let module = format!("{package}::{snake}");
    imports.all(&module, &[name.as_str(), &format!("{name}Repository")]);
    let whose = if entity.owner().is_some() { " of `owner`'s" } else { "" };
    code.doc(&format!(
        "{}{whose} in the table, put there past the operations.",
        capitalised(&article(&entity.name().spaced()))
    ));
    let unused = entity.owner().is_none() && entity.parent().is_none();
    let owner = if unused { "_owner" } else { "owner" };
    let parameters = ["platform: &Platform".to_owned(), format!("{owner}: &str")];
    code.function("pub(crate) async fn stored", &parameters, name.as_str(), |code| {
        let parent = entity.parent().as_ref();
        if let Some(parent) = parent {
            imports.add("crate", &parent.entity().snake());
            code.chain(
                "let parent = ",
                &format!("{}::stored(platform, owner)", parent.entity().snake()),
                &[".await".into()],
                ";",
            );
        }
        let mut fields = Map::new();
        let mut bound: Vec<(String, String)> = Vec::new();
        for field in entity.fields().iter().filter(|field| !is_stamp(entity, field)) {
            let camel = field.name().camel();
            if entity.owner().as_ref() == Some(field.name()) {
                bound.push((camel.clone(), "owner".into()));
            } else if let Type::Id { .. } = field.kind() {
                imports.add(&module, &format!("{name}Id"));
                bound.push((camel.clone(), format!("{name}Id::new()")));
            } else if parent.is_some_and(|parent| parent.field() == field.name()) {
                let id = model
                    .entity(parent.map_or("", |parent| parent.entity().as_str()))
                    .and_then(Entity::id);
                bound.push((
                    camel.clone(),
                    format!(
                        "parent.{}",
                        id.map(|(id, _)| id.name().to_string()).unwrap_or_default()
                    ),
                ));
            }
            fields.insert(camel, initial(model, entity, field));
        }
        json_macro(code, "let item = ", &Value::Object(fields), &bound, ";");
        let valid = [".expect(\"the example is valid\")".to_owned()];
        code.chain(&format!("let item: {name} = "), "serde_json::from_value(item)", &valid, ";");
        put(code, entity, "item");
        code.line("item");
    });
}

fn put(code: &mut Code, entity: &Entity, variable: &str) {
    code.line("let ctx = platform.context();");
    let calls = [
        format!(".create(&{variable})"),
        ".await".into(),
        ".expect(\"the table takes it\")".into(),
    ];
    code.chain("", &format!("{}Repository::new(&ctx)", entity.name()), &calls, ";");
}

/// More items beside one, and what tells them apart.
fn siblings(code: &mut Code, model: &Model, entity: &Entity, imports: &mut Imports) {
    let Some((id, _)) = entity.id() else { return };
    let name = entity.name();
    imports.add(&format!("{}::{}", model.service().snake(), name.snake()), &format!("{name}Id"));
    code.blank();
    code.doc(&format!("Another {} beside `item`, like it but for its id.", entity.name().spaced()));
    let parameters = ["platform: &Platform".to_owned(), format!("item: &{name}")];
    code.function("async fn sibling", &parameters, name.as_str(), |code| {
        code.list(
            &format!("let sibling = {name} {{"),
            &[format!("{}: {name}Id::new()", id.name()), "..item.clone()".into()],
            "};",
        );
        put(code, entity, "sibling");
        code.line("sibling");
    });
    code.blank();
    code.doc("The item's id, as JSON text.");
    code.function("fn item_id", &[format!("item: &{name}")], "String", |code| {
        code.chain("", &format!("json!(item.{})", id.name()), &[".to_string()".into()], "");
    });
}

/// An item in another state than the first.
fn in_state(code: &mut Code, model: &Model, entity: &Entity, imports: &mut Imports) {
    let (Some((id, _)), Some(status)) = (entity.id(), entity.status()) else { return };
    let name = entity.name();
    let kind = format!("{name}{}", status.field().pascal());
    let module = format!("{}::{}", model.service().snake(), name.snake());
    imports.all(&module, &[&kind, &format!("{name}Id")]);
    code.blank();
    code.doc(&format!("{} that is in this state.", capitalised(&article(&name.spaced()))));
    let parameters = [
        "platform: &Platform".to_owned(),
        "owner: &str".into(),
        format!("{}: {kind}", status.field()),
    ];
    code.function("async fn in_state", &parameters, name.as_str(), |code| {
        code.line("let item = stored(platform, owner).await;");
        let fields = [
            format!("{}: {name}Id::new()", id.name()),
            status.field().to_string(),
            "..item".into(),
        ];
        code.list(&format!("let item = {name} {{"), &fields, "};");
        put(code, entity, "item");
        code.line("item");
    });
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
        None => value::value(model, field, Amount::Everything),
    }
}

/// `before json!({ … })after` over several lines, an entry a line at the top.
pub(super) fn json_macro(
    code: &mut Code,
    before: &str,
    value: &Value,
    replaced: &[(String, String)],
    after: &str,
) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            code.line(format!("{before}json!({{"));
            code.deeper(|code| {
                for (key, value) in map {
                    match replaced.iter().find(|(name, _)| name == key) {
                        Some((_, text)) => code.line(format!("{key:?}: {text},")),
                        None => entry(code, &format!("{key:?}: "), value),
                    }
                }
            });
            code.line(format!("}}){after}"));
        }
        _ => code.line(format!("{before}json!({}){after}", literal(value))),
    }
}

/// An entry of an object, over several lines where it is too long for one.
fn entry(code: &mut Code, before: &str, value: &Value) {
    let line = format!("{before}{},", literal(value));
    match value {
        Value::Object(map) if !code.fits(&line) => {
            code.line(format!("{before}{{"));
            code.deeper(|code| {
                map.iter().for_each(|(key, value)| entry(code, &format!("{key:?}: "), value))
            });
            code.line("},");
        }
        Value::Array(items) if !code.fits(&line) => {
            code.line(format!("{before}["));
            code.deeper(|code| items.iter().for_each(|value| entry(code, "", value)));
            code.line("],");
        }
        _ => code.line(line),
    }
}
