//! The event that tells what was given up: it exists, and can be made of any failure.

use super::view::is_optional;
use super::{Kind, View};
use crate::draft::EventDraft;
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;

/// What every failure tells, as strings.
const TOLD: [&str; 3] = ["component", "code", "message"];

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    let service = view.draft.service.service.as_ref();
    let Some(named) = service.and_then(|service| service.failures.as_ref()) else { return };
    let events = || view.draft.events.iter().flat_map(|document| document.events.iter().flatten());
    let Some((name, event)) = events().find(|(name, _)| name.value == named.value) else {
        if view.resolves_names() {
            let known = events().map(|(name, _)| name.value.as_str());
            problems.push(
                Problem::new(
                    Code::UnknownEvent,
                    named.place,
                    format!("unknown event `{}`", named.value),
                )
                .maybe_help(suggest(&named.value, known))
                .or_help("declare it in a document of `events/`"),
            );
        }
        return;
    };
    let mut fault = |place, message: String| {
        problems.push(
            Problem::new(Code::EventNotDerivable, place, message)
                .label(named.place, "made of failures here")
                .help(
                    "let it have the strings `component`, `code` and `message`, and other fields only if they are optional",
                ),
        );
    };
    for told in TOLD {
        if !tells(event, told) {
            let message =
                format!("`{}` has no string `{told}`, which tells of a failure", name.value);
            fault(name.place, message);
        }
    }
    if let Some(first) = event.carries.iter().flatten().next() {
        let message = format!("`{}` carries fields of an item, and a failure has none", name.value);
        fault(first.place, message);
    }
    for (field, draft) in event.own() {
        if !TOLD.contains(&field.value.as_str()) && !is_optional(draft) {
            let message = format!("a failure need not tell `{}`", field.value);
            fault(field.place, message);
        }
    }
}

/// Whether the event has this field as a string that is always there.
fn tells(event: &EventDraft, name: &str) -> bool {
    event.own().any(|(field, draft)| {
        field.value == name
            && Kind::of(draft).is_none_or(|kind| kind == Kind::String)
            && !is_optional(draft)
    })
}
