//! Public types with every attribute there is: what the derives write is as public as the type, and
//! documented.

use purlin::{Access, Attribute, Entity, Event, Id, Next, Patch, Permissions, Timestamp};
use serde::{Deserialize, Serialize};

/// A parcel on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA", id = "parcel", version = version, owner = sender)]
#[entity(index(by_sender, on = GSI1, partition = "SENDER#{sender}", sort = "PARCEL#{sent_at}", descending))]
#[entity(index(by_city, on = GSI2, partition = "CITY#{label.city}", sort = "PARCEL#{label.floor}"))]
#[entity(access(of_parcel, ascending))]
pub struct Parcel {
    /// Which parcel.
    pub parcel_id: Id<Parcel>,
    /// Who sent it.
    pub sender: String,
    /// Where to.
    pub label: Option<Label>,
    /// Since when.
    #[entity(set = on_create)]
    pub sent_at: Timestamp,
    /// Last heard of.
    #[entity(set = on_write)]
    pub updated_at: Timestamp,
    /// Counts the writes.
    pub version: u64,
}

/// Where a parcel goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Attribute)]
pub struct Label {
    /// The city.
    pub city: String,
    /// The floor.
    pub floor: Option<i64>,
    /// How it is going.
    pub state: State,
}

/// How it is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Attribute)]
pub enum State {
    /// Slowly.
    Slow,
}

/// What may be changed.
#[derive(Clone, Debug, Default, Deserialize, Patch)]
#[serde(rename_all = "camelCase", default)]
#[patch(entity = Parcel)]
pub struct ParcelPatch {
    /// Where to.
    pub label: Option<Option<Label>>,
}

/// Everything a sender has sent.
pub fn sent(sender: &str) -> (Access<Parcel, Next<Timestamp>>, Access<Parcel>) {
    (Parcel::by_sender(sender), Parcel::by_city("Ghent"))
}

/// A parcel was sent.
#[derive(Serialize, Event)]
#[event(source = "parcel-service.parcels", version = 2)]
pub struct ParcelSent {
    /// Which.
    pub parcel_id: String,
}

/// A parcel was lost.
#[derive(Serialize, Event)]
#[event(source = "parcel-service.parcels")]
pub struct ParcelLost<'a, T: Serialize + Sync> {
    /// Which.
    pub parcel_id: &'a str,
    /// Where.
    pub place: T,
}

/// What callers may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Permissions)]
#[permissions(everything = "admin:*")]
#[permissions(role(admin, "admin:*"), role(courier, "parcel:*:any", "depot:read"), role(nobody))]
pub enum Permission {
    /// Read parcels.
    #[permission("parcel:read")]
    ParcelRead,
    /// Read depots.
    #[permission("depot:read")]
    DepotRead,
}
