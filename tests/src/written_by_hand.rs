//! Public types with every attribute there is: what the derives write is as public as the type, and
//! documented.

use purlin::{
    Access, Attribute, Changes, Condition, End, Entity, Event, Id, Next, Patch, Permissions,
    Projected, Projection, Timestamp,
};
use serde::{Deserialize, Serialize};

/// A parcel on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA", id = "parcel", version = version, owner = sender)]
#[entity(index(by_sender, on = GSI1, partition = "SENDER#{sender}", sort = "PARCEL#{sent_at}", descending))]
#[entity(index(by_city, on = GSI2, partition = "CITY#{label.city}", sort = "PARCEL#{label.floor}"))]
#[entity(index(by_state, on = GSI3, partition = "STATE#{state}", sort = "PARCEL#{sent_at}#{code}", project = ParcelByState))]
#[entity(access(of_parcel, ascending))]
#[entity(ttl = expires_at, soft_delete(deleted_at, retain = 2592000))]
#[entity(unique(code(code), place(sender, shelf)))]
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
    /// What it is called.
    pub code: String,
    /// Where it lies.
    pub shelf: Option<String>,
    /// How it is going.
    #[entity(status)]
    pub state: State,
    /// How often it was looked for.
    #[entity(counter)]
    pub lookups: u64,
    /// Until when it is kept.
    pub expires_at: Option<Timestamp>,
    /// Since when it is lost.
    pub deleted_at: Option<Timestamp>,
    /// Counts the writes.
    pub version: u64,
}

/// What the list of a state shows.
#[derive(Clone, Debug, PartialEq, Serialize, Projection)]
#[serde(rename_all = "camelCase")]
#[projection(entity = Parcel)]
pub struct ParcelByState {
    /// Which parcel.
    pub parcel_id: Id<Parcel>,
    /// Who sent it.
    pub sender: String,
    /// Where it lies.
    pub shelf: Option<String>,
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

/// Everything a sender has sent, narrowed by when.
pub fn sent(sender: &str) -> Access<Parcel, Next<Timestamp, End>> {
    Parcel::by_sender(sender)
}

/// Everything on its way to a city.
pub fn to(city: &str) -> Access<Parcel> {
    Parcel::by_city(city)
}

/// Everything in a state, as far as its index tells.
pub fn slow() -> Access<Parcel, Next<Timestamp, Next<str, End>>, Projected<ParcelByState>> {
    Parcel::by_state(&State::Slow)
}

/// Moved within the city, if it was looked for.
pub fn moved(floor: i64) -> (Changes<Parcel>, Condition<Parcel>) {
    let parcel = Parcel::fields();
    let label = parcel.label().fields();
    let changes = Changes::new()
        .set(label.floor(), floor)
        .add(parcel.lookups(), 1_u64)
        .set(parcel.shelf(), "A".to_owned());
    (changes, parcel.lookups().gt(0_u64).and(label.city().eq("Ghent")))
}

/// An entity that keeps its fields, and their types, to itself.
#[derive(Clone, Debug, Entity)]
#[entity(partition = "LOCKER#{number}", sort = "LOCKER")]
#[entity(index(by_size, on = GSI1, partition = "SIZE#{size}", sort = "LOCKER#{colour}#{number}"))]
pub struct Locker {
    number: i64,
    size: LockerSize,
    colour: LockerColour,
    inside: Inside,
    /// Whether one can have it.
    pub is_free: bool,
}

#[derive(Clone, Copy, Debug, Attribute)]
enum LockerSize {
    Small,
}

#[derive(Clone, Copy, Debug, Attribute)]
enum LockerColour {
    Grey,
}

/// An object that holds more of its kind.
#[derive(Clone, Debug, Attribute)]
struct Inside {
    boxes: Vec<Self>,
    of: Option<Box<Self>>,
}

/// A locker with room, and how it is found.
pub fn locker(number: i64) -> (Locker, Condition<Locker>) {
    let inside = Inside { boxes: Vec::new(), of: None };
    let (size, colour) = (LockerSize::Small, LockerColour::Grey);
    let boxes = Locker::fields().inside().fields().of().fields().boxes();
    let condition = boxes.index(0).fields().of().not_exists();
    (Locker { number, size, colour, inside, is_free: true }, condition)
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
