use purlin::Event;
use serde::Serialize;

#[derive(Serialize, Event)]
#[event(source = "parcel-service.parcels", version = 0)]
struct ParcelSent {
    parcel_id: String,
}

fn main() {}
