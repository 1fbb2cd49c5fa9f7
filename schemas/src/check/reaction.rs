//! What subscribers write without a handler: their events tell which item, and all that it needs.

use super::event_field::{EventField, event_fields, fits, has_own_type, unknown};
use super::view::{is_counter, is_optional, may_be_left_out};
use super::{EntityView, Kind, View};
use crate::draft::{FieldDraft, ProjectDraft, StepDraft, SubscriberDraft};
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};
use crate::suggest::{quoted, suggest};

/// An event that a subscriber reacts to.
struct On<'a> {
    name: &'a Located<String>,
    fields: Vec<EventField<'a>>,
}

impl<'a> On<'a> {
    fn field(&self, name: &str) -> Option<&EventField<'a>> {
        self.fields.iter().find(|field| field.name.value == name)
    }
}

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for subscriber in view.subscribers() {
        let named = subscriber.on.iter().flatten();
        let events: Vec<On<'_>> = named
            .filter_map(|name| {
                Some(On { name, fields: event_fields(view, view.event(&name.value)?)? })
            })
            .collect();
        if let Some(step) = &subscriber.transition {
            transition(view, subscriber, step, &events, problems);
        }
        if let Some(project) = &subscriber.project {
            projection(view, subscriber, project, &events, problems);
        }
    }
}

/// The entity that is written to, if it is known.
fn target<'v, 'a>(
    view: &'v View<'a>,
    written: Option<&Located<String>>,
    problems: &mut Problems,
) -> Option<&'v EntityView<'a>> {
    let written = written?;
    let found = view.entity(&written.value);
    if found.is_none() && view.resolves_names() {
        let message = format!("unknown entity `{}`", written.value);
        problems.push(
            Problem::new(Code::UnknownEntity, written.place, message)
                .maybe_help(suggest(&written.value, view.entity_names()))
                .or_help("declare it in a document of `entities/`"),
        );
    }
    found
}

