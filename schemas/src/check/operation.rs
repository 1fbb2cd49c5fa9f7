//! Operations: a kind, a permission, and what they name exists.

use super::view::operation_kind;
use super::{EntityView, Kind, Scope, View};
use crate::draft::{OperationDraft, words};
use crate::model::OperationKind;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::rate;
use crate::suggest::{quoted, suggest};

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    if view.scope == Scope::Alone {
        return;
    }
    for entity in &view.entities {
        for (name, operation) in entity.operations() {
            permission(view, name, operation, problems);
            anonymous(entity, name, operation, problems);
            if let Some(Err(problem)) = operation.rate.as_ref().map(rate::parse) {
                problems.push(problem);
            }
            let Some(kind) = operation_kind(&name.value, operation) else {
                problems.push(unknown_kind(name, operation));
                continue;
            };
            options(operation, kind, problems);
            if kind == OperationKind::Transition {
                transition(entity, name, operation, problems);
            }
            if_match(entity, operation, problems);
            access(entity, name, operation, kind, problems);
        }
    }
}

fn unknown_kind(name: &Located<String>, operation: &OperationDraft) -> Problem {
    let words = OperationKind::WORDS.iter().copied();
    match &operation.kind {
        Some(kind) => {
            let message = format!("unknown operation kind `{}`", kind.value);
            Problem::new(Code::UnknownKind, kind.place, message)
                .maybe_help(suggest(&kind.value, words))
        }
        None => {
            let message = format!("operation `{}` does not say what it does", name.value);
            let help = format!("add `kind = \"…\"` with one of {}", quoted(words));
            Problem::new(Code::UnknownKind, name.place, message).help(help)
        }
    }
}

/// An operation whose permission was forgotten would be open to everybody.
fn permission(
    view: &View<'_>,
    name: &Located<String>,
    operation: &OperationDraft,
    problems: &mut Problems,
) {
    let public = operation.public.as_ref().filter(|public| public.value);
    match (&operation.permission, public) {
        (None, None) => problems.push(
            Problem::new(
                Code::OperationWithoutPermission,
                name.place,
                format!("operation `{}` needs no permission", name.value),
            )
            .help("add `permission = \"…\"`, or `public = true` if anybody may call it"),
        ),
        (Some(permission), Some(public)) => problems.push(
            Problem::new(
                Code::OperationWithoutPermission,
                public.place,
                format!("operation `{}` is public, and yet needs a permission", name.value),
            )
            .label(permission.place, "the permission")
            .help("remove one of the two"),
        ),
        (Some(permission), None) => super::permission::declared(view, permission, problems),
        (None, Some(_)) => {}
    }
}

/// What nobody is known to have made belongs to nobody, and nobody could reach it.
fn anonymous(
    entity: &EntityView<'_>,
    name: &Located<String>,
    operation: &OperationDraft,
    problems: &mut Problems,
) {
    let creates = operation_kind(&name.value, operation) == Some(OperationKind::Create);
    let public = operation.public.as_ref().filter(|public| public.value && creates);
    if let (Some(public), Some(owner), None) = (public, entity.owner_place(), entity.parent()) {
        let message = format!("the `{}` that a public operation makes has no owner", entity.name);
        problems.push(
            Problem::new(Code::UnfitField, public.place, message)
                .label(owner, "the owner is the caller")
                .help("ask for a permission, or give the entity no owner"),
        );
    }
}

fn options(operation: &OperationDraft, kind: OperationKind, problems: &mut Problems) {
    use OperationKind::{Create, Delete, Get, List, Restore, Transition, Update};
    let first = |list: &Option<Vec<Located<String>>>| {
        list.as_ref().map(|list| list.first().map_or(operation.place, |item| item.place))
    };
    let one = |leaf: &Option<Located<String>>| leaf.as_ref().map(|leaf| leaf.place);
    let written: [(&str, Option<Place>, &[OperationKind]); 7] = [
        ("input", first(&operation.input), &[Create, Update]),
        ("output", first(&operation.output), &[Get]),
        ("access", one(&operation.access), &[List, Get]),
        ("filter", first(&operation.filter), &[List]),
        ("transition", one(&operation.transition), &[Transition]),
        ("if_match", one(&operation.if_match), &[Update, Delete, Restore, Transition]),
        ("emits", one(&operation.emits), &[Create, Update, Delete, Restore, Transition]),
    ];
    for (option, place, kinds) in written {
        if let Some(place) = place.filter(|_| !kinds.contains(&kind)) {
            let message =
                format!("`{option}` does not apply to an operation of kind `{}`", kind.word());
            problems.push(Problem::new(Code::InapplicableOption, place, message).help(format!(
                "it applies to {}; remove it, or change the kind",
                quoted(kinds.iter().map(|kind| kind.word()))
            )));
        }
    }
}

