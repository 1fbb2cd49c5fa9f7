//! `src/<entity>/input.rs`: what operations take and, where it is not the whole item, give.

use purlin_schema::Model;
use purlin_schema::model::{Entity, Field, Operation, OperationKind, SetOn, Type};

use super::types::{Holder, Home, bare, strings, write_field};
use super::{Target, document};
use crate::codegen::files::Files;
use crate::codegen::rust::{Code, Imports};

pub(crate) fn emit(model: &Model, target: &Target<'_>, files: &mut Files) {
    for entity in model.entities().iter().filter(|entity| super::entity::has_inputs(entity)) {
        let path = target.path(format!("src/{}/input.rs", entity.name().snake()));
        files.rust(path, &document(entity.document()), &inputs(entity));
    }
}

/// The name of an operation's input: `CreateAgent`, or `AgentPatch` for `update`.
pub(crate) fn input_name(entity: &Entity, operation: &Operation) -> String {
    let (entity, name) = (entity.name().as_str(), operation.name());
    match operation.kind() {
        OperationKind::Update if name.as_str() == "update" => format!("{entity}Patch"),
        OperationKind::Update => format!("{entity}{}Patch", name.pascal()),
        _ => format!("{}{entity}", name.pascal()),
    }
}

/// The name of an operation's output, where it is not the whole item.
pub(crate) fn output_name(entity: &Entity, operation: &Operation) -> Option<String> {
    (!operation.output().is_empty())
        .then(|| format!("{}{}Output", entity.name(), operation.name().pascal()))
}

/// What a create is given besides its body, in order: the path's fields, then the owner.
pub(crate) fn given<'a>(entity: &'a Entity, operation: &'a Operation) -> Vec<&'a Field> {
    let id = entity.id().map(|(field, _)| field.name());
    let owner =
        entity.owner().as_ref().filter(|owner| Some(*owner) != id).map(|owner| owner.as_str());
    let path: Vec<&str> = operation.path_fields().collect();
    let owner = owner.filter(|owner| !path.contains(owner));
    path.into_iter().chain(owner).filter_map(|name| entity.field(name)).collect()
}

fn inputs(entity: &Entity) -> String {
    let home = Home::importing(entity, "super::entity");
    let mut imports = Imports::default();
    let mut body = Code::new();
    for operation in entity.operations() {
        match operation.kind() {
            OperationKind::Create => create(&mut body, home, entity, operation, &mut imports),
            OperationKind::Update => patch(&mut body, home, entity, operation, &mut imports),
            _ => output(&mut body, home, entity, operation, &mut imports),
        }
    }
    let mut code = Code::new();
    code.file_doc(&format!("What the operations of `{}` take and give.", entity.name()));
    code.blank();
    imports.write(&mut code);
    code.finish() + body.finish().trim_start_matches('\n')
}

fn create(
    code: &mut Code,
    home: Home<'_>,
    entity: &Entity,
    operation: &Operation,
    imports: &mut Imports,
) {
    let (name, method) = (input_name(entity, operation), operation.method().word());
    imports.add("serde", "Deserialize");
    imports.add("schemars", "JsonSchema");
    imports.add("garde", "Validate");
    imports.add("super::entity", entity.name().as_str());
    code.blank();
    code.doc(&format!("What `{method} {}` takes.", operation.path()));
    code.line("#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Validate)]");
    code.line("#[serde(rename_all = \"camelCase\")]");
    code.line("#[garde(allow_unvalidated)]");
    let fields: Vec<&Field> =
        operation.input().iter().filter_map(|name| entity.field(name.as_str())).collect();
    code.block(&format!("pub struct {name}"), |code| {
        for field in &fields {
            write_field(code, home, field, Holder::Input, imports);
        }
    });
    let given = given(entity, operation);
    let mut parameters = strings(&["self"]);
    parameters.extend(
        given.iter().map(|field| format!("{}: {}", field.name(), bare(home, field, imports))),
    );
    let stamped = entity.fields().iter().any(|field| field.set().is_some());
    code.blank();
    code.block(&format!("impl {name}"), |code| {
        code.doc(&format!(
            "The {} that the input describes, as it is first written.",
            entity.name().spaced()
        ));
        let head = format!("pub fn into_{}", entity.name().snake());
        code.function(&head, &parameters, entity.name().as_str(), |code| {
            if stamped {
                imports.add("purlin", "Timestamp");
                code.line("let now = Timestamp::now();");
            }
            let values: Vec<String> = entity
                .fields()
                .iter()
                .map(|field| initial(entity, operation, &given, field, home, imports))
                .collect();
            code.list(&format!("{} {{", entity.name()), &values, "}");
        });
    });
}

