use purlin::{Entity, Patch};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    weight: i64,
}

#[derive(Patch)]
#[patch(entity = Parcel)]
struct ParcelPatch {
    weight: Option<String>,
}

fn main() {}
