//! Upcasts: each version of an event leads to the next, and the last of them to the event as it is.

use std::collections::{BTreeMap, HashMap};

use super::event_field::{EventField, event_fields};
use super::{Kind, Scope, View, limits};
use crate::draft::{EventDraft, UpcastDraft};
use crate::name::is_snake;
use crate::place::{Located, Place};
use crate::problem::{Code, Problem, Problems};

/// How many missing links are named.
const MAX_NAMED: usize = 3;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    // A struct written by hand reads its versions as its writer likes.
    if view.scope == Scope::Alone {
        return;
    }
    for (name, event) in view.draft.events.iter().flat_map(|it| it.events.iter().flatten()) {
        let version = event.version.as_ref().map_or(Ok(1), |it| u32::try_from(it.value));
        let Some(version) = version.ok().filter(|version| *version > 0) else { continue };
        let links = links(name, event, version, problems);
        chain(name, event, version, &links, problems);
        let last = version.checked_sub(1).and_then(|last| links.get(&last));
        for (from, upcast) in event.upcast.iter().flatten() {
            link(from, upcast, problems);
            if last.is_some_and(|last| *last == from.place) {
                // What the entity's fields are is not known where the entity is not.
                let Some(fields) = event_fields(view, event) else { continue };
                arrives(name, &fields, upcast, problems);
            }
        }
    }
}

/// The versions that upcasts lead from, and where they say so.
fn links(
    name: &Located<String>,
    event: &EventDraft,
    version: u32,
    problems: &mut Problems,
) -> BTreeMap<u32, Place> {
    let mut links = BTreeMap::new();
    for (from, _) in event.upcast.iter().flatten() {
        let number = from.value.parse::<u32>().ok().filter(|it| it.to_string() == from.value);
        match number.filter(|number| (1..version).contains(number)) {
            Some(number) => {
                links.insert(number, from.place);
            }
            None => {
                let message =
                    format!("`{}` is no version of `{}` before {version}", from.value, name.value);
                let place = event.version.as_ref().map_or(name.place, |version| version.place);
                let help = match version {
                    1 => "remove the upcast, or give the event its next `version`".to_owned(),
                    2 => "an upcast leads from version 1 to 2".to_owned(),
                    _ => format!("upcasts lead from the versions 1 to {} to the next", version - 1),
                };
                problems.push(
                    Problem::new(Code::InvalidUpcast, from.place, message)
                        .label(place, format!("the version is {version}"))
                        .help(help),
                );
            }
        }
    }
    links
}

/// An event of a version without a way to the next could be read by nobody.
fn chain(
    name: &Located<String>,
    event: &EventDraft,
    version: u32,
    links: &BTreeMap<u32, Place>,
    problems: &mut Problems,
) {
    // Of the billions that might be missing, few are looked for.
    let missing = (1..version).filter(|number| !links.contains_key(number));
    let mut missing: Vec<String> =
        missing.take(MAX_NAMED + 1).map(|number| number.to_string()).collect();
    let (Some(first), Some(written)) = (missing.first().cloned(), &event.version) else { return };
    let more = if missing.len() > MAX_NAMED { " and others" } else { "" };
    missing.truncate(MAX_NAMED);
    let numbers = missing.join(", ");
    let versions = if missing.len() == 1 { "version" } else { "versions" };
    let message =
        format!("events of `{}` of {versions} {numbers}{more} cannot be read any more", name.value);
    problems.push(Problem::new(Code::MissingUpcast, written.place, message).help(format!(
        "say what each of their fields becomes in the next version: `[events.{}.upcast.{first}]`, with `rename`, `remove` and `set`, or `custom = true`",
        name.value
    )));
}

/// What an upcast says does not contradict itself.
fn link(from: &Located<String>, upcast: &UpcastDraft, problems: &mut Problems) {
    let first = [
        upcast.rename.iter().flatten().next().map(|(name, _)| name.place),
        upcast.set.iter().flatten().next().map(|(name, _)| name.place),
        upcast.remove.iter().flatten().next().map(|name| name.place),
    ];
    let first = first.into_iter().flatten().next();
    let custom = upcast.custom.as_ref().filter(|custom| custom.value);
    match (custom, first) {
        (None, None) => {
            let message = format!("the upcast from version {} changes nothing", from.value);
            problems.push(
                Problem::new(Code::InvalidUpcast, from.place, message).help(
                    "add `rename`, `remove` or `set`, or `custom = true` to write it by hand",
                ),
            );
        }
        (Some(custom), Some(first)) => {
            let message = "an upcast that is written by hand does all of it";
            problems.push(
                Problem::new(Code::InapplicableOption, first, message)
                    .label(custom.place, "written by hand")
                    .help("remove `custom`, or everything else"),
            );
        }
        _ => {}
    }
    let (mut gone, mut made) = (HashMap::new(), HashMap::new());
    for (old, new) in upcast.rename.iter().flatten() {
        once(&mut gone, old, "goes", problems);
        once(&mut made, new, "is made", problems);
    }
    for old in upcast.remove.iter().flatten() {
        once(&mut gone, old, "goes", problems);
    }
    for (new, _) in upcast.set.iter().flatten() {
        once(&mut made, new, "is made", problems);
    }
}

fn once<'a>(
    seen: &mut HashMap<&'a str, Place>,
    name: &'a Located<String>,
    what: &str,
    problems: &mut Problems,
) {
    if !is_snake(&name.value) {
        problems.push(
            Problem::new(
                Code::InvalidName,
                name.place,
                format!("`{}` is not a valid field name", name.value),
            )
            .help("write it in snake_case, for example `created_at`"),
        );
    }
    match seen.get(name.value.as_str()) {
        Some(first) => problems.push(
            Problem::new(
                Code::DuplicateName,
                name.place,
                format!("the field `{}` {what} twice", name.value),
            )
            .label(*first, "first here")
            .help("remove one"),
        ),
        None => {
            seen.insert(&name.value, name.place);
        }
    }
}

/// The last upcast makes fields that the event has.
fn arrives(
    event: &Located<String>,
    fields: &[EventField<'_>],
    upcast: &UpcastDraft,
    problems: &mut Problems,
) {
    let find = |name: &Located<String>| fields.iter().find(|field| field.name.value == name.value);
    let sets = || upcast.set.iter().flatten();
    let renamed = upcast.rename.iter().flatten().map(|(_, new)| new);
    for name in renamed.chain(sets().map(|(name, _)| name)) {
        if find(name).is_none() {
            problems.push(super::event_field::unknown(event, name, fields));
        }
    }
    for (name, value) in sets() {
        let Some(field) = find(name) else { continue };
        let Some(kind) = Kind::of(field.draft) else { continue };
        if limits::has_default(kind) {
            problems.extend_with(limits::unfit(field.draft, kind, "value", value));
            continue;
        }
        let message = format!("a field of type `{}` has no value to set", field.word());
        problems.push(
            Problem::new(Code::InvalidUpcast, value.place, message)
                .label(field.name.place, "the field")
                .help("write the upcast by hand, with `custom = true` alone"),
        );
    }
    for name in upcast.remove.iter().flatten() {
        let set = sets().any(|(set, _)| set.value == name.value);
        if let Some(field) = find(name).filter(|_| !set) {
            let message = format!("`{}` is removed, and yet the event has it", name.value);
            problems.push(
                Problem::new(Code::InvalidUpcast, name.place, message)
                    .label(field.name.place, "the field")
                    .help("remove it from one of the two"),
            );
        }
    }
}
