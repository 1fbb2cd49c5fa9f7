use purlin::{Entity, Permissions};
use serde::Serialize;

#[derive(Clone, Copy, Permissions)]
enum Permission {
    #[permission("parcel:open")]
    ParcelOpen,
}

#[derive(Serialize, Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    #[serde(skip_serializing)]
    #[entity(hidden, read_by = parcel::Open)]
    code: String,
}

fn main() {}
