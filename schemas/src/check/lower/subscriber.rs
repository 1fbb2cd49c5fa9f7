//! Subscribers, from draft to model.

use serde_json::{Map, Value, json};

use super::{name, names, text, whole_number};
use crate::check::View;
use crate::draft::{RetryDraft, SubscriberDraft};
use crate::duration;
use crate::model::{Reaction, Retry, Subscriber};
use crate::name::Name;
use crate::place::{Located, Sources};
use crate::schedule;

/// How often a subscriber is tried that does not say.
const ATTEMPTS: u32 = 5;

/// How long after a first failure a subscriber is tried again that does not say, in seconds.
const BACKOFF: u64 = 1;

/// How old an event may be for a subscriber that does not say, in seconds: a day.
const MAX_AGE: u64 = 24 * 60 * 60;

pub(super) fn subscriber(
    view: &View<'_>,
    draft: &SubscriberDraft,
    sources: &Sources,
) -> Option<Subscriber> {
    let written = draft.name.as_ref()?;
    Some(Subscriber {
        name: Name::new(&written.value),
        description: text(&draft.description),
        events: names(&draft.on),
        schedule: match &draft.schedule {
            Some(written) => Some(schedule::parse(written).ok()?),
            None => None,
        },
        pattern: pattern(view, draft),
        retry: retry(draft.retry.as_ref()),
        reaction: reaction(draft)?,
        document: sources.path(written.place.file).to_owned(),
    })
}

/// The whole pattern of a subscriber: the sources and types of its events, and what it says itself.
pub(crate) fn pattern(view: &View<'_>, draft: &SubscriberDraft) -> Value {
    let Some(on) = &draft.on else { return Value::Null };
    let service = view.draft.service.service.as_ref().and_then(|service| service.name.as_ref());
    let service = service.map_or("", |name| name.value.as_str());
    let mut sources: Vec<String> = Vec::new();
    for event in on {
        let family = view.family(&event.value).and_then(|family| family.name.as_ref());
        let source = family.map(|family| format!("{service}.{}", family.value));
        sources.extend(source.filter(|source| !sources.contains(source)));
    }
    let types: Vec<&str> = on.iter().map(|event| event.value.as_str()).collect();
    let mut pattern = Map::new();
    pattern.insert("source".to_owned(), json!(sources));
    pattern.insert("detail-type".to_owned(), json!(types));
    match draft.pattern.as_ref().map(|written| written.json()) {
        Some(Value::Object(written)) => pattern.extend(written),
        // That a pattern is an object has been said.
        Some(other) => return other,
        None => {}
    }
    Value::Object(pattern)
}

fn retry(draft: Option<&RetryDraft>) -> Retry {
    let lasting = |leaf: Option<&Located<String>>| duration::seconds(leaf?).ok();
    Retry {
        attempts: draft.and_then(|draft| whole_number(&draft.attempts)).unwrap_or(ATTEMPTS),
        backoff_ms: lasting(draft.and_then(|draft| draft.backoff.as_ref())).unwrap_or(BACKOFF)
            * 1_000,
        max_age_seconds: lasting(draft.and_then(|draft| draft.max_age.as_ref())).unwrap_or(MAX_AGE),
    }
}

fn reaction(draft: &SubscriberDraft) -> Option<Reaction> {
    if let Some(step) = &draft.transition {
        return Some(Reaction::Transition { entity: name(&step.entity)?, step: name(&step.step)? });
    }
    let Some(project) = &draft.project else { return Some(Reaction::Custom) };
    let sets = project.set.iter().flatten();
    let adds = project.add.iter().flatten();
    Some(Reaction::Project {
        into: name(&project.into)?,
        sets: sets.map(|(to, from)| (Name::new(&to.value), Name::new(&from.value))).collect(),
        adds: adds.map(|(to, value)| (Name::new(&to.value), value.value)).collect(),
    })
}