fn transition(
    view: &View<'_>,
    subscriber: &SubscriberDraft,
    draft: &StepDraft,
    events: &[On<'_>],
    problems: &mut Problems,
) {
    let Some(entity) = target(view, draft.entity.as_ref(), problems) else { return };
    if let Some(written) = &draft.entity {
        keys(entity, written, events, problems);
    }
    let Some(written) = &draft.step else { return };
    super::status::declared(entity, written, problems);
    let Some(status) = &entity.document.status else { return };
    let step = status.transitions.as_ref().and_then(|steps| steps.get(&written.value));
    let emitted = [step.and_then(|step| step.emits.as_ref()), status.emits.as_ref()];
    for emits in emitted.into_iter().flatten() {
        let on = subscriber.on.iter().flatten().find(|on| on.value == emits.value);
        if let Some(on) = on {
            let message = format!(
                "`{}` would be called by the `{}` of its own step",
                subscriber.name.as_ref().map_or("", |name| name.value.as_str()),
                emits.value
            );
            problems.push(
                Problem::new(Code::EventLoop, on.place, message)
                    .label(written.place, "the step")
                    .label(emits.place, "emitted here")
                    .help("react to another event, or take another step"),
            );
        }
    }
}

/// Each event tells which item is meant.
fn keys(
    entity: &EntityView<'_>,
    written: &Located<String>,
    events: &[On<'_>],
    problems: &mut Problems,
) {
    let keys = entity.key_fields();
    let keys = || keys.iter().filter_map(|key| entity.document.fields.as_ref()?.entry(key));
    for on in events {
        for (key, target) in keys() {
            let problem = |message: String| {
                Problem::new(Code::UnfitReaction, on.name.place, message)
                    .label(written.place, "what is written to")
            };
            let (event, key_name) = (&on.name.value, &key.value);
            match on.field(key_name) {
                None => problems.push(
                    problem(format!("event `{event}` does not tell which `{}` is meant", entity.name))
                        .label(key.place, "a part of the key")
                        .help(format!("let the event have a field `{key_name}`, or write the subscriber by hand, with `run = \"custom\"`")),
                ),
                Some(field) if field.is_optional() => problems.push(
                    problem(format!("an event `{event}` may lack `{key_name}`, a part of the key"))
                        .label(field.name.place, "the event's field")
                        .help("make the event's field required"),
                ),
                Some(field) if !fits(field, target, entity.name) => {
                    problems.push(mismatch(entity, problem, on, field, key, target));
                }
                Some(_) => {}
            }
        }
    }
}

/// A value that is not of the type of the field that it is for.
fn mismatch(
    entity: &EntityView<'_>,
    problem: impl Fn(String) -> Problem,
    on: &On<'_>,
    from: &EventField<'_>,
    to: &Located<String>,
    target: &FieldDraft,
) -> Problem {
    let word = target.kind.as_ref().map_or("", |kind| kind.value.as_str());
    let what = match word {
        _ if from.word() != word => format!("is of type `{}`, not `{word}`", from.word()),
        "ref" => "refers to another entity".to_owned(),
        _ if has_own_type(target) => "has a type of its own".to_owned(),
        _ => "holds something else".to_owned(),
    };
    let help = match from.word() == word && has_own_type(target) {
        true => {
            "let the event be about the entity and take the field itself, or write the subscriber by hand, with `run = \"custom\"`"
        }
        false => "take a field of the same type",
    };
    let (event, field) = (&on.name.value, &from.name.value);
    problem(format!("`{field}` of `{event}` cannot be the `{}` of `{}`", to.value, entity.name))
        .label(from.name.place, format!("the event's field {what}"))
        .label(to.place, "the entity's field")
        .help(help)
}

fn projection(
    view: &View<'_>,
    subscriber: &SubscriberDraft,
    draft: &ProjectDraft,
    events: &[On<'_>],
    problems: &mut Problems,
) {
    let Some(entity) = target(view, draft.into.as_ref(), problems) else { return };
    let Some(written) = &draft.into else { return };
    if let Some(api_key) = &entity.document.api_key {
        let message =
            format!("each `{}` is issued to a caller, and made by nothing else", entity.name);
        problems.push(
            Problem::new(Code::UnfitReaction, written.place, message)
                .label(api_key.place, "issued to callers")
                .help("write to another entity"),
        );
        return;
    }
    keys(entity, written, events, problems);
    for (to, from) in draft.set.iter().flatten() {
        let Some(target) = entity.field(&to.value) else {
            super::entity::unknown_field(entity, to, problems);
            continue;
        };
        if let Some(why) = kept(entity, to, target) {
            problems.push(unfit(to, target, &why));
            continue;
        }
        for on in events {
            let Some(field) = on.field(&from.value) else {
                problems.push(unknown(on.name, from, &on.fields).label(on.name.place, "the event"));
                continue;
            };
            let problem = |message: String| Problem::new(Code::UnfitReaction, from.place, message);
            if !fits(field, target, entity.name) {
                problems.push(mismatch(entity, problem, on, field, to, target));
            } else if field.is_optional() && !is_optional(target) {
                let message = format!("an event `{}` may lack `{}`", on.name.value, from.value);
                problems.push(
                    problem(message)
                        .label(field.name.place, "the event's field")
                        .label(target.place, "never absent")
                        .help("make the event's field required, or the entity's optional"),
                );
            }
        }
    }
    for (to, _) in draft.add.iter().flatten() {
        let Some(target) = entity.field(&to.value) else {
            super::entity::unknown_field(entity, to, problems);
            continue;
        };
        let numeric = matches!(Kind::of(target), None | Some(Kind::Integer | Kind::Number));
        let why = match kept(entity, to, target) {
            Some(_) if is_counter(target) => None,
            Some(why) => Some(why),
            None if !numeric => Some("only numbers are added to".to_owned()),
            None => None,
        };
        if let Some(why) = why {
            problems.push(unfit(to, target, &why));
        } else if let Some((set, _)) = draft.set.as_ref().and_then(|set| set.entry(&to.value)) {
            problems.push(
                Problem::new(
                    Code::DuplicateName,
                    to.place,
                    format!("`{}` is both set and added to", to.value),
                )
                .label(set.place, "set here")
                .help("remove one"),
            );
        }
    }
    complete(entity, subscriber, draft, problems);
}

/// Why a field is not a projection's to write, if it is not.
fn kept(entity: &EntityView<'_>, name: &Located<String>, field: &FieldDraft) -> Option<String> {
    if entity.key_fields().contains(&name.value.as_str()) {
        return Some("the key names the item that is written to".to_owned());
    }
    // Nobody calls here whose item it would be.
    if entity.owner() == Some(&name.value) {
        return None;
    }
    super::input::set_otherwise(entity, &name.value, field).map(str::to_owned)
}

fn unfit(name: &Located<String>, target: &FieldDraft, why: &str) -> Problem {
    let message = format!("`{}` cannot be written by a projection", name.value);
    Problem::new(Code::UnfitReaction, name.place, message)
        .saying(why)
        .label(target.place, "the field")
        .help("leave it out")
}

/// The item is made where it is missing, and is then whole.
fn complete(
    entity: &EntityView<'_>,
    subscriber: &SubscriberDraft,
    draft: &ProjectDraft,
    problems: &mut Problems,
) {
    if !entity.clear || entity.partition.is_none() || entity.sort.is_none() {
        return;
    }
    let given = |name: &str| {
        draft.set.as_ref().is_some_and(|set| set.get(name).is_some())
            || draft.add.as_ref().is_some_and(|add| add.get(name).is_some())
            || entity.key_fields().contains(&name)
    };
    let missing: Vec<&str> = entity
        .fields()
        .filter(|(name, field)| {
            !given(&name.value)
                && !may_be_left_out(field)
                && Kind::of(field).is_some()
                && kept(entity, name, field).is_none()
        })
        .map(|(name, _)| name.value.as_str())
        .collect();
    if let (false, Some(into)) = (missing.is_empty(), &draft.into) {
        let message = format!(
            "subscriber `{}` leaves {} without a value",
            subscriber.name.as_ref().map_or("", |name| name.value.as_str()),
            quoted(missing)
        );
        problems.push(Problem::new(Code::MissingInput, into.place, message).help(
            "add to `set` or `add`, give the field a default, or make it optional: the item is made where it is missing",
        ));
    }
}
