//! Inputs, outputs and filters: the fields exist, may be given, and are all that is needed.

use std::collections::HashSet;

use super::operation::fits_query;
use super::view::{is_counter, may_be_left_out, operation_kind};
use super::{EntityView, Kind, Scope, View};
use crate::draft::{FieldDraft, OperationDraft};
use crate::model::{OperationKind, operation_path_fields};
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};
use crate::suggest::quoted;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    if view.scope == Scope::Alone {
        return;
    }
    for entity in &view.entities {
        for (name, operation) in entity.operations() {
            let Some(kind) = operation_kind(&name.value, operation) else { continue };
            let lists = [&operation.input, &operation.output, &operation.filter];
            for list in lists.into_iter().flatten() {
                for field in list {
                    if entity.field(&field.value).is_none() {
                        super::entity::unknown_field(entity, field, problems);
                    }
                }
                super::names::listed_once(list, problems);
            }
            for field in operation.input.iter().flatten() {
                input(entity, operation, kind, field, problems);
            }
            for field in operation.filter.iter().flatten() {
                filter(entity, field, problems);
            }
            if kind == OperationKind::Create && entity.clear {
                complete(entity, name, operation, problems);
            }
            if kind == OperationKind::Update && operation.input.iter().flatten().next().is_none() {
                problems.push(
                    Problem::new(
                        Code::MissingInput,
                        name.place,
                        format!("operation `{}` changes nothing", name.value),
                    )
                    .help("name the fields a caller may change: `input = [\"…\"]`"),
                );
            }
        }
    }
}

/// Why a field's value is never a caller's to give, if it is not.
pub(crate) fn set_otherwise(
    entity: &EntityView<'_>,
    name: &str,
    field: &FieldDraft,
) -> Option<&'static str> {
    let stamped = || {
        let status = entity.document.status.as_ref()?;
        status.entered_at.iter().flatten().find(|(_, stamp)| stamp.value == name).map(|_| ())
    };
    if Kind::of(field) == Some(Kind::Id) {
        Some("the platform makes an entity's id")
    } else if field.set.is_some() || stamped().is_some() {
        Some("the platform sets it")
    } else if super::api_key::is_issued(entity, name) {
        Some("issuing or using a key sets it")
    } else if is_counter(field) {
        Some("a counter starts at 0 and is only added to")
    } else if !entity.clear {
        // What the fields' roles are is in doubt already.
        None
    } else if entity.owner() == Some(name) {
        Some("the owner is the caller, or the owner of the parent")
    } else if entity.version() == Some(name) {
        Some("the platform counts the version")
    } else if entity.status_field() == Some(name) {
        Some("only transitions change the status")
    } else if entity.ttl().is_some_and(|ttl| ttl.after.is_some() && names(&ttl.field, name)) {
        Some("the platform sets it")
    } else if entity.soft_delete().is_some_and(|deleted| names(&deleted.field, name)) {
        Some("only deleting and restoring set it")
    } else {
        None
    }
}

fn names(leaf: &Option<Located<String>>, name: &str) -> bool {
    leaf.as_ref().is_some_and(|leaf| leaf.value == name)
}

fn input(
    entity: &EntityView<'_>,
    operation: &OperationDraft,
    kind: OperationKind,
    name: &Located<String>,
    problems: &mut Problems,
) {
    let Some(field) = entity.field(&name.value) else { return };
    let path = operation.http.as_ref().map_or("", |http| http.value.as_str());
    let in_path = kind == OperationKind::Create
        && operation_path_fields(path).any(|field| field == name.value);
    let in_key =
        kind == OperationKind::Update && entity.key_fields().contains(&name.value.as_str());
    let why = match set_otherwise(entity, &name.value, field) {
        Some(why) => why,
        None if in_path => "the path gives its value",
        None if in_key => "DynamoDB cannot change a primary key",
        None if kind == OperationKind::Update && entity.parent() == Some(&name.value) => {
            "an item stays with its parent"
        }
        None => return,
    };
    problems.push(
        Problem::new(Code::NotAnInput, name.place, format!("`{}` cannot be an input", name.value))
            .saying(why)
            .label(field.place, "the field")
            .help("remove it from `input`"),
    );
}

fn filter(entity: &EntityView<'_>, name: &Located<String>, problems: &mut Problems) {
    let Some(field) = entity.field(&name.value) else { return };
    if is_counter(field) {
        let message = format!("the counter `{}` cannot be a filter", name.value);
        problems.push(
            Problem::new(Code::UnfitField, name.place, message)
                .label(field.place, "the field")
                .help("filter by a field that keeps its value"),
        );
    }
    if Kind::of(field).is_some_and(|kind| !fits_query(kind)) {
        problems.push(
            Problem::new(
                Code::UnfitField,
                name.place,
                format!("`{}` cannot be a filter", name.value),
            )
            .label(field.place, "the field")
            .help("filter by a `string`, `integer`, `boolean`, `enum` or `ref`"),
        );
    }
    if matches!(name.value.as_str(), "limit" | "cursor") {
        problems.push(
            Problem::new(
                Code::ReservedWord,
                name.place,
                format!("`{}` is a reserved word", name.value),
            )
            .help("every list takes the query parameters `limit` and `cursor` already; filter by another field"),
        );
    }
}

/// Whatever is required and nobody sets would make every create fail.
fn complete(
    entity: &EntityView<'_>,
    name: &Located<String>,
    operation: &OperationDraft,
    problems: &mut Problems,
) {
    let known = super::route::known_fields(entity, operation);
    let given: HashSet<&str> =
        operation.input.iter().flatten().map(|input| input.value.as_str()).collect();
    let missing: Vec<&str> = entity
        .fields()
        .filter(|(field_name, field)| {
            let name = field_name.value.as_str();
            !given.contains(name)
                && !may_be_left_out(field)
                && Kind::of(field).is_some()
                && !known.contains(&name)
                // Where the path does not say the parent, that has been said.
                && entity.parent() != Some(name)
                && set_otherwise(entity, name, field).is_none()
        })
        .map(|(field_name, _)| field_name.value.as_str())
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "operation `{}` leaves {} without a value",
            name.value,
            quoted(missing.iter().copied())
        );
        problems.push(
            Problem::new(Code::MissingInput, name.place, message)
                .help("add to `input`, give the field a default, or make it optional"),
        );
    }
}
