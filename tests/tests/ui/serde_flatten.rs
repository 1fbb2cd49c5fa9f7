use purlin::{Attribute, Entity};
use serde::Serialize;

#[derive(Serialize, Attribute)]
struct Label {
    city: String,
}

#[derive(Serialize, Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    #[serde(flatten)]
    label: Label,
}

fn main() {}
