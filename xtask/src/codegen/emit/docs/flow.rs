//! What leads to which event, and what that leads to, as a diagram that Mermaid draws.

use std::collections::BTreeSet;

use purlin_schema::model::{Reaction, Subscriber};
use purlin_schema::{Model, Name};

use crate::codegen::emit::operation::{emitted as emitted_by, full_name};
use crate::codegen::emit::step;

pub(super) fn write(page: &mut String, model: &Model) {
    *page += "```mermaid\nflowchart LR\n";
    for line in nodes(model).into_iter().chain(arrows(model)) {
        *page += &format!("    {line}\n");
    }
    *page += "```\n\nOperations lead to events, events to subscribers, and those to items and further events. What code by hand writes and emits is not shown.\n";
}

/// What is drawn: operations as boxes, events rounded, subscribers framed, what starts them by the time as circles,
/// and entities as stores.
fn nodes(model: &Model) -> Vec<String> {
    let mut nodes = Vec::new();
    for entity in model.entities() {
        for operation in entity.operations() {
            if emitted_by(entity, operation).next().is_some() {
                let name = full_name(entity, operation);
                nodes.push(format!("{}[\"{name}\"]", operation_id(&name)));
            }
        }
    }
    if model.failure_event().is_some() {
        nodes.push(format!("{GIVEN_UP}[\"what is given up\"]"));
    }
    for event in model.families().iter().flat_map(|family| family.events()) {
        nodes.push(format!("{}([\"{}\"])", event_id(event.name()), event.name()));
    }
    for it in model.subscribers() {
        if let Some(schedule) = it.schedule() {
            nodes.push(format!("{}((\"{}\"))", schedule_id(it), schedule.text()));
        }
        nodes.push(format!("{}[[\"{}\"]]", subscriber_id(it), it.name()));
    }
    let written: BTreeSet<&str> =
        model.subscribers().iter().filter_map(written).map(Name::as_str).collect();
    nodes.extend(written.into_iter().map(|name| format!("entity_{name}[(\"{name}\")]")));
    nodes
}

fn arrows(model: &Model) -> Vec<String> {
    let mut arrows = Vec::new();
    for entity in model.entities() {
        for operation in entity.operations() {
            let id = operation_id(&full_name(entity, operation));
            let events = emitted_by(entity, operation);
            arrows.extend(events.map(|event| format!("{id} --> {}", event_id(event))));
        }
    }
    let failure = model.failure_event().iter();
    arrows.extend(failure.map(|event| format!("{GIVEN_UP} --> {}", event_id(event))));
    for it in model.subscribers() {
        let id = subscriber_id(it);
        arrows.extend(it.schedule().iter().map(|_| format!("{} --> {id}", schedule_id(it))));
        arrows.extend(it.events().iter().map(|event| format!("{} --> {id}", event_id(event))));
        arrows.extend(written(it).map(|entity| format!("{id} --> entity_{entity}")));
        arrows.extend(emitted(model, it).map(|event| format!("{id} --> {}", event_id(event))));
    }
    arrows
}

/// The entity that a subscriber writes to.
fn written(it: &Subscriber) -> Option<&Name> {
    match it.reaction() {
        Reaction::Custom => None,
        Reaction::Transition { entity, .. } => Some(entity),
        Reaction::Project { into, .. } => Some(into),
    }
}

/// The events that a subscriber emits by the step that it takes.
pub(super) fn emitted<'m>(model: &'m Model, it: &'m Subscriber) -> impl Iterator<Item = &'m Name> {
    let taken = match it.reaction() {
        Reaction::Transition { entity, step } => model
            .entity(entity.as_str())
            .and_then(|entity| entity.status().as_ref().zip(entity.transition(step.as_str()))),
        _ => None,
    };
    taken.into_iter().flat_map(|(status, taken)| step::events(status, taken))
}

/// What has failed for the last time.
const GIVEN_UP: &str = "given_up";

// The ids begin with what they are of, so that none is a word of Mermaid's own.

fn operation_id(full_name: &str) -> String {
    format!("operation_{}", full_name.replace('.', "_"))
}

fn event_id(name: &Name) -> String {
    format!("event_{name}")
}

fn subscriber_id(it: &Subscriber) -> String {
    format!("subscriber_{}", it.name())
}

fn schedule_id(it: &Subscriber) -> String {
    format!("schedule_{}", it.name())
}
