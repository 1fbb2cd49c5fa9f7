use purlin::{Entity, Timestamp};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(ttl = expires_at)]
struct Parcel {
    parcel_id: String,
    #[entity(set = on_write)]
    expires_at: Timestamp,
}

fn main() {}
