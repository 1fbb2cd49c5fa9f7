use purlin::{Entity, Timestamp};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(ttl = expires)]
struct Parcel {
    parcel_id: String,
    expires_at: Timestamp,
}

fn main() {}
