//! Who sees and gives a field: attributes, documentation, and what must not show in a log.

use purlin_schema::Model;
use purlin_schema::model::{Entity, Field, Operation, OperationKind};

use super::entity::row_fields;
use crate::codegen::rust::{Code, Imports};

/// What `#[entity(…)]` says of who sees and gives the field.
pub(crate) fn guards(model: &Model, field: &Field) -> Vec<String> {
    let mut items: Vec<String> = field.hidden().then(|| "hidden".to_owned()).into_iter().collect();
    for (key, name) in [("read_by", field.read_by()), ("write_by", field.write_by())] {
        let permission = name.as_ref().and_then(|name| model.permission(name));
        if let Some(permission) = permission {
            // By its whole path: a resource may be called as what the file imports.
            items.push(format!("{key} = crate::permission::{}", permission.type_path()));
        }
    }
    items
}

/// The same in a sentence, to stand below the field's description.
pub(crate) fn describe(field: &Field) -> Option<String> {
    let sees = field.read_by().as_ref().map(|name| format!("seen only with `{name}`"));
    let sees = field.hidden().then(|| "never shown".to_owned()).or(sees);
    let gives = field.write_by().as_ref().map(|name| format!("given only with `{name}`"));
    let facts: Vec<String> = sees.into_iter().chain(gives).collect();
    let text = super::words::capitalised(&facts.join(", "));
    (!text.is_empty()).then(|| text + ".")
}

/// Whether some callers see the entity's items without some of their fields.
pub(crate) fn is_guarded(entity: &Entity) -> bool {
    entity.fields().iter().any(|field| field.read_by().is_some())
}

/// Whether some callers get what the operation answers without some of its fields.
pub(crate) fn answers_guarded(entity: &Entity, operation: &Operation) -> bool {
    shown(entity, operation).iter().any(|field| field.read_by().is_some())
}

/// The fields of which an operation's answer is made, before any is left out; of each item, where it is a page.
pub(crate) fn shown<'e>(entity: &'e Entity, operation: &'e Operation) -> Vec<&'e Field> {
    if *operation.kind() == OperationKind::Delete {
        return Vec::new();
    }
    let named = operation.output().iter().filter_map(|name| entity.field(name.as_str()));
    let access = operation.access().as_ref().and_then(|name| entity.access(name.as_str()));
    match access.filter(|access| access.projection().is_some()) {
        _ if !operation.output().is_empty() => named.collect(),
        Some(access) => row_fields(entity, access).collect(),
        None => entity.fields().iter().collect(),
    }
}

/// Whether some callers may not give all that the operation's body may hold.
pub(crate) fn takes_guarded(entity: &Entity, operation: &Operation) -> bool {
    let mut inputs = operation.input().iter().filter_map(|name| entity.field(name.as_str()));
    inputs.any(|field| field.write_by().is_some())
}

/// Whether not all who may call the operation may give the field in its body.
pub(crate) fn is_withheld(operation: &Operation, field: &Field) -> bool {
    field.write_by().is_some() && field.write_by() != operation.permission()
}

/// The derives of a struct with these fields: without `Debug` where that is written by hand.
pub(crate) fn derives<'f>(all: &str, mut fields: impl Iterator<Item = &'f Field>) -> String {
    let all =
        if fields.any(|field| *field.hidden()) { all.replace("Debug, ", "") } else { all.into() };
    format!("#[derive({all})]")
}

/// `Debug` without what is hidden: logs are read by more than those who may know.
pub(crate) fn write_debug<'f>(
    code: &mut Code,
    name: &str,
    fields: impl Iterator<Item = &'f Field> + Clone,
    imports: &mut Imports,
) {
    if !fields.clone().any(|field| *field.hidden()) {
        return;
    }
    imports.add("std", "fmt");
    code.blank();
    code.line("// What is hidden stands in no log either.");
    code.block(&format!("impl fmt::Debug for {name}"), |code| {
        let parameters = ["&self".to_owned(), "f: &mut fmt::Formatter<'_>".to_owned()];
        code.function("fn fmt", &parameters, "fmt::Result", |code| {
            let mut calls = vec![format!(".debug_struct({name:?})")];
            let seen = fields.filter(|field| !field.hidden());
            calls.extend(seen.map(|field| {
                let name = field.name();
                format!(".field({:?}, &self.{name})", name.as_str())
            }));
            calls.push(".finish_non_exhaustive()".into());
            code.chain("", "f", &calls, "");
        });
    });
}
