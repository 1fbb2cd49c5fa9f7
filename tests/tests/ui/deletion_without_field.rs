use purlin::{Entity, Timestamp};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(soft_delete(retain = 2592000))]
struct Parcel {
    parcel_id: String,
    deleted_at: Option<Timestamp>,
}

fn main() {}
