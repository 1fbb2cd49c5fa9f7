//! EventBridge's `PutEvents`: what is asked, what is refused and how it is answered (AWS JSON 1.1).

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Event;

/// EventBridge: "Entries: minimum 1 item, maximum 10 items".
const MAX_ENTRIES: usize = 10;

/// EventBridge: the entries of one request together stay under 1 MB (256 KB until January 2026).
const MAX_BYTES: usize = 1024 * 1024;

/// EventBridge: a detail type has at most 128 characters. Longer ones are dropped there without a word;
/// here they are refused, so that the mistake shows.
const MAX_DETAIL_TYPE: usize = 128;

/// What EventBridge counts for an entry's time.
const TIME_BYTES: usize = 14;

/// The request as a whole is refused: nothing of it is kept.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// AWS's name of the error, for example `ValidationException`.
    pub(super) code: &'static str,
    /// For a person to read.
    pub(super) message: String,
}

/// What becomes of one entry.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is an event of this bus.
    Accepted(Event),
    /// It is well formed, and names a bus that does not exist. EventBridge answers such an entry
    /// with success and drops it.
    UnknownBus(Event, String),
    /// It is not an event.
    Refused {
        /// AWS's name of the error, for example `MalformedDetail`.
        code: &'static str,
        /// For a person to read.
        message: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    #[serde(default)]
    entries: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    #[serde(default)]
    time: Option<f64>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    resources: Option<Vec<String>>,
    #[serde(default)]
    detail_type: Option<String>,
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    event_bus_name: Option<String>,
}

impl Entry {
    /// The size as EventBridge computes it, in bytes.
    fn size(&self) -> usize {
        let text = |value: &Option<String>| value.as_ref().map_or(0, String::len);
        let time = if self.time.is_some() { TIME_BYTES } else { 0 };
        let resources: usize = self.resources.iter().flatten().map(String::len).sum();
        time + text(&self.source) + text(&self.detail_type) + text(&self.detail) + resources
    }
}

/// Reads a `PutEvents` request for the bus `bus`; one verdict for each entry, in the order asked.
pub(super) fn read(body: &[u8], bus: &str, region: &str) -> Result<Vec<Verdict>, Fault> {
    let request: PutEvents = serde_json::from_slice(body)
        .map_err(|error| Fault { code: "SerializationException", message: error.to_string() })?;
    let entries = request.entries.unwrap_or_default();
    let constraint = match entries.len() {
        0 => Some("greater than or equal to 1"),
        1..=MAX_ENTRIES => None,
        _ => Some("less than or equal to 10"),
    };
    if let Some(constraint) = constraint {
        return Err(invalid(format!(
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: \
             Member must have length {constraint}"
        )));
    }
    if entries.iter().map(Entry::size).sum::<usize>() >= MAX_BYTES {
        return Err(invalid(
            "Total size of the entries in the request is over the limit.".to_owned(),
        ));
    }
    let now = Timestamp::now();
    Ok(entries.into_iter().map(|entry| judge(entry, bus, region, now)).collect())
}

fn invalid(message: String) -> Fault {
    Fault { code: "ValidationException", message }
}

fn judge(entry: Entry, bus: &str, region: &str, now: Timestamp) -> Verdict {
    match event(&entry, region, now) {
        Err((code, message)) => Verdict::Refused { code, message },
        Ok(event) => {
            let name = entry.event_bus_name.as_deref().map_or("default", bus_name);
            if name == bus {
                Verdict::Accepted(event)
            } else {
                Verdict::UnknownBus(event, name.to_owned())
            }
        }
    }
}

/// A bus is named by its name or its ARN, `arn:aws:events:REGION:ACCOUNT:event-bus/NAME`.
fn bus_name(text: &str) -> &str {
    match text.split_once(":event-bus/") {
        Some((_, name)) => name,
        None => text,
    }
}

fn event(entry: &Entry, region: &str, now: Timestamp) -> Result<Event, (&'static str, String)> {
    let source = required("Source", entry.source.as_deref())?;
    if source.starts_with("aws.") {
        return Err((
            "NotAuthorizedForSourceException",
            "Not authorized for the source.".to_owned(),
        ));
    }
    let detail_type = required("DetailType", entry.detail_type.as_deref())?;
    if detail_type.chars().count() > MAX_DETAIL_TYPE {
        return Err(argument(
            "DetailType",
            &format!("it is longer than {MAX_DETAIL_TYPE} characters."),
        ));
    }
    let detail = required("Detail", entry.detail.as_deref())?;
    let detail: Value = serde_json::from_str(detail)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| ("MalformedDetail", "Detail is malformed.".to_owned()))?;
    let time = match entry.time {
        // An event's time is in whole seconds.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "`as` saturates, and jiff refuses what is out of range"
        )]
        Some(seconds) => Timestamp::from_second(seconds.floor() as i64)
            .map_err(|_| argument("Time", "it is out of range."))?,
        None => now,
    };
    Ok(Event {
        version: "0".to_owned(),
        id: uuid::Uuid::now_v7().to_string(),
        detail_type: detail_type.to_owned(),
        source: source.to_owned(),
        account: super::ACCOUNT.to_owned(),
        time: time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        region: region.to_owned(),
        resources: entry.resources.clone().unwrap_or_default(),
        detail,
    })
}

fn required<'a>(name: &str, value: Option<&'a str>) -> Result<&'a str, (&'static str, String)> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| argument(name, &format!("{name} is a required argument.")))
}

fn argument(name: &str, reason: &str) -> (&'static str, String) {
    ("InvalidArgument", format!("Parameter {name} is not valid. Reason: {reason}"))
}

/// The answer to a request: per entry its event's id, or its error's code and message.
pub(super) fn answer(results: &[Result<String, (&'static str, String)>]) -> Value {
    let failed = results.iter().filter(|result| result.is_err()).count();
    let entries: Vec<Value> = results
        .iter()
        .map(|result| match result {
            Ok(id) => json!({ "EventId": id }),
            Err((code, message)) => json!({ "ErrorCode": code, "ErrorMessage": message }),
        })
        .collect();
    json!({ "FailedEntryCount": failed, "Entries": entries })
}
