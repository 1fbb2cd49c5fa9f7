use purlin::{Entity, Patch};

#[derive(Entity)]
#[serde(rename_all = "camelCase")]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    door_note: String,
}

#[derive(Patch)]
#[patch(entity = Parcel)]
struct ParcelPatch {
    door_note: Option<String>,
}

fn main() {}
