use purlin::{Entity, Timestamp};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "WRITTEN#{updated_at}#{version}", version = version)]
struct Parcel {
    parcel_id: String,
    #[entity(set = on_write)]
    updated_at: Timestamp,
    version: u64,
}

fn main() {}
