//! Writes: whatever changes a component of an index key knows the whole of it.

use super::view::operation_kind;
use super::{EntityView, View};
use crate::model::OperationKind;
use crate::place::Place;
use crate::problem::{Code, Problem, Problems};
use crate::suggest::quoted;
use crate::template::Template;

/// An update that knows one component of an index key but not the others cannot write the key,
/// and would leave the item where its old values belong.
pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        let writes = writes(entity);
        for access in &entity.accesses {
            let written = [access.draft.partition.as_ref(), access.draft.sort.as_ref()];
            for (template, written) in [&access.partition, &access.sort].into_iter().zip(written) {
                if let (Some(template), Some(written)) = (template, written) {
                    partial(entity, template, written.place, &writes, problems);
                }
            }
        }
    }
}

/// What a write operation sets: some fields always, others perhaps.
struct Write<'a> {
    name: &'a str,
    place: Place,
    always: Vec<&'a str>,
    perhaps: Vec<&'a str>,
}

fn writes<'a>(entity: &EntityView<'a>) -> Vec<Write<'a>> {
    let stamped = |field: &crate::draft::FieldDraft| {
        field.set.as_ref().is_some_and(|set| set.value == "on_write")
    };
    let every: Vec<&str> = entity
        .fields()
        .filter(|(_, field)| stamped(field))
        .map(|(name, _)| name.value.as_str())
        .collect();
    let mut writes = Vec::new();
    for (name, operation) in entity.operations() {
        if operation_kind(&name.value, operation) == Some(OperationKind::Update) {
            let perhaps =
                operation.input.iter().flatten().map(|input| input.value.as_str()).collect();
            writes.push(Write {
                name: &name.value,
                place: name.place,
                always: every.clone(),
                perhaps,
            });
        }
    }
    let Some(status) = &entity.document.status else { return writes };
    for (name, transition) in status.transitions.iter().flatten() {
        let mut always = every.clone();
        always.extend(entity.status_field());
        let entered =
            transition.to.as_ref().and_then(|to| status.entered_at.as_ref()?.get(&to.value));
        always.extend(entered.map(|field| field.value.as_str()));
        writes.push(Write { name: &name.value, place: name.place, always, perhaps: Vec::new() });
    }
    writes
}

fn partial(
    entity: &EntityView<'_>,
    template: &Template,
    place: Place,
    writes: &[Write<'_>],
    problems: &mut Problems,
) {
    let key = entity.key_fields();
    // Whoever writes an item knows its primary key.
    let mut needed: Vec<&str> = template.fields().filter(|field| !key.contains(field)).collect();
    needed.sort_unstable();
    needed.dedup();
    let mut problem: Option<Problem> = None;
    for write in writes {
        let sets = |field: &&str| write.always.contains(field) || write.perhaps.contains(field);
        let unknown: Vec<&str> =
            needed.iter().copied().filter(|field| !write.always.contains(field)).collect();
        // Where one field is all there is to know, a write that does not set it leaves the key be.
        let complete = unknown.is_empty() || matches!(needed[..], [only] if sets(&only));
        let set: Vec<&str> = needed.iter().copied().filter(sets).collect();
        if complete || set.is_empty() {
            continue;
        }
        let others: Vec<&str> =
            unknown.iter().copied().filter(|field| !set.contains(field)).collect();
        let unknown = if others.is_empty() { unknown } else { others };
        let text = format!("sets {} but may not know {}", quoted(set), quoted(unknown));
        problem = Some(match problem {
            Some(problem) => problem.label(write.place, text),
            None => {
                let message =
                    format!("`{}` changes a part of the key `{}`", write.name, template.as_str());
                Problem::new(Code::PartialIndexKey, place, message)
                    .label(write.place, text)
                    .help("build the key from one changing field, or from fields that never change")
            }
        });
    }
    if let Some(problem) = problem {
        problems.push(problem);
    }
}