/// A field's value in a new item.
fn initial(
    entity: &Entity,
    operation: &Operation,
    given: &[&Field],
    field: &Field,
    home: Home<'_>,
    imports: &mut Imports,
) -> String {
    let name = field.name();
    if operation.input().contains(name) {
        return format!("{name}: self.{name}");
    }
    if given.iter().any(|field| field.name() == name) {
        return name.to_string();
    }
    let value = match (field.kind(), field.set()) {
        (_, Some(SetOn::Create | SetOn::Write)) => "now".into(),
        (Type::Id { .. }, _) => format!("{}::new()", bare(home, field, imports)),
        _ if entity.version().as_ref() == Some(name) => "1".into(),
        _ if *field.optional() => {
            let entered = entity.status().as_ref().is_some_and(|status| {
                status.transitions().iter().any(|transition| {
                    transition.to() == status.initial()
                        && transition.stamps().as_ref() == Some(name)
                })
            });
            if entered { "Some(now)".into() } else { "None".into() }
        }
        (Type::Enum { .. }, _)
            if entity.status().as_ref().is_some_and(|status| status.field() == name) =>
        {
            let initial = entity
                .status()
                .as_ref()
                .map(|status| status.initial().pascal())
                .unwrap_or_default();
            format!("{}::{initial}", bare(home, field, imports))
        }
        (kind, _) => default(kind, field, home, imports),
    };
    format!("{name}: {value}")
}

fn default(kind: &Type, field: &Field, home: Home<'_>, imports: &mut Imports) -> String {
    match (kind, field.default()) {
        (Type::Enum { .. }, _) => format!("{}::default()", bare(home, field, imports)),
        (_, Some(value)) => super::types::default_value(field, value).1,
        (Type::List { .. }, None) => "Vec::new()".into(),
        (Type::Set { .. }, None) => {
            imports.add("std::collections", "BTreeSet");
            "BTreeSet::new()".into()
        }
        (Type::Map { .. }, None) => {
            imports.add("std::collections", "BTreeMap");
            "BTreeMap::new()".into()
        }
        (Type::Boolean, None) => "false".into(),
        (Type::String { .. }, None) => "String::new()".into(),
        (Type::Number { .. }, None) => "0.0".into(),
        (_, None) => "0".into(),
    }
}

fn patch(
    code: &mut Code,
    home: Home<'_>,
    entity: &Entity,
    operation: &Operation,
    imports: &mut Imports,
) {
    imports.add("serde", "Deserialize");
    imports.add("schemars", "JsonSchema");
    imports.add("garde", "Validate");
    imports.add("purlin", "Patch");
    imports.add("super::entity", entity.name().as_str());
    code.blank();
    code.doc(&format!(
        "What `{} {}` takes. What is left out stays as it is; `null` removes a field that may be absent.",
        operation.method().word(),
        operation.path()
    ));
    code.line(
        "#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Validate, Patch)]",
    );
    code.line("#[serde(rename_all = \"camelCase\", default)]");
    code.line("#[garde(allow_unvalidated)]");
    code.line(format!("#[patch(entity = {})]", entity.name()));
    let fields: Vec<&Field> =
        operation.input().iter().filter_map(|name| entity.field(name.as_str())).collect();
    code.block(&format!("pub struct {}", input_name(entity, operation)), |code| {
        for field in fields {
            write_field(code, home, field, Holder::Patch, imports);
        }
    });
}

fn output(
    code: &mut Code,
    home: Home<'_>,
    entity: &Entity,
    operation: &Operation,
    imports: &mut Imports,
) {
    let Some(name) = output_name(entity, operation) else { return };
    imports.all("serde", &["Deserialize", "Serialize"]);
    imports.add("schemars", "JsonSchema");
    imports.add("super::entity", entity.name().as_str());
    let fields: Vec<&Field> =
        operation.output().iter().filter_map(|name| entity.field(name.as_str())).collect();
    code.blank();
    code.doc(&format!("What `{} {}` answers.", operation.method().word(), operation.path()));
    code.line("#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]");
    code.line("#[serde(rename_all = \"camelCase\")]");
    code.block(&format!("pub struct {name}"), |code| {
        for field in &fields {
            write_field(code, home, field, Holder::Stored, imports);
        }
    });
    code.blank();
    code.block(&format!("impl From<{}> for {name}", entity.name()), |code| {
        code.function("fn from", &[format!("item: {}", entity.name())], "Self", |code| {
            let values: Vec<String> =
                fields.iter().map(|field| format!("{0}: item.{0}", field.name())).collect();
            code.list("Self {", &values, "}");
        });
    });
}
