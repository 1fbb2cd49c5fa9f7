//! The steps of an entity's state machine, as constants of the entity.

use purlin_schema::Name;
use purlin_schema::model::{Entity, Status, Transition};

use super::words::{both, documented, either, sentence};
use crate::codegen::rust::{Code, Imports};

/// Writes one constant for each step, where the entity has a state machine.
pub(crate) fn write(code: &mut Code, entity: &Entity, imports: &mut Imports) {
    let Some(status) = entity.status() else { return };
    imports.add("purlin", "Transition");
    code.blank();
    code.block(&format!("impl {}", entity.name()), |code| {
        for (place, transition) in status.transitions().iter().enumerate() {
            if place > 0 {
                code.blank();
            }
            code.doc(&describe(status, transition));
            constant(code, status, transition, imports);
        }
    });
}

/// The steps of an entity; none without a state machine.
pub(crate) fn steps(entity: &Entity) -> &[Transition] {
    entity.status().as_ref().map_or(&[], |status| status.transitions())
}

/// `Agent::START`
pub(crate) fn path(entity: &Entity, transition: &Transition) -> String {
    format!("{}::{}", entity.name(), transition.name().as_str().to_uppercase())
}

/// What a step is for, and between which states it goes.
pub(crate) fn describe(status: &Status, transition: &Transition) -> String {
    let from: Vec<String> = transition.from().iter().map(|state| format!("`{state}`")).collect();
    let text = documented(transition.description(), || sentence(transition.name()));
    let emitted: Vec<String> =
        events(status, transition).map(|event| format!("`{event}`")).collect();
    let emits = match emitted.is_empty() {
        true => String::new(),
        false => format!(", and emits {}", both(&emitted)),
    };
    format!("{text}\n\nFrom {} to `{}`{emits}.", either(&from), transition.to())
}

fn constant(code: &mut Code, status: &Status, transition: &Transition, imports: &mut Imports) {
    let name = transition.name().as_str();
    let from: Vec<String> =
        transition.from().iter().map(|state| format!("{:?}", state.as_str())).collect();
    let arguments = [
        format!("{name:?}"),
        format!("{:?}", status.field().camel()),
        format!("&[{}]", from.join(", ")),
        format!("{:?}", transition.to().as_str()),
    ];
    let stamp =
        transition.stamps().as_ref().map(|field| format!(".stamping(&[{:?}])", field.camel()));
    let events: Vec<String> = events(status, transition)
        .map(|event| {
            imports.add("purlin", "Emitted");
            imports.add("crate::events", event.as_str());
            format!("Emitted::of::<{event}>()")
        })
        .collect();
    let emits = (!events.is_empty()).then(|| format!(".emitting(&[{}])", events.join(", ")));
    let calls: Vec<String> = stamp.into_iter().chain(emits).collect();
    let before = format!("pub const {}: Transition<Self> = ", name.to_uppercase());
    let call = format!("Transition::new({})", arguments.join(", "));
    code.chain(&before, &call, &calls, ";");
}

/// What a step emits: its own event, and that of every step.
pub(crate) fn events<'s>(
    status: &'s Status,
    transition: &'s Transition,
) -> impl Iterator<Item = &'s Name> {
    transition.emits().iter().chain(status.emits())
}
