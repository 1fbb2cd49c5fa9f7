use purlin::Entity;
use serde::Serialize;

#[derive(Serialize, Entity)]
#[serde(rename_all(serialize = "camelCase"))]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
}

fn main() {}
