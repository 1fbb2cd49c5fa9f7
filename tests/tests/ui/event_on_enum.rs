use purlin::Event;
use serde::Serialize;

#[derive(Serialize, Event)]
#[event(source = "parcel-service.parcels")]
enum ParcelSent {
    Fast,
}

fn main() {}