fn transition(
    entity: &EntityView<'_>,
    name: &Located<String>,
    operation: &OperationDraft,
    problems: &mut Problems,
) {
    super::status::declared(entity, operation.transition.as_ref().unwrap_or(name), problems);
}

fn if_match(entity: &EntityView<'_>, operation: &OperationDraft, problems: &mut Problems) {
    let Some(written) = &operation.if_match else { return };
    if !words::IF_MATCH.contains(&written.value.as_str()) {
        problems.push(
            Problem::new(
                Code::UnknownWord,
                written.place,
                format!("`if_match` cannot be `{}`", written.value),
            )
            .maybe_help(suggest(&written.value, words::IF_MATCH.iter().copied())),
        );
    } else if written.value == "required" && entity.version().is_none() {
        problems.push(
            Problem::new(
                Code::UnfitField,
                written.place,
                format!("`{}` has no version to match", entity.name),
            )
            .help("add `version = \"version\"` to `[entity]`, and to `[fields]` a `version` of type `integer`"),
        );
    }
}

/// The partition must be known when the operation runs; anything else would read the whole table.
fn access(
    entity: &EntityView<'_>,
    name: &Located<String>,
    operation: &OperationDraft,
    kind: OperationKind,
    problems: &mut Problems,
) {
    // Where the route does not parse, what it says is not known.
    if operation.http.as_ref().is_none_or(|http| super::route::route(http).is_err()) {
        return;
    }
    let known = super::route::known_fields(entity, operation);
    match (&operation.access, kind) {
        (_, OperationKind::Create) => {}
        (Some(written), OperationKind::List | OperationKind::Get) => {
            pattern(entity, name, written, &known, problems);
        }
        (None, OperationKind::List) => {
            let patterns = quoted(entity.accesses.iter().map(|access| access.name.value.as_str()));
            let help = if patterns.is_empty() {
                "declare an access pattern under `[access]` and name it: `access = \"…\"`".into()
            } else {
                format!("name an access pattern, `access = \"…\"`; there is {patterns}")
            };
            let message = format!("operation `{}` would have to scan the table", name.value);
            problems.push(Problem::new(Code::NeedsScan, name.place, message).help(help));
        }
        _ => {
            let mut templates = entity.partition.iter().chain(&entity.sort);
            if !templates.all(|template| super::key::all_fit(entity, template, true)) {
                return;
            }
            let key = entity.key_fields();
            let missing: Vec<&str> =
                key.into_iter().filter(|field| !known.contains(field)).collect();
            if let (false, true, Some(http)) = (missing.is_empty(), entity.clear, &operation.http) {
                let message = format!("the path does not say which `{}` is meant", entity.name);
                problems.push(
                    Problem::new(Code::PathMismatch, http.place, message)
                        .help(format!("add {} to the path", braced(&missing))),
                );
            }
        }
    }
}

/// Reading through an access pattern: it exists, and its partition is known.
fn pattern(
    entity: &EntityView<'_>,
    name: &Located<String>,
    written: &Located<String>,
    known: &[&str],
    problems: &mut Problems,
) {
    let Some(pattern) = entity.access(&written.value) else {
        let names = entity.accesses.iter().map(|access| access.name.value.as_str());
        problems.push(
            Problem::new(
                Code::UnknownAccessPattern,
                written.place,
                format!("`{}` has no access pattern `{}`", entity.name, written.value),
            )
            .maybe_help(suggest(&written.value, names))
            .or_help("declare it under `[access]`"),
        );
        return;
    };
    let Some((partition, _)) = entity.templates(pattern) else { return };
    if !super::key::all_fit(entity, partition, false) {
        return;
    }
    let needs_scan = |message: String, help: &str| {
        Problem::new(Code::NeedsScan, written.place, message)
            .label(pattern.name.place, format!("reads the partition `{}`", partition.as_str()))
            .help(help)
    };
    let nested = partition.placeholders().find(|placeholder| placeholder.path.len() > 1);
    if let Some(placeholder) = nested {
        let message = format!("no path or caller says `{{{}}}`", placeholder.path.join("."));
        let help = "choose a pattern whose partition names fields of the entity itself";
        return problems.push(needs_scan(message, help));
    }
    let mut missing: Vec<&str> =
        partition.fields().filter(|field| !known.contains(field)).collect();
    missing.dedup();
    if entity.clear && !missing.is_empty() {
        let message = format!(
            "operation `{}` does not know {} and would have to scan the table",
            name.value,
            braced(&missing)
        );
        let help = format!("put {} into the path, or choose another pattern", braced(&missing));
        problems.push(needs_scan(message, &help));
    }
}

fn braced(fields: &[&str]) -> String {
    fields.iter().map(|field| format!("`{{{field}}}`")).collect::<Vec<_>>().join(", ")
}

/// Whether a query parameter can carry a value of the type.
pub(crate) fn fits_query(kind: Kind) -> bool {
    matches!(kind, Kind::Ref | Kind::String | Kind::Integer | Kind::Boolean | Kind::Enum)
}
