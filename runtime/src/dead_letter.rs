//! Dead letters: events that nobody could do anything with, kept in the table for 14 days, where they can be looked at
//! and sent again.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::event::emission::{EVENTS, key_text};
use crate::publisher::PreparedEvent;
use crate::repository::{self, ENTITY, failed};
use crate::stream::Record;
use crate::{Context, Error, Failure, Item, Result, Timestamp, limit};

/// The partition of all dead letters. No template writes it: in a value two hexadecimal digits follow the `$`.
const PARTITION: &str = "$DEAD";

/// What has the place of an entity's name.
const KIND: &str = "$dead";

/// How long a dead letter is kept: 14 days, as SQS keeps a message at most.
const LIFETIME_SECONDS: u64 = 14 * 24 * 60 * 60;

/// The attribute that holds all of the letter, as JSON.
const LETTER: &str = "_letter";

/// What nobody could do anything with, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeadLetter {
    /// Identifies the letter: a UUIDv7.
    pub id: String,
    /// Who gave up: the subscriber, or `relay`.
    pub component: String,
    /// The event's id, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// What happened, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail_type: Option<String>,
    /// Why.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub at: Timestamp,
    /// The event as a subscriber gets it; of a record that the relay cannot read, its item's key and what is noted on
    /// it.
    pub event: Value,
    /// Whether the event's data is left out, since it is larger than an item of the table can be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shortened: bool,
}

impl DeadLetter {
    /// A letter of now: who gave up, why, after how many attempts, and the event as a subscriber gets it.
    #[must_use]
    pub fn new(component: &str, error: &str, attempts: u32, event: Value) -> Self {
        let text = |pointer: &str| event.pointer(pointer)?.as_str().map(str::to_owned);
        Self {
            id: Uuid::now_v7().to_string(),
            component: component.to_owned(),
            event_id: text("/detail/metadata/eventId"),
            detail_type: text("/detail-type"),
            error: error.to_owned(),
            attempts,
            at: Timestamp::now(),
            event,
            shortened: false,
        }
    }

    /// An event that the bus will never take.
    pub(crate) fn of_event(event: &PreparedEvent, error: &str) -> Self {
        let detail = serde_json::from_str(event.detail()).unwrap_or(Value::Null);
        let event = serde_json::json!({
            "source": event.source(), "detail-type": event.detail_type(), "detail": detail,
        });
        Self::new(crate::relay::NAME, error, 1, event)
    }

    /// What the application is told of an event that was never published.
    pub(crate) fn failure(&self) -> Failure {
        Failure {
            component: self.component.clone(),
            code: "not-published".to_owned(),
            message: self.error.clone(),
            data: self.event.pointer("/detail/data").cloned().unwrap_or_default(),
        }
    }

    /// A record's event that cannot be told: its id and its detail type, where these are known.
    pub(crate) fn of_record(record: &Record, noted: Option<(String, String)>, error: &str) -> Self {
        let item = record.new_image();
        let note = item.and_then(|item| item.get(EVENTS)?.as_s().ok());
        let event = serde_json::json!({
            "sequenceNumber": record.sequence_number(),
            "item": item.map(key_text),
            "note": note,
        });
        let (event_id, detail_type) = noted.unzip();
        Self { event_id, detail_type, ..Self::new(crate::relay::NAME, error, 1, event) }
    }

    /// The letter without the event's data, of which there is too much.
    fn shortened(&self) -> Self {
        let mut event = self.event.clone();
        for pointer in ["/detail", "/note"] {
            if let Some(long) = event.pointer_mut(pointer) {
                *long = long
                    .get("metadata")
                    .map(|known| serde_json::json!({ "metadata": known }))
                    .unwrap_or_default();
            }
        }
        Self { event, shortened: true, ..self.clone() }
    }

    fn to_item(&self) -> Result<Item> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let item = Item::from([
            ("PK".to_owned(), text(PARTITION)),
            ("SK".to_owned(), text(&self.id)),
            (ENTITY.to_owned(), text(KIND)),
            (LETTER.to_owned(), text(&serde_json::to_string(self).map_err(Error::internal)?)),
            (repository::TTL.to_owned(), repository::expiry_in(LIFETIME_SECONDS)),
        ]);
        limit::check_item(&item)?;
        Ok(item)
    }
}

