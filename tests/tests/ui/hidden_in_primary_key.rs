use purlin::Entity;
use serde::Serialize;

#[derive(Serialize, Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "CODE#{code}")]
struct Parcel {
    parcel_id: String,
    #[serde(skip_serializing)]
    #[entity(hidden)]
    code: String,
}

fn main() {}
