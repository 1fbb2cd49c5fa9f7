use purlin::Event;
use serde::Serialize;

#[derive(Serialize, Event)]
#[event(version = 1)]
struct ParcelSent {
    parcel_id: String,
}

fn main() {}
