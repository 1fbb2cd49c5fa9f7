//! An event as EventBridge delivers it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An event as EventBridge delivers it to a target, with the same JSON names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// The version of this envelope, always `0`.
    pub version: String,
    /// Given by the bus when it took the event; a UUID.
    pub id: String,
    /// What happened, for example `OrderPlaced`.
    #[serde(rename = "detail-type")]
    pub detail_type: String,
    /// Who says so, for example `shop.orders`.
    pub source: String,
    /// The account, `000000000000` here.
    pub account: String,
    /// When, RFC 3339 in UTC, in whole seconds.
    pub time: String,
    /// The region the application is configured for.
    pub region: String,
    /// ARNs the publisher attached.
    pub resources: Vec<String>,
    /// The event itself, a JSON object.
    pub detail: Value,
}

impl Event {
    /// The id of the thing the event is about, if it can be told.
    ///
    /// Of the fields of `detail.data` that hold an id (`orderId`), the one whose name the detail type
    /// starts with (`OrderPlaced`); else the first.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        let data = self.detail.get("data").unwrap_or(&self.detail).as_object()?;
        let mut ids = data
            .iter()
            .filter_map(|(name, value)| Some((name.strip_suffix("Id")?, value.as_str()?)));
        let named = |name: &str| {
            self.detail_type.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        };
        ids.clone()
            .filter(|(name, _)| named(name))
            .max_by_key(|(name, _)| name.len())
            .or_else(|| ids.next())
            .map(|(_, id)| id)
    }
}
