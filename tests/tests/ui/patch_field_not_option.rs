use purlin::{Entity, Patch};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    note: String,
}

#[derive(Patch)]
#[patch(entity = Parcel)]
struct ParcelPatch {
    note: String,
}

fn main() {}
