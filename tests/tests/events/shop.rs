//! A shop: entities whose writes emit events, and the events.

use purlin::{
    App, Attribute, Emitted, Entity, Event, EventOf, Failure, FailureEvent, TableIndex, Timestamp,
    Transition,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Attribute, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderStatus {
    Open,
    Placed,
}

/// An order: with a number that no two share, an expiry and a soft deletion.
#[derive(Clone, Debug, PartialEq, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "ORDER#{order_id}", sort = "ORDER", version = version)]
#[entity(ttl = expires_at, soft_delete = cancelled_at)]
#[entity(unique(number(number)))]
pub(super) struct Order {
    pub(super) order_id: String,
    pub(super) number: String,
    pub(super) remark: String,
    pub(super) status: OrderStatus,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) cancelled_at: Option<Timestamp>,
    pub(super) version: u64,
}

impl Order {
    /// Emits the step's event, then the state's.
    pub(super) const PLACE: Transition<Self> =
        Transition::new("place", "status", &["open"], "placed")
            .emitting(&[Emitted::of::<OrderPlaced>(), Emitted::of::<OrderMoved>()]);

    pub(super) fn new(id: &str) -> Self {
        Self {
            order_id: id.to_owned(),
            number: format!("number of {id}"),
            remark: String::new(),
            status: OrderStatus::Open,
            expires_at: None,
            cancelled_at: None,
            version: 1,
        }
    }
}

/// A parcel, which is deleted for good.
#[derive(Clone, Debug, PartialEq, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "PARCEL#{parcel_id}", sort = "PARCEL", version = version)]
pub(super) struct Parcel {
    pub(super) parcel_id: String,
    pub(super) remark: String,
    pub(super) version: u64,
}

impl Parcel {
    pub(super) fn new(id: &str) -> Self {
        Self { parcel_id: id.to_owned(), remark: String::new(), version: 1 }
    }
}

/// What subscribers have counted.
#[derive(Clone, Debug, PartialEq, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "TALLY#{tally_id}", sort = "TALLY")]
pub(super) struct Tally {
    pub(super) tally_id: String,
    pub(super) count: i64,
    pub(super) last: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Event)]
#[serde(rename_all = "camelCase")]
#[event(source = "shop.orders", version = 1, of = Order)]
pub(super) struct OrderWritten {
    pub(super) order_id: String,
    pub(super) remark: String,
    pub(super) version: u64,
}

impl From<&Order> for OrderWritten {
    fn from(order: &Order) -> Self {
        let Order { order_id, remark, version, .. } = order.clone();
        Self { order_id, remark, version }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Event)]
#[serde(rename_all = "camelCase")]
#[event(source = "shop.orders", version = 1, of = Order)]
pub(super) struct OrderPlaced {
    pub(super) order_id: String,
}

impl From<&Order> for OrderPlaced {
    fn from(order: &Order) -> Self {
        Self { order_id: order.order_id.clone() }
    }
}

/// Tells of both states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Event)]
#[serde(rename_all = "camelCase")]
#[event(source = "shop.orders", version = 1)]
pub(super) struct OrderMoved {
    pub(super) old_status: OrderStatus,
    pub(super) new_status: OrderStatus,
}

impl EventOf for OrderMoved {
    type Entity = Order;

    fn of(order: &Order, before: &Order) -> Self {
        Self { old_status: before.status, new_status: order.status }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Event)]
#[serde(rename_all = "camelCase")]
#[event(source = "shop.parcels", version = 1, of = Parcel)]
pub(super) struct ParcelWritten {
    pub(super) parcel_id: String,
    pub(super) remark: String,
    pub(super) version: u64,
}

impl From<&Parcel> for ParcelWritten {
    fn from(parcel: &Parcel) -> Self {
        let Parcel { parcel_id, remark, version } = parcel.clone();
        Self { parcel_id, remark, version }
    }
}

/// What the relay does not know: the application does not name it among what it emits.
#[derive(Clone, Debug, Serialize, Event)]
#[event(source = "shop.parcels", version = 1, of = Parcel)]
pub(super) struct Unheard {}

impl From<&Parcel> for Unheard {
    fn from(_: &Parcel) -> Self {
        Self {}
    }
}

/// Whoever makes one panics.
#[derive(Clone, Debug, Serialize, Event)]
#[event(source = "shop.parcels", version = 1, of = Parcel)]
pub(super) struct Cursed {}

impl From<&Parcel> for Cursed {
    fn from(parcel: &Parcel) -> Self {
        panic!("`{}` is cursed", parcel.parcel_id)
    }
}

/// May be lost.
#[derive(Clone, Debug, Serialize, Deserialize, Event)]
#[event(source = "shop.talk", version = 1, fallback = Drop)]
pub(super) struct Whispered {
    pub(super) text: String,
}

/// May come late.
#[derive(Clone, Debug, Serialize, Deserialize, Event)]
#[event(source = "shop.talk", version = 1, fallback = Outbox)]
pub(super) struct Posted {
    pub(super) text: String,
}

/// Whoever publishes it is told.
#[derive(Clone, Debug, Serialize, Deserialize, Event)]
#[event(source = "shop.talk", version = 1)]
pub(super) struct Said {
    pub(super) text: String,
}

/// What was given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Event)]
#[serde(rename_all = "camelCase")]
#[event(source = "shop.errors", version = 1, fallback = Outbox)]
pub(super) struct Failed {
    pub(super) component: String,
    pub(super) message: String,
    pub(super) parcel_id: Option<String>,
}

impl FailureEvent for Failed {
    fn of(failure: &Failure) -> Self {
        Self {
            component: failure.component.clone(),
            message: failure.message.clone(),
            parcel_id: failure.field("parcelId"),
        }
    }
}

const EVENTS: &[Emitted] = &[
    Emitted::of::<OrderWritten>(),
    Emitted::of::<OrderPlaced>(),
    Emitted::of::<OrderMoved>(),
    Emitted::of::<ParcelWritten>(),
    Emitted::of::<Cursed>(),
];

const INDEXES: &[TableIndex] = &[TableIndex::all("GSI1")];

/// The shop, without subscribers.
pub(super) fn shop() -> App {
    App::new("shop").indexes(INDEXES).emits(EVENTS).failures::<Failed>()
}

/// Keys are texts of their own.
pub(super) fn id(text: &str) -> String {
    text.to_owned()
}
