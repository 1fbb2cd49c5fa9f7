//! Events: their entities and carried fields exist, and their names do not clash.

use std::collections::HashMap;

use super::View;
use crate::draft::EventDraft;
use crate::name::Name;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    for document in &view.draft.events {
        for (name, event) in document.events.iter().flatten() {
            if let Some(version) = event
                .version
                .as_ref()
                .filter(|version| !(1..=i64::from(u32::MAX)).contains(&version.value))
            {
                problems.push(
                    Problem::new(
                        Code::ImpossibleLimit,
                        version.place,
                        format!("`{}` is not a version of an event", version.value),
                    )
                    .help("versions are whole numbers from 1 to 4294967295"),
                );
            }
            both(event, problems);
            let carries = event.carries.iter().flatten();
            let taken = || event.sourced().flat_map(|(_, it)| it.was.iter().chain(&it.now));
            let Some(written) = &event.entity else {
                let first = carries.map(|field| ("carries", field)).next();
                if let Some((how, field)) = first.or_else(|| Some(("takes", taken().next()?))) {
                    problems.push(
                        Problem::new(
                            Code::MissingKey,
                            field.place,
                            format!("event `{}` {how} fields, but of no entity", name.value),
                        )
                        .help("name it: `entity = \"…\"`"),
                    );
                }
                continue;
            };
            let Some(entity) = view.entity(&written.value) else {
                if view.resolves_names() {
                    problems.push(
                        Problem::new(
                            Code::UnknownEntity,
                            written.place,
                            format!("unknown entity `{}`", written.value),
                        )
                        .maybe_help(suggest(&written.value, view.entity_names()))
                        .or_help("declare it in a document of `entities/`"),
                    );
                }
                continue;
            };
            // Fields that differ in Rust must also differ in JSON: `a_1` and `a1` would not.
            let mut seen: HashMap<String, Place> = HashMap::new();
            for field in carries {
                if entity.field(&field.value).is_none() {
                    super::entity::unknown_field(entity, field, problems);
                }
                once(&mut seen, field, problems);
            }
            for field in taken().filter(|field| entity.field(&field.value).is_none()) {
                super::entity::unknown_field(entity, field, problems);
            }
            for (own, _) in event.fields.iter().flatten() {
                if let Some(first) = seen.get(&Name::new(&own.value).camel()) {
                    problems.push(twice(&own.value, own.place, *first));
                }
            }
        }
    }
}

/// A field is either what was, or what is.
fn both(event: &EventDraft, problems: &mut Problems) {
    for (name, field) in event.sourced() {
        if let (Some(was), Some(now)) = (&field.was, &field.now) {
            let message = format!("`{}` cannot be both what was and what is", name.value);
            problems.push(
                Problem::new(Code::InapplicableOption, now.place, message)
                    .label(was.place, "what was")
                    .help("remove one, or make two fields of them"),
            );
        }
    }
}

fn once(seen: &mut HashMap<String, Place>, name: &Located<String>, problems: &mut Problems) {
    let camel = Name::new(&name.value).camel();
    match seen.get(&camel) {
        Some(first) => problems.push(twice(&name.value, name.place, *first)),
        None => {
            seen.insert(camel, name.place);
        }
    }
}

fn twice(name: &str, place: Place, first: Place) -> Problem {
    Problem::new(Code::DuplicateName, place, format!("the event has the field `{name}` twice"))
        .label(first, "first given here")
        .help("remove one")
}
