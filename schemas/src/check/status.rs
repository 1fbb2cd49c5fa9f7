//! State machines: every state exists and is reached, and final states are final.

use std::collections::{HashMap, HashSet};

use super::view::is_optional;
use super::{EntityView, Kind, View};
use crate::draft::{FieldDraft, StatusDraft};
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for entity in &view.entities {
        if let Some(status) = &entity.document.status {
            machine(entity, status, problems);
        }
    }
}

/// Whether the status, where there is one, stands in a field that can hold it.
pub(crate) fn is_clear(entity: &EntityView<'_>) -> bool {
    let Some(status) = &entity.document.status else { return true };
    let field = status.field.as_ref().and_then(|name| entity.field(&name.value));
    field.is_some_and(holds_states)
}

/// Notes a transition that the entity does not have.
pub(crate) fn declared(
    entity: &EntityView<'_>,
    written: &Located<String>,
    problems: &mut Problems,
) {
    let transitions =
        entity.document.status.as_ref().and_then(|status| status.transitions.as_ref());
    if transitions.is_none_or(|table| table.get(&written.value).is_none()) {
        let known = transitions.into_iter().flat_map(|table| table.keys());
        problems.push(
            Problem::new(
                Code::UnknownTransition,
                written.place,
                format!("`{}` has no transition `{}`", entity.name, written.value),
            )
            .maybe_help(suggest(&written.value, known))
            .or_help("declare it under `[status.transitions]`"),
        );
    }
}

fn holds_states(field: &FieldDraft) -> bool {
    Kind::of(field).is_none_or(|kind| kind == Kind::Enum)
        && !is_optional(field)
        && field.default.is_none()
}

fn machine(entity: &EntityView<'_>, status: &StatusDraft, problems: &mut Problems) {
    let Some(name) = &status.field else { return };
    let Some(field) = entity.field(&name.value) else {
        return super::entity::unknown_field(entity, name, problems);
    };
    if !holds_states(field) {
        let message = format!("`{}` cannot hold the states of `{}`", name.value, entity.name);
        return problems.push(
            Problem::new(Code::UnfitField, name.place, message)
                .label(field.place, "the field")
                .help("use an `enum` that is not optional and has no default; `initial` says where it starts"),
        );
    }
    let Some(values) = &field.values else { return };
    let known = |state: &Located<String>, problems: &mut Problems| {
        let found = values.iter().any(|value| value.value == state.value);
        if !found {
            problems.push(
                Problem::new(
                    Code::UnknownState,
                    state.place,
                    format!("`{}` has no state `{}`", entity.name, state.value),
                )
                .label(field.place, "the states")
                .maybe_help(suggest(&state.value, values.iter().map(|value| value.value.as_str()))),
            );
        }
        found
    };
    let mut complete = true;
    for state in status.initial.iter().chain(status.finals.iter().flatten()) {
        complete &= known(state, problems);
    }
    if let Some(list) = &status.finals {
        super::names::listed_once(list, problems);
    }
    let is_final =
        |state: &str| status.finals.iter().flatten().find(|final_state| final_state.value == state);
    for (name, transition) in status.transitions.iter().flatten() {
        complete &= transition.to.iter().all(|state| known(state, problems));
        if let Some(from) = &transition.from {
            super::names::listed_once(from, problems);
            if from.is_empty() {
                complete = false;
                problems.push(
                    Problem::new(
                        Code::MissingKey,
                        name.place,
                        format!("transition `{}` leaves no state", name.value),
                    )
                    .help("name the states it leaves: `from = [\"…\"]`"),
                );
            }
        }
        for state in transition.from.iter().flatten() {
            complete &= known(state, problems);
            if let Some(declared) = is_final(&state.value) {
                let message =
                    format!("transition `{}` leaves the final state `{}`", name.value, state.value);
                problems.push(
                    Problem::new(Code::LeavesFinalState, state.place, message)
                        .label(declared.place, "declared final here")
                        .help("remove it from `from`, or from `final`"),
                );
            }
        }
    }
    stamps(entity, status, &known, problems);
    if complete {
        reached(status, values, problems);
    }
}

/// A state that nothing leads to is a transition forgotten, or a value too many.
fn reached(status: &StatusDraft, values: &[Located<String>], problems: &mut Problems) {
    let Some(initial) = &status.initial else { return };
    let mut leads: HashMap<&str, Vec<&str>> = HashMap::new();
    for (_, transition) in status.transitions.iter().flatten() {
        let (Some(from), Some(to)) = (&transition.from, &transition.to) else { return };
        for state in from {
            leads.entry(&state.value).or_default().push(&to.value);
        }
    }
    let mut known: HashSet<&str> = HashSet::from([initial.value.as_str()]);
    let mut unvisited = vec![initial.value.as_str()];
    while let Some(state) = unvisited.pop() {
        let next = leads.get(state).into_iter().flatten();
        unvisited.extend(next.copied().filter(|state| known.insert(state)));
    }
    for value in values.iter().filter(|value| !known.contains(value.value.as_str())) {
        problems.push(
            Problem::new(
                Code::UnreachableState,
                value.place,
                format!("no transitions lead to the state `{}`", value.value),
            )
            .label(initial.place, "where every item begins")
            .help("add a transition to it, or remove the value"),
        );
    }
}

fn stamps(
    entity: &EntityView<'_>,
    status: &StatusDraft,
    known: &impl Fn(&Located<String>, &mut Problems) -> bool,
    problems: &mut Problems,
) {
    for (state, name) in status.entered_at.iter().flatten() {
        known(state, problems);
        let Some(field) = entity.field(&name.value) else {
            super::entity::unknown_field(entity, name, problems);
            continue;
        };
        let fits = Kind::of(field).is_none_or(|kind| kind == Kind::Timestamp)
            && is_optional(field)
            && field.set.is_none();
        if !fits {
            let message = format!("`{}` cannot tell when a state was entered", name.value);
            problems.push(
                Problem::new(Code::UnfitField, name.place, message)
                    .label(field.place, "the field")
                    .help("use an optional `timestamp` without `set`"),
            );
        }
    }
}
