//! `src/<entity>/input.rs`: what operations take and, where it is not the whole item, give.

use purlin_schema::Model;
use purlin_schema::model::{Entity, Field, Operation, OperationKind, SetOn, Transition, Type};

use super::entity::row_name;
use super::rules::digits;
use super::types::{Holder, Home, bare, strings, write_field};
use super::{Target, document, visibility};
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
    let fields: Vec<&Field> =
        operation.input().iter().filter_map(|name| entity.field(name.as_str())).collect();
    let derives = "Clone, Debug, PartialEq, Deserialize, JsonSchema, Validate";
    code.line(visibility::derives(derives, fields.iter().copied()));
    code.line("#[serde(rename_all = \"camelCase\")]");
    code.line("#[garde(allow_unvalidated)]");
    code.block(&format!("pub struct {name}"), |code| {
        for field in &fields {
            write_field(code, home, field, Holder::Input, imports);
        }
    });
    visibility::write_debug(code, &name, fields.iter().copied(), imports);
    let given = given(entity, operation);
    let mut parameters = strings(&["self"]);
    parameters.extend(
        given.iter().map(|field| format!("{}: {}", field.name(), bare(home, field, imports))),
    );
    code.blank();
    code.block(&format!("impl {name}"), |code| {
        code.doc(&format!(
            "The {} that the input describes, as it is first written.",
            entity.name().spaced()
        ));
        let head = format!("pub fn into_{}", entity.name().snake());
        code.function(&head, &parameters, entity.name().as_str(), |code| {
            let mut timed = false;
            let values: Vec<String> = entity
                .fields()
                .iter()
                .map(|field| {
                    let is_input = operation.input().contains(field.name());
                    let value = moment(entity, field, imports).filter(|_| !is_input);
                    timed |= value.is_some();
                    match value {
                        Some(value) => format!("{}: {value}", field.name()),
                        None => initial(entity, operation, &given, field, home, imports),
                    }
                })
                .collect();
            if timed {
                imports.add("purlin", "Timestamp");
                code.line("let now = Timestamp::now();");
            }
            code.list(&format!("{} {{", entity.name()), &values, "}");
        });
    });
}

/// The value of a field that the platform sets to a moment, reckoned from `now`.
pub(crate) fn moment(entity: &Entity, field: &Field, imports: &mut Imports) -> Option<String> {
    let name = field.name();
    let expiry = entity.ttl().as_ref().filter(|ttl| ttl.field() == name);
    let value = match (field.set(), expiry.and_then(|ttl| *ttl.after())) {
        (Some(SetOn::Create | SetOn::Write), _) => "now".to_owned(),
        (None, Some(seconds)) => {
            imports.add("std::time", "Duration");
            format!("now.after(Duration::{})", duration(seconds))
        }
        (None, None) if enters(entity, field) => "now".to_owned(),
        (None, None) => return None,
    };
    Some(if *field.optional() { format!("Some({value})") } else { value })
}

/// Whether the field tells when an item entered the state that it begins in.
fn enters(entity: &Entity, field: &Field) -> bool {
    entity.status().iter().any(|status| {
        let into = |transition: &&Transition| transition.to() == status.initial();
        let mut entering = status.transitions().iter().filter(into);
        entering.any(|transition| transition.stamps().as_ref() == Some(field.name()))
    })
}

/// So many seconds, as a call of `Duration`'s in the greatest unit that they are a whole number of.
pub(crate) fn duration(seconds: u64) -> String {
    match seconds {
        _ if seconds.is_multiple_of(3600) => format!("from_hours({})", digits(seconds / 3600)),
        _ if seconds.is_multiple_of(60) => format!("from_mins({})", digits(seconds / 60)),
        _ => format!("from_secs({})", digits(seconds)),
    }
}

/// The value in a new item of a field that is no moment.
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
    let status = entity.status().as_ref().filter(|status| status.field() == name);
    let value = match (field.kind(), status) {
        (Type::Id { .. }, _) => format!("{}::new()", bare(home, field, imports)),
        _ if entity.version().as_ref() == Some(name) => "1".into(),
        _ if *field.optional() => "None".into(),
        (Type::Enum { .. }, Some(status)) => {
            format!("{}::{}", bare(home, field, imports), status.initial().pascal())
        }
        (kind, _) => default(kind, field, home, imports),
    };
    format!("{name}: {value}")
}

/// The value of a field that nothing gives one.
pub(crate) fn default(kind: &Type, field: &Field, home: Home<'_>, imports: &mut Imports) -> String {
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
    let fields: Vec<&Field> =
        operation.input().iter().filter_map(|name| entity.field(name.as_str())).collect();
    let derives = "Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Validate, Patch";
    code.line(visibility::derives(derives, fields.iter().copied()));
    code.line("#[serde(rename_all = \"camelCase\", default)]");
    code.line("#[garde(allow_unvalidated)]");
    code.line(format!("#[patch(entity = {})]", entity.name()));
    let name = input_name(entity, operation);
    code.block(&format!("pub struct {name}"), |code| {
        for field in &fields {
            write_field(code, home, field, Holder::Patch, imports);
        }
    });
    visibility::write_debug(code, &name, fields.iter().copied(), imports);
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
    let access = operation.access().as_ref().and_then(|name| entity.access(name.as_str()));
    let source = match access.and_then(|access| row_name(entity, access)) {
        Some(row) => row,
        None => entity.name().to_string(),
    };
    imports.add("super::entity", &source);
    code.blank();
    code.block(&format!("impl From<{source}> for {name}"), |code| {
        code.function("fn from", &[format!("item: {source}")], "Self", |code| {
            let values: Vec<String> =
                fields.iter().map(|field| format!("{0}: item.{0}", field.name())).collect();
            code.list("Self {", &values, "}");
        });
    });
}
