//! Emitted events: they are declared, and can be made from the item that is written alone.

use super::view::{is_optional, operation_kind};
use super::{EntityView, Scope, View};
use crate::draft::EventDraft;
use crate::model::OperationKind;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    if view.scope == Scope::Alone {
        return;
    }
    for entity in &view.entities {
        for (name, operation) in entity.operations() {
            if let Some(emits) = &operation.emits {
                let sides = Sides::of(entity, operation_kind(&name.value, operation));
                event(view, entity, emits, sides, problems);
            }
        }
        if let Some(status) = &entity.document.status {
            let steps = status.transitions.iter().flatten();
            let emitted =
                status.emits.iter().chain(steps.filter_map(|(_, step)| step.emits.as_ref()));
            for emits in emitted {
                event(view, entity, emits, Sides::BOTH, problems);
            }
        }
        twice(entity, problems);
    }
}

/// Which sides of the write there are.
#[derive(Clone, Copy)]
struct Sides {
    before: bool,
    after: bool,
}

impl Sides {
    const BOTH: Self = Self { before: true, after: true };

    /// A new item was nothing before, and one that is not kept is nothing after.
    fn of(entity: &EntityView<'_>, kind: Option<OperationKind>) -> Self {
        Self {
            before: kind != Some(OperationKind::Create),
            after: kind != Some(OperationKind::Delete) || entity.soft_delete().is_some(),
        }
    }
}

fn event(
    view: &View<'_>,
    entity: &EntityView<'_>,
    name: &Located<String>,
    sides: Sides,
    problems: &mut Problems,
) {
    let Some(event) = view.event(&name.value) else { return unknown(view, name, problems) };
    if let Some(delivery) = event.delivery.as_ref().filter(|word| word.value == "direct") {
        let message =
            format!("event `{}` is published without the table, so no write has it", name.value);
        problems.push(
            Problem::new(Code::NotAtomic, name.place, message)
                .label(delivery.place, "published directly")
                .help("remove `emits`, or let the event be `atomic`"),
        );
        return;
    }
    let problem = Problem::new(
        Code::EventNotDerivable,
        name.place,
        format!("event `{}` cannot be made from the `{}` alone", name.value, entity.name),
    );
    let about = event.entity.as_ref().map(|about| about.value.as_str());
    if about != Some(entity.name) {
        let place = event.entity.as_ref().map_or(event.place, |about| about.place);
        problems.push(
            problem
                .label(place, "what the event is about")
                .help(format!("emit an event whose `entity` is `{}`", entity.name)),
        );
    } else if let Some((field, _)) = event.own().find(|(_, field)| !is_optional(field)) {
        problems.push(
            problem
                .label(field.place, format!("nothing gives `{}` its value", field.value))
                .help("make the field optional, or remove `emits`"),
        );
    } else if let Some((place, why)) = absent(event, sides) {
        problems.push(
            problem
                .label(place, why)
                .help("emit it by what changes an item, or remove the field from the event"),
        );
    }
}

/// A field of a side of the write that there is not.
fn absent(event: &EventDraft, sides: Sides) -> Option<(Place, &'static str)> {
    event.sourced().find_map(|(_, field)| match (&field.was, &field.now) {
        (Some(was), _) if !sides.before => Some((was.place, "before a creation there is no item")),
        (_, Some(now)) if !sides.after => Some((now.place, "after a deletion there is no item")),
        _ => None,
    })
}

/// Notes an event that nobody declared.
pub(crate) fn unknown(view: &View<'_>, name: &Located<String>, problems: &mut Problems) {
    if view.resolves_names() {
        let message = format!("unknown event `{}`", name.value);
        problems.push(
            Problem::new(Code::UnknownEvent, name.place, message)
                .maybe_help(suggest(&name.value, view.event_names()))
                .or_help("declare it in a document of `events/`"),
        );
    }
}

/// One write tells a thing once, however many places say that it does.
fn twice(entity: &EntityView<'_>, problems: &mut Problems) {
    let Some(status) = &entity.document.status else { return };
    let mut check = |emits: &Option<Located<String>>, others: &[&Option<Located<String>>]| {
        let Some(emits) = emits else { return };
        let mut others = others.iter().filter_map(|other| other.as_ref());
        if let Some(first) = others.find(|other| other.value == emits.value) {
            let message = format!("a transition would emit `{}` twice", emits.value);
            problems.push(
                Problem::new(Code::DuplicateName, emits.place, message)
                    .label(first.place, "emitted here already")
                    .help("remove one"),
            );
        }
    };
    let steps = status.transitions.as_ref();
    for (_, step) in steps.into_iter().flatten() {
        check(&step.emits, &[&status.emits]);
    }
    for (name, operation) in entity.operations() {
        if operation_kind(&name.value, operation) == Some(OperationKind::Transition) {
            let step = &operation.transition.as_ref().unwrap_or(name).value;
            let step = steps.and_then(|steps| steps.get(step));
            check(&operation.emits, &[&status.emits, step.map_or(&None, |step| &step.emits)]);
        }
    }
}
