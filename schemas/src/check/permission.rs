//! The permission catalogue and the roles.

use std::collections::{BTreeSet, HashMap};

use super::View;
use crate::model::Model;
use crate::name::{Name, is_keyword, is_snake};
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;

/// The runtime keeps the permissions a caller holds as the bits of a `u128`.
pub(crate) const MAX_PERMISSIONS: usize = 128;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    let catalogue = &view.draft.permissions;
    if let Some(everything) = &catalogue.everything
        && !everything.value.strip_suffix(":*").is_some_and(is_snake)
    {
        form(everything, "`everything` is a wildcard, for example `admin:*`", problems);
    }
    let mut seen: HashMap<String, &Located<String>> = HashMap::new();
    for (index, (name, _)) in catalogue.permissions.iter().flatten().enumerate() {
        let action = name
            .value
            .split_once(':')
            .filter(|(resource, action)| is_snake(resource) && is_snake(action));
        let Some((resource, action)) = action else {
            form(
                name,
                "write `resource:action` in snake_case, for example `agent:create`",
                problems,
            );
            continue;
        };
        // Each becomes a type in a module: `order::Create`.
        if is_keyword(resource) {
            reserved(
                name,
                "the resource becomes a module, and Rust uses its name itself",
                problems,
            );
        }
        if action == "self" {
            reserved(name, "the action becomes a type, and Rust uses its name itself", problems);
        }
        if action == "any" {
            let why = "`:any` at the end of a grant says whose resources it reaches";
            reserved(name, why, problems);
        }
        if let Some(everything) = catalogue.everything.as_ref().filter(|everything| {
            everything
                .value
                .strip_suffix('*')
                .is_some_and(|resource| name.value.starts_with(resource))
        }) {
            problems.push(
                Problem::new(
                    Code::ReservedWord,
                    name.place,
                    format!("`{}` would hold more than `{}`", everything.value, name.value),
                )
                .label(everything.place, "the grant that holds every permission")
                .help("give the permission another resource, or `everything` another name"),
            );
        }
        if index == MAX_PERMISSIONS {
            problems.push(
                Problem::new(
                    Code::TooManyPermissions,
                    name.place,
                    format!("there are more than {MAX_PERMISSIONS} permissions"),
                )
                .help("bring actions that always go together under one permission"),
            );
        }
        let variant = Name::new(name.value.replace(':', "_")).pascal();
        match seen.get(&variant) {
            Some(first) => problems.push(
                Problem::new(
                    Code::DuplicateName,
                    name.place,
                    if first.value == name.value {
                        format!("the permission `{}` is declared twice", name.value)
                    } else {
                        format!("`{}` and `{}` are the same name in Rust", first.value, name.value)
                    },
                )
                .label(first.place, "first given here")
                .help("rename one"),
            ),
            None => {
                seen.insert(variant, name);
            }
        }
    }
    for (name, role) in catalogue.roles.iter().flatten() {
        if !is_snake(&name.value) {
            form(name, "write a role in snake_case, for example `support`", problems);
        }
        if is_keyword(&name.value) {
            reserved(name, "Rust uses this name itself", problems);
        }
        for grant in role.grants.iter().flatten() {
            if !known(view, &grant.value) {
                problems.push(unknown_grant(view, grant));
            }
        }
    }
}

/// A permission that nothing needs is a mistake, or a door that somebody forgot.
pub(crate) fn check_use(view: &View<'_>, model: &Model, problems: &mut Problems) {
    let needed: BTreeSet<&str> = model
        .entities()
        .iter()
        .flat_map(|entity| {
            let operations = entity.operations().iter().map(|operation| operation.permission());
            let fields = entity.fields().iter();
            operations.chain(fields.flat_map(|field| [field.read_by(), field.write_by()]))
        })
        .filter_map(|name| name.as_deref())
        .collect();
    for permission in model.permissions() {
        if *permission.by_hand() || needed.contains(permission.name().as_str()) {
            continue;
        }
        let table = view.draft.permissions.permissions.as_ref();
        let Some((name, _)) = table.and_then(|table| table.entry(permission.name())) else {
            continue;
        };
        problems.push(
            Problem::new(
                Code::UnusedPermission,
                name.place,
                format!("no operation or field needs the permission `{}`", permission.name()),
            )
            .help("name it in an operation or remove it; where handlers written by hand need it, write `{ description = \"…\", by_hand = true }`"),
        );
    }
}

fn form(name: &Located<String>, help: &str, problems: &mut Problems) {
    problems.push(
        Problem::new(
            Code::InvalidName,
            name.place,
            format!("`{}` is not a valid name here", name.value),
        )
        .help(help),
    );
}

fn reserved(name: &Located<String>, why: &str, problems: &mut Problems) {
    problems.push(
        Problem::new(
            Code::ReservedWord,
            name.place,
            format!("`{}` is a reserved word", name.value),
        )
        .saying(why)
        .help("choose another name"),
    );
}

/// A grant is a permission, a wildcard over a resource, or everything; `:any` may follow the first two.
fn known(view: &View<'_>, grant: &str) -> bool {
    let catalogue = &view.draft.permissions;
    if catalogue.everything.as_ref().is_some_and(|everything| everything.value == grant) {
        return true;
    }
    let grant = grant.strip_suffix(":any").unwrap_or(grant);
    let mut permissions = catalogue.permissions.iter().flat_map(|table| table.keys());
    match grant.strip_suffix('*') {
        Some(resource) if resource.ends_with(':') => {
            permissions.any(|permission| permission.starts_with(resource))
        }
        _ => catalogue.permissions.as_ref().is_some_and(|table| table.get(grant).is_some()),
    }
}

/// A grant of nothing that anybody declared.
fn unknown_grant(view: &View<'_>, grant: &Located<String>) -> Problem {
    let catalogue = &view.draft.permissions;
    let declared = catalogue.permissions.iter().flat_map(|table| table.keys());
    let mut known: Vec<String> = declared.map(str::to_owned).collect();
    let resources = known.iter().filter_map(|name| Some(format!("{}:*", name.split_once(':')?.0)));
    known.extend(resources.collect::<BTreeSet<_>>());
    known.extend(catalogue.everything.iter().map(|everything| everything.value.clone()));
    let text = grant.value.strip_suffix(":any").unwrap_or(&grant.value);
    Problem::new(Code::UnknownPermission, grant.place, format!("unknown grant `{}`", grant.value))
        .maybe_help(suggest(text, known.iter().map(String::as_str)))
        .or_help("declare the permission under `[permissions]`")
}

/// Notes a permission named somewhere that nobody declared.
pub(crate) fn declared(view: &View<'_>, name: &Located<String>, problems: &mut Problems) {
    let mut declared = view.draft.permissions.permissions.iter().flat_map(|table| table.keys());
    if !view.resolves_names() || declared.any(|permission| permission == name.value) {
        return;
    }
    let declared = view.draft.permissions.permissions.iter().flat_map(|table| table.keys());
    problems.push(
        Problem::new(
            Code::UnknownPermission,
            name.place,
            format!("unknown permission `{}`", name.value),
        )
        .maybe_help(suggest(&name.value, declared))
        .or_help("declare it in `permissions.toml`"),
    );
}
