//! The outbox: events that no item bears, as items of their own, which the relay publishes from the table's stream.
//!
//! The event of a deletion lies in the partition of what is deleted, so that it comes behind the item's earlier events
//! in the stream. Nobody reads an outbox, and it expires: what counts is that it has been written.

use aws_sdk_dynamodb::types::AttributeValue;
use uuid::Uuid;

use super::Expression;
use super::alive::{TTL, expiry_in};
use super::claim::OWN_SORT;
use super::failure::failed;
use super::store::{ENTITY, Store};
use super::write::{Kind, Subject, Write};
use crate::event::EntityRef;
use crate::event::emission::{Emission, key_text};
use crate::key::PrimaryKey;
use crate::publisher::PreparedEvent;
use crate::usage::WANTED;
use crate::{Context, Item, Result, limit};

/// What has the place of an entity's name.
pub(crate) const KIND: &str = "$outbox";

/// What keys of outboxes begin with. No template writes it: in a value two hexadecimal digits follow the `$`.
const PREFIX: &str = "$OUTBOX#";

/// How long an outbox is kept: as long as DynamoDB keeps a stream's records.
const LIFETIME_SECONDS: u64 = 24 * 60 * 60;

/// The attributes of an outbox: the event as it is published, and the item that it tells of.
const ID: &str = "_id";
const SOURCE: &str = "_source";
const TYPE: &str = "_type";
const DETAIL: &str = "_detail";
const OF: &str = "_of";

impl Store {
    /// The writes that keep the events of an item's deletion.
    pub(super) fn outbox(&self, removed: &Item) -> Result<Vec<Write>> {
        self.emissions.iter().map(|emission| self.farewell(emission, removed)).collect()
    }

    fn farewell(&self, emission: &Emission, removed: &Item) -> Result<Write> {
        let kind = emission.kind();
        let entity = match emission {
            Emission::OfItem(emitted) => Some(self.gone(emitted.entity_of(removed))),
            Emission::Whole(..) => None,
        };
        let metadata = self.ctx.metadata(kind, entity);
        let bus = self.ctx.config().event_bus();
        let event = PreparedEvent::new(bus, &metadata, &*emission.data(removed)?)?;
        write(&event, PrimaryKey::of(removed).map(|key| key.partition), Some(key_text(removed)))
    }

    /// A deletion counts as a write: its event is later than that of the last one.
    fn gone<'e>(&self, entity: EntityRef<'e>) -> EntityRef<'e> {
        EntityRef { version: entity.version.map(|version| version.saturating_add(1)), ..entity }
    }
}

/// The write that keeps an event.
pub(super) fn write(
    event: &PreparedEvent,
    partition: Option<String>,
    of: Option<String>,
) -> Result<Write> {
    let item = item(event, partition, of);
    limit::check_item(&item)?;
    Ok(Write {
        kind: Kind::Put(item),
        // The id is new.
        condition: "attribute_not_exists(PK)".to_owned(),
        expression: Expression::default(),
        subject: Subject::Bookkeeping,
    })
}

/// Keeps an event that the bus did not take. Sent twice it is the same item.
pub(crate) async fn put(ctx: &Context, event: &PreparedEvent) -> Result<()> {
    let item = item(event, None, None);
    limit::check_item(&item)?;
    put_own(ctx, item).await
}

/// Puts an item of the repository's own, whatever was there before.
pub(crate) async fn put_own(ctx: &Context, item: Item) -> Result<()> {
    let request = ctx.dynamodb().put_item().table_name(ctx.table()).set_item(Some(item));
    let output = request
        .return_consumed_capacity(WANTED)
        .send()
        .await
        .map_err(|error| failed(error.into()))?;
    ctx.meter().wrote(output.consumed_capacity.as_slice());
    Ok(())
}

fn item(event: &PreparedEvent, partition: Option<String>, of: Option<String>) -> Item {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let own = format!("{PREFIX}{}", event.event_id());
    let (partition, sort) = match partition {
        Some(partition) => (partition, own),
        None => (own, OWN_SORT.to_owned()),
    };
    let mut item = Item::from([
        ("PK".to_owned(), AttributeValue::S(partition)),
        ("SK".to_owned(), AttributeValue::S(sort)),
        (ENTITY.to_owned(), text(KIND)),
        (ID.to_owned(), text(event.event_id())),
        (SOURCE.to_owned(), text(event.source())),
        (TYPE.to_owned(), text(event.detail_type())),
        (DETAIL.to_owned(), text(event.detail())),
        (TTL.to_owned(), expiry_in(LIFETIME_SECONDS)),
    ]);
    item.extend(of.map(|of| (OF.to_owned(), AttributeValue::S(of))));
    item
}

/// The event that an outbox holds, and the item that it tells of.
pub(crate) fn read(bus: &str, item: &Item) -> Result<(PreparedEvent, Option<String>)> {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    let missing = || crate::Error::internal("an outbox lacks a part of its event");
    let id = text(ID).filter(|id| Uuid::parse_str(id).is_ok()).ok_or_else(missing)?;
    let (source, detail_type) =
        (text(SOURCE).ok_or_else(missing)?, text(TYPE).ok_or_else(missing)?);
    let detail = text(DETAIL).ok_or_else(missing)?;
    Ok((PreparedEvent::of(bus, &id, &source, &detail_type, detail)?, text(OF)))
}
