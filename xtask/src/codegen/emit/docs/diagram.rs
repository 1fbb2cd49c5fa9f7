//! The entities and what they refer to, as a diagram that Mermaid draws.

use purlin_schema::Model;
use purlin_schema::model::{Entity, Field, Type};

pub(super) fn write(page: &mut String, model: &Model) {
    *page += "```mermaid\nerDiagram\n";
    for entity in model.entities() {
        for relation in relations(entity) {
            *page += &format!("    {relation}\n");
        }
    }
    for entity in model.entities() {
        *page += &format!("    {} {{\n", entity.name());
        for field in entity.fields() {
            *page += &format!("        {}\n", attribute(entity, field));
        }
        *page += "    }\n";
    }
    *page += "```\n\nA solid line leads from what must exist before an item can be made, a dotted one from what an item refers to.\n\n";
}

/// `string email UK "may be absent"`
fn attribute(entity: &Entity, field: &Field) -> String {
    let name = field.name();
    let mut keys = Vec::new();
    if entity.key_fields().iter().any(|key| key.name() == name) {
        keys.push("PK");
    }
    if matches!(field.kind(), Type::Ref { .. }) {
        keys.push("FK");
    }
    if entity.uniques().iter().any(|unique| unique.fields() == std::slice::from_ref(name)) {
        keys.push("UK");
    }
    let keys = if keys.is_empty() { String::new() } else { format!(" {}", keys.join(", ")) };
    let absent = if *field.optional() { " \"may be absent\"" } else { "" };
    format!("{} {name}{keys}{absent}", field.kind().word())
}

/// A line for each field, or field of a field, that refers to an entity.
fn relations(entity: &Entity) -> Vec<String> {
    let mut found = Vec::new();
    for field in entity.fields() {
        let path = field.name().to_string();
        refer(entity, field.kind(), &path, *field.optional(), false, &mut found);
    }
    found
}

fn refer(
    entity: &Entity,
    kind: &Type,
    path: &str,
    optional: bool,
    several: bool,
    found: &mut Vec<String>,
) {
    match kind {
        Type::Ref { entity: other } => {
            let is_parent =
                entity.parent().as_ref().is_some_and(|parent| parent.field().as_str() == path);
            let one = match (several, optional) {
                (true, _) => "}o",
                (false, true) => "|o",
                (false, false) => "||",
            };
            let line = if is_parent { "--" } else { ".." };
            found.push(format!("{other} {one}{line}o{{ {} : \"{path}\"", entity.name()));
        }
        Type::Object { fields } => {
            for field in fields {
                let path = format!("{path}.{}", field.name());
                refer(entity, field.kind(), &path, optional || *field.optional(), several, found);
            }
        }
        Type::List { items, .. } | Type::Set { items, .. } | Type::Map { items, .. } => {
            refer(entity, items, path, optional, true, found);
        }
        _ => {}
    }
}
