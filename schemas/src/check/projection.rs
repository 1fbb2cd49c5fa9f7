//! Projections: an index holds what its patterns ask for, and whoever reads it asks for no more.

use std::collections::BTreeMap;

use super::{AccessView, EntityView, Scope, View};
use crate::draft::OperationDraft;
use crate::model::{IndexProjection, Model};
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};

/// DynamoDB: 100 projected attributes besides keys, over all indexes of a table that name theirs.
pub(crate) const MAX_PROJECTED: usize = 100;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        for access in &entity.accesses {
            fields(entity, access, problems);
        }
        for (_, operation) in entity.operations() {
            reads(entity, operation, problems);
        }
    }
    if view.scope == Scope::Whole {
        mixed(view, problems);
    }
}

fn fields(entity: &EntityView<'_>, access: &AccessView<'_>, problems: &mut Problems) {
    let Some(project) = &access.draft.project else { return };
    if access.draft.index.is_none() {
        let place = project.first().map_or(access.name.place, |field| field.place);
        let message = "`project` does not apply to a pattern of the table itself";
        problems.push(
            Problem::new(Code::InapplicableOption, place, message).help(
                "the table holds whole items; remove it, or add `index = \"…\"` and its keys",
            ),
        );
    }
    super::names::listed_once(project, problems);
    for field in project.iter().filter(|field| entity.field(&field.value).is_none()) {
        super::entity::unknown_field(entity, field, problems);
    }
}

/// DynamoDB cannot read from an index what the index does not hold: a filter would pass every item
/// over, and an output would lack its fields.
fn reads(entity: &EntityView<'_>, operation: &OperationDraft, problems: &mut Problems) {
    let access = operation.access.as_ref().and_then(|name| entity.access(&name.value));
    let Some(access) = access else { return };
    let (Some(project), Some(index)) = (&access.draft.project, &access.draft.index) else { return };
    let projected = |name: &Located<String>| project.iter().any(|held| held.value == name.value);
    // A row knows the fields of its keys from the keys themselves; DynamoDB, which filters, does not.
    let keys = [&entity.partition, &entity.sort, &access.partition, &access.sort];
    let in_keys = |name: &Located<String>| {
        let mut placeholders = keys.iter().copied().flatten().flat_map(|key| key.placeholders());
        placeholders.any(|placeholder| placeholder.path == [name.value.as_str()])
    };
    let filters = operation.filter.iter().flatten().filter(|name| !projected(name));
    let outputs =
        operation.output.iter().flatten().filter(|name| !projected(name) && !in_keys(name));
    let lacking =
        filters.map(|name| (name, "a filter")).chain(outputs.map(|name| (name, "an output")));
    for (name, what) in lacking.filter(|(name, _)| entity.field(&name.value).is_some()) {
        let message =
            format!("`{}` cannot be {what}, since `{}` does not hold it", name.value, index.value);
        problems.push(
            Problem::new(Code::NotProjected, name.place, message)
                .label(access.name.place, "what the operation reads through")
                .help(format!("add `{}` to `project` of `{}`", name.value, access.name.value)),
        );
    }
}

/// An index holds one set of attributes, whoever writes it; where one pattern needs whole items,
/// what another leaves out is there all the same.
fn mixed(view: &View<'_>, problems: &mut Problems) {
    type Pattern<'v, 'a> = (&'v EntityView<'a>, &'v AccessView<'a>);
    let mut indexes: BTreeMap<&str, [Option<Pattern<'_, '_>>; 2]> = BTreeMap::new();
    for entity in &view.entities {
        for access in &entity.accesses {
            let Some(index) = &access.draft.index else { continue };
            let projects = usize::from(access.draft.project.is_some());
            let [first, second] = indexes.entry(&index.value).or_default();
            [first, second][projects].get_or_insert((entity, access));
        }
    }
    for (index, patterns) in indexes {
        let [Some((entity, whole)), Some((_, projected))] = patterns else { continue };
        let first = projected.draft.project.iter().flatten().next();
        let place = first.map_or(projected.name.place, |field| field.place);
        let needs = if first.is_some() { "these fields" } else { "the keys" };
        let message = format!("`{index}` cannot hold a part of items and whole items, too");
        problems.push(
            Problem::new(Code::MixedProjection, place, message)
                .saying(format!("`{}` needs {needs} alone", projected.name.value))
                .label(whole.name.place, format!("needs whole items of `{}`", entity.name))
                .help(format!(
                    "add `project = […]` to `{}`, remove it from the others, or use another index",
                    whole.name.value
                )),
        );
    }
}

/// DynamoDB refuses a table whose indexes name more attributes than it counts.
pub(crate) fn check_size(view: &View<'_>, model: &Model, problems: &mut Problems) {
    let mut count = 0;
    for index in model.indexes() {
        let IndexProjection::Include(attributes) = index.projection() else { continue };
        count += attributes.len();
        if count <= MAX_PROJECTED {
            continue;
        }
        let mut patterns = view.entities.iter().filter_map(|entity| entity.access_on(index.name()));
        let Some(access) = patterns.next_back() else { return };
        let message = format!(
            "with `{}` the indexes hold {count} attributes, and DynamoDB allows {MAX_PROJECTED}",
            index.name()
        );
        return problems.push(
            Problem::new(Code::TooManyProjected, access.name.place, message).help(
                "project fewer fields, or remove `project` from all patterns of an index: whole items do not count",
            ),
        );
    }
}
