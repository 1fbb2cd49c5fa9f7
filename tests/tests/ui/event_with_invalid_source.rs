use purlin::Event;
use serde::Serialize;

#[derive(Serialize, Event)]
#[event(source = "parcels")]
struct ParcelSent {
    parcel_id: String,
}

#[derive(Serialize, Event)]
#[event(source = "aws.parcels")]
struct ParcelLost {
    parcel_id: String,
}

#[derive(Serialize, Event)]
#[event(source = "parcel-service.Parcels", versoin = 2)]
struct ParcelFound {
    parcel_id: String,
}

fn main() {}