/// Keeps a letter, and tells the log.
///
/// # Errors
/// The table cannot be written.
pub(crate) async fn put(ctx: &Context, letter: &DeadLetter) -> Result<()> {
    tracing::error!(
        component = letter.component,
        event_id = letter.event_id,
        detail_type = letter.detail_type,
        attempts = letter.attempts,
        error = letter.error,
        "an event is a dead letter"
    );
    // What could not be put aside would hold back all that comes behind it.
    let item = letter.to_item().or_else(|_| letter.shortened().to_item())?;
    repository::put_own(ctx, item).await
}

/// The newest letters, at most so many.
///
/// # Errors
/// The table cannot be read.
pub async fn newest(ctx: &Context, limit: u32) -> Result<Vec<DeadLetter>> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut letters, mut from): (Vec<DeadLetter>, Option<Item>) = (Vec::new(), None);
    // A page ends at 1 MB, which a few letters fill whose events are large.
    loop {
        let left = limit - letters.len();
        let output = ctx
            .dynamodb()
            .query()
            .table_name(ctx.table())
            .key_condition_expression("PK = :partition")
            .expression_attribute_values(":partition", AttributeValue::S(PARTITION.to_owned()))
            .scan_index_forward(false)
            .limit(i32::try_from(left.max(1)).unwrap_or(i32::MAX))
            .set_exclusive_start_key(from)
            .send()
            .await
            .map_err(|error| failed(error.into()))?;
        for item in output.items.unwrap_or_default().iter().take(left) {
            letters.push(read(item)?);
        }
        from = output.last_evaluated_key;
        if from.is_none() || letters.len() >= limit {
            return Ok(letters);
        }
    }
}

/// The letter of this id, or none.
///
/// # Errors
/// The table cannot be read.
pub async fn get(ctx: &Context, id: &str) -> Result<Option<DeadLetter>> {
    let output = ctx
        .dynamodb()
        .get_item()
        .table_name(ctx.table())
        .set_key(Some(key(id)))
        .consistent_read(true)
        .send()
        .await
        .map_err(|error| failed(error.into()))?;
    output.item.as_ref().map(read).transpose()
}

/// Publishes a letter's event again, and removes the letter. Subscribers that have acted on the event do not again.
///
/// # Errors
/// The letter holds no event, or it cannot be published; then the letter stays.
pub async fn replay(ctx: &Context, letter: &DeadLetter) -> Result<()> {
    let text = |name: &str| letter.event.get(name).and_then(Value::as_str);
    if letter.shortened {
        let message = format!("the dead letter `{}` lacks its event's data", letter.id);
        return Err(Error::invalid("not-an-event", message));
    }
    let (Some(source), Some(detail_type), Some(detail), Some(id)) =
        (text("source"), text("detail-type"), letter.event.get("detail"), &letter.event_id)
    else {
        let message =
            format!("the dead letter `{}` holds no event that can be published", letter.id);
        return Err(Error::invalid("not-an-event", message));
    };
    let bus = ctx.config().event_bus();
    let event = PreparedEvent::of(bus, id, source, detail_type, detail.to_string())?;
    ctx.events().send(vec![event]).await?;
    remove(ctx, &letter.id).await
}

/// Removes a letter.
///
/// # Errors
/// The table cannot be written.
pub async fn remove(ctx: &Context, id: &str) -> Result<()> {
    let request = ctx.dynamodb().delete_item().table_name(ctx.table()).set_key(Some(key(id)));
    request.send().await.map_err(|error| failed(error.into()))?;
    Ok(())
}

fn key(id: &str) -> Item {
    Item::from([
        ("PK".to_owned(), AttributeValue::S(PARTITION.to_owned())),
        ("SK".to_owned(), AttributeValue::S(id.to_owned())),
    ])
}

fn read(item: &Item) -> Result<DeadLetter> {
    let text = item.get(LETTER).and_then(|value| value.as_s().ok());
    let text = text.ok_or_else(|| Error::internal("a dead letter has no text"))?;
    serde_json::from_str(text).map_err(Error::internal)
}
