//! The events that a record of the stream holds.

use super::by_detail_type;
use crate::app::catch_panic_of;
use crate::event::emission::{EVENTS, Note, Noted, key_text, moment};
use crate::event::{Emitted, EntityRef};
use crate::publisher::PreparedEvent;
use crate::repository::{ENTITY, is_expired, outbox};
use crate::stream::Record;
use crate::{Error, Item, Result, Timestamp};

/// An event, and the item that it tells of: events of one item are published in their order.
pub(super) struct Stored {
    pub(super) event: PreparedEvent,
    pub(super) key: String,
}

/// An event that cannot be told.
pub(super) struct Untold {
    /// Its id and its detail type, where these are known.
    pub(super) noted: Option<(String, String)>,
    pub(super) error: Error,
}

impl From<Error> for Untold {
    fn from(error: Error) -> Self {
        Self { noted: None, error }
    }
}

/// The events of a record, in their order. One that cannot be told, since what is noted or the item cannot be read or
/// the application does not know the event, is no reason not to tell the others.
pub(super) fn events(
    record: &Record,
    emitted: &[Emitted],
    bus: &str,
) -> Vec<Result<Stored, Untold>> {
    // A removal bears no events: what it could tell of is in an outbox.
    let Some(new) = record.new_image() else { return Vec::new() };
    if record.entity() == Some(outbox::KIND) {
        // One that is put again is the same event.
        if record.old_image().is_some() {
            return Vec::new();
        }
        let stored = outbox::read(bus, new).map(|(event, of)| {
            let key = of.unwrap_or_else(|| key_text(new));
            Stored { event, key }
        });
        return vec![stored.map_err(Untold::from)];
    }
    let Some(text) = note(new) else { return Vec::new() };
    let old = record.old_image();
    // A write without events leaves the note of an earlier one.
    if old.and_then(note) == Some(text) {
        return Vec::new();
    }
    let note = match Note::read(text) {
        Ok(note) => note,
        Err(error) => return vec![Err(error.into())],
    };
    let tell = |noted: &Noted<'_>| {
        let event = catch_panic_of(|| event(&note, noted, (old, new), emitted, bus));
        event.map(|event| Stored { event, key: key_text(new) }).map_err(|error| Untold {
            noted: Some((noted.id.to_string(), noted.detail_type.to_string())),
            error,
        })
    };
    note.events.iter().map(tell).collect()
}

/// One of the events of a note, of a write that made the old item into the new one.
fn event(
    note: &Note<'_>,
    noted: &Noted<'_>,
    (old, new): (Option<&Item>, &Item),
    emitted: &[Emitted],
    bus: &str,
) -> Result<PreparedEvent> {
    if let Some((kind, data)) = noted.whole() {
        return PreparedEvent::new(bus, &note.metadata(noted, kind, entity_ref(new)), data);
    }
    let emitted = by_detail_type(emitted, &noted.detail_type)?;
    let metadata = note.metadata(noted, emitted.kind(), Some(emitted.entity_of(new)));
    let before = old.filter(|old| is_same_life(old, new, moment(noted.id)));
    PreparedEvent::new(bus, &metadata, &*emitted.data(new, before)?)
}

fn note(item: &Item) -> Option<&str> {
    item.get(EVENTS)?.as_s().ok().map(String::as_str)
}

/// Whether both are states of one item: what is written at this moment may also have taken the place of one that had
/// expired.
fn is_same_life(old: &Item, new: &Item, at: Timestamp) -> bool {
    let seconds = at.as_millis().div_euclid(1000);
    old.get(ENTITY) == new.get(ENTITY) && !is_expired(old, seconds)
}

fn entity_ref(item: &Item) -> Option<EntityRef<'static>> {
    let name = item.get(ENTITY)?.as_s().ok()?.clone();
    Some(EntityRef { name: name.into(), key: key_text(item).into(), version: None })
}
