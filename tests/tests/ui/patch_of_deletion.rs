use purlin::{Entity, Patch, Timestamp};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(soft_delete = deleted_at)]
struct Parcel {
    parcel_id: String,
    deleted_at: Option<Timestamp>,
}

#[derive(Patch)]
#[patch(entity = Parcel)]
struct ParcelPatch {
    deleted_at: Option<Option<Timestamp>>,
}

fn main() {}
