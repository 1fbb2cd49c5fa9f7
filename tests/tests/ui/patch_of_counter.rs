use purlin::{Entity, Patch};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    #[entity(counter)]
    lookups: u64,
}

#[derive(Patch)]
#[patch(entity = Parcel)]
struct ParcelPatch {
    lookups: Option<u64>,
}

fn main() {}
