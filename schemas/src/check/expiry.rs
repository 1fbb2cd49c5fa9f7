//! Expiry and soft deletion: durations that last, in fields that nothing else sets.

use super::view::operation_kind;
use super::{EntityView, View};
use crate::draft::OperationDraft;
use crate::duration;
use crate::model::OperationKind;
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        let after = entity.ttl().and_then(|ttl| ttl.after.as_ref());
        let retain = entity.soft_delete().and_then(|deleted| deleted.retain.as_ref());
        for written in after.into_iter().chain(retain) {
            if let Err(problem) = duration::seconds(written) {
                problems.push(problem);
            }
        }
        // Where a field has no such role, that has been said.
        if entity.clear {
            expires(entity, problems);
            deleted(entity, problems);
            for (_, operation) in entity.operations() {
                reads_deleted(entity, operation, problems);
            }
        }
        for (name, operation) in entity.operations() {
            restores(entity, name, operation, problems);
        }
    }
}

/// A time that is past when it is written would expire an item with that very write.
fn expires(entity: &EntityView<'_>, problems: &mut Problems) {
    let Some(name) = entity.ttl().and_then(|ttl| ttl.field.as_ref()) else { return };
    let what = format!("tell when `{}` items expire", entity.name);
    let help = "remove `set`, and let `after` say how long an item lasts";
    alone(entity, name, &what, help, problems);
    let deleted = entity.soft_delete().and_then(|deleted| deleted.field.as_ref());
    if let Some(deleted) = deleted.filter(|deleted| deleted.value == name.value) {
        let message = format!(
            "`{}` cannot tell both when an item expires and when it was deleted",
            name.value
        );
        problems.push(
            Problem::new(Code::UnfitField, deleted.place, message)
                .label(name.place, "tells when it expires")
                .help("give `soft_delete` a field of its own; with `retain` a deleted item expires, too"),
        );
    }
}

/// A deletion that anything else than deleting wrote would hide items that nobody deleted.
fn deleted(entity: &EntityView<'_>, problems: &mut Problems) {
    let Some(name) = entity.soft_delete().and_then(|deleted| deleted.field.as_ref()) else {
        return;
    };
    let what = format!("tell when `{}` items were deleted", entity.name);
    alone(entity, name, &what, "remove `set`; deleting an item sets the field", problems);
}

/// Notes whatever else sets the field, or means something else by it.
fn alone(
    entity: &EntityView<'_>,
    name: &Located<String>,
    what: &str,
    help: &str,
    problems: &mut Problems,
) {
    let unfit = || {
        let message = format!("`{}` cannot {what}", name.value);
        Problem::new(Code::UnfitField, name.place, message)
    };
    let Some(field) = entity.field(&name.value) else { return };
    if let Some(set) = &field.set {
        problems.push(unfit().label(set.place, "what the platform sets is the present").help(help));
    }
    let status = entity.document.status.as_ref();
    let stamps = status.and_then(|status| status.entered_at.as_ref()).into_iter().flatten();
    for (state, stamp) in stamps.filter(|(_, stamp)| stamp.value == name.value) {
        let text = format!("set when an item becomes `{}`", state.value);
        problems.push(unfit().label(stamp.place, text).help("name a field that no state sets"));
    }
    // A hand-written struct does not tell what its fields' types are.
    let section = entity.document.entity.as_ref();
    let roles = section.map(|section| [("version", &section.version), ("owner", &section.owner)]);
    for (role, written) in roles.into_iter().flatten() {
        if let Some(written) = written.as_ref().filter(|written| written.value == name.value) {
            let help = "name a field of its own";
            problems.push(unfit().label(written.place, format!("the {role}")).help(help));
        }
    }
}

/// What is deleted for good cannot be restored.
fn restores(
    entity: &EntityView<'_>,
    name: &Located<String>,
    operation: &OperationDraft,
    problems: &mut Problems,
) {
    let restores = operation_kind(&name.value, operation) == Some(OperationKind::Restore);
    if restores && entity.soft_delete().is_none() {
        let place = operation.kind.as_ref().map_or(name.place, |kind| kind.place);
        let message =
            format!("`{}` items are deleted for good, so none can be restored", entity.name);
        problems.push(Problem::new(Code::NothingToRestore, place, message).help(
            "add `soft_delete = { field = \"deleted_at\" }` to `[entity]`, and to `[fields]` an optional `deleted_at` of type `timestamp`",
        ));
    }
}

/// An index key that holds the deletion holds deleted items alone, and these count as gone.
fn reads_deleted(entity: &EntityView<'_>, operation: &OperationDraft, problems: &mut Problems) {
    let deleted = entity.soft_delete().and_then(|deleted| deleted.field.as_ref());
    let access = operation.access.as_ref();
    let (Some(deleted), Some(access)) = (deleted, access) else { return };
    let pattern = entity.access(&access.value);
    let templates = pattern.and_then(|pattern| entity.templates(pattern));
    let Some((partition, sort)) = templates else { return };
    let reads = partition.fields().chain(sort.fields()).any(|field| field == deleted.value);
    if let (true, Some(pattern)) = (reads, pattern) {
        let message =
            format!("`{}` holds nothing but deleted items, which count as gone", access.value);
        problems.push(
            Problem::new(Code::UnfitField, access.place, message)
                .label(pattern.name.place, format!("its keys hold `{}`", deleted.value))
                .help("read through a pattern whose keys do not hold the deletion"),
        );
    }
}
