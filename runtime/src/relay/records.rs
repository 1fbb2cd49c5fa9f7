//! The events that a record of the stream holds.

use super::by_detail_type;
use crate::event::emission::{EVENTS, Note, key_text};
use crate::event::{Emitted, EntityRef};
use crate::publisher::PreparedEvent;
use crate::repository::outbox;
use crate::stream::Record;
use crate::{Error, Item, Result};

/// An event, and the item that it tells of: events of one item are published in their order.
pub(crate) struct Stored {
    pub(crate) event: PreparedEvent,
    pub(crate) key: String,
}

/// The events of a record, in their order.
///
/// # Errors
/// A note or an item cannot be read, or the application does not know the event.
pub(super) fn events(record: &Record, emitted: &[Emitted], bus: &str) -> Result<Vec<Stored>> {
    // A removal bears no events: what it could tell of is in an outbox.
    let Some(new) = record.new_image() else { return Ok(Vec::new()) };
    if record.entity() == Some(outbox::KIND) {
        // One that is put again is the same event.
        if record.old_image().is_some() {
            return Ok(Vec::new());
        }
        let (event, of) = outbox::read(bus, new)?;
        return Ok(vec![Stored { event, key: of.unwrap_or_else(|| key_text(new)) }]);
    }
    let Some(text) = note(new) else { return Ok(Vec::new()) };
    let old = record.old_image();
    // A write without events leaves the note of an earlier one.
    if old.and_then(note) == Some(text) {
        return Ok(Vec::new());
    }
    let note = Note::read(text)?;
    let before = old.filter(|old| is_same_life(old, new));
    note.events
        .iter()
        .map(|noted| {
            let (event, key) = (|| {
                if let Some((kind, data)) = noted.whole() {
                    let entity = entity_ref(new);
                    let metadata = note.metadata(noted, kind, entity);
                    return PreparedEvent::new(bus, &metadata, data);
                }
                let emitted = by_detail_type(emitted, &noted.detail_type)?;
                let metadata = note.metadata(noted, emitted.kind(), Some(emitted.entity_of(new)));
                PreparedEvent::new(bus, &metadata, &*emitted.data(new, before)?)
            })()
            .map(|event| (event, key_text(new)))?;
            Ok::<_, Error>(Stored { event, key })
        })
        .collect()
}

fn note(item: &Item) -> Option<&str> {
    item.get(EVENTS)?.as_s().ok().map(String::as_str)
}

/// Whether both are states of one entity: an item may also be put in the place of one that has expired.
fn is_same_life(old: &Item, new: &Item) -> bool {
    old.get(crate::repository::ENTITY) == new.get(crate::repository::ENTITY)
}

fn entity_ref(item: &Item) -> Option<EntityRef<'static>> {
    let name = item.get(crate::repository::ENTITY)?.as_s().ok()?.clone();
    Some(EntityRef { name: name.into(), key: key_text(item).into(), version: None })
}
