use purlin::{Entity, Patch};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA", version = version, owner = sender)]
struct Parcel {
    parcel_id: String,
    sender: String,
    #[entity(set = on_write)]
    updated_at: purlin::Timestamp,
    version: u64,
}

#[derive(Patch)]
#[patch(entity = Parcel)]
struct ParcelPatch {
    parcel_id: Option<String>,
    sender: Option<String>,
    updated_at: Option<purlin::Timestamp>,
    version: Option<u64>,
}

fn main() {}
