//! Events, from draft to model.

use super::{field, fields_of, name, names, text};
use crate::check::view::is_optional;
use crate::check::{EntityView, View};
use crate::draft::{EventDocument, EventDraft, SourcedDraft, UpcastDraft};
use crate::model::{Delivery, Event, Fallback, Family, Field, Moment, Sourced, Upcast};
use crate::name::Name;
use crate::place::{Located, Sources};

pub(super) fn family(
    view: &View<'_>,
    service: &str,
    document: &EventDocument,
    sources: &Sources,
) -> Option<Family> {
    let section = document.family.as_ref()?;
    let name = section.name.as_ref()?;
    let events = document.events.iter().flatten();
    Some(Family {
        name: Name::new(&name.value),
        description: text(&section.description),
        source: format!("{service}.{}", name.value),
        events: events.map(|entry| event(entry, view)).collect::<Option<_>>()?,
        document: sources.path(name.place.file).to_owned(),
    })
}

pub(crate) fn event(entry: &(Located<String>, EventDraft), view: &View<'_>) -> Option<Event> {
    let (written, draft) = entry;
    let entity = draft.entity.as_ref().and_then(|entity| view.entity(&entity.value));
    let carried = |name: &Located<String>| field(name, entity?.field(&name.value)?);
    let upcasts = draft.upcast.iter().flatten().map(|(from, draft)| upcast(from, draft));
    let mut upcasts: Vec<Upcast> = upcasts.collect::<Option<_>>()?;
    upcasts.sort_by_key(|upcast| upcast.from);
    Some(Event {
        name: Name::new(&written.value),
        description: text(&draft.description),
        version: draft
            .version
            .as_ref()
            .map_or(Some(1), |version| u32::try_from(version.value).ok())?,
        entity: name(&draft.entity),
        carried: draft.carries.iter().flatten().map(carried).collect::<Option<_>>()?,
        sourced: draft
            .sourced()
            .map(|(name, draft)| sourced(name, draft, entity?))
            .collect::<Option<_>>()?,
        own: fields_of(draft.own())?,
        delivery: delivery(draft),
        upcasts,
    })
}

fn sourced(
    written: &Located<String>,
    draft: &SourcedDraft,
    entity: &EntityView<'_>,
) -> Option<Sourced> {
    let (moment, of) = match (&draft.was, &draft.now) {
        (Some(was), None) => (Moment::Was, was),
        (None, Some(now)) => (Moment::Now, now),
        _ => return None,
    };
    let source = entity.field(&of.value)?;
    let Field { description, kind, .. } = field(of, source)?;
    Some(Sourced {
        // What the entity's field is for in the entity, the event's is not.
        field: Field {
            name: Name::new(&written.value),
            description: text(&draft.description).or(description),
            kind,
            optional: is_optional(source),
            default: None,
            set: None,
            counter: false,
            hidden: false,
            read_by: None,
            write_by: None,
        },
        moment,
        of: Name::new(&of.value),
    })
}

fn delivery(draft: &EventDraft) -> Delivery {
    let is = |leaf: &Option<Located<String>>, word: &str| {
        leaf.as_ref().is_some_and(|leaf| leaf.value == word)
    };
    match (is(&draft.delivery, "direct"), is(&draft.fallback, "outbox")) {
        (false, _) => Delivery::Atomic,
        (true, true) => Delivery::Direct(Fallback::Outbox),
        (true, false) => Delivery::Direct(Fallback::Drop),
    }
}

fn upcast(from: &Located<String>, draft: &UpcastDraft) -> Option<Upcast> {
    let renames = draft.rename.iter().flatten();
    let sets = draft.set.iter().flatten();
    Some(Upcast {
        from: from.value.parse().ok()?,
        renames: renames.map(|(old, new)| (Name::new(&old.value), Name::new(&new.value))).collect(),
        sets: sets.map(|(name, value)| (Name::new(&name.value), value.value.clone())).collect(),
        removes: names(&draft.remove),
        custom: draft.custom.as_ref().is_some_and(|custom| custom.value),
    })
}
