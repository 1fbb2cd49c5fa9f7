use purlin::Entity;
use serde::Serialize;

#[derive(Serialize, Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    #[entity(read_by = "parcel:open")]
    code: String,
}

fn main() {}
