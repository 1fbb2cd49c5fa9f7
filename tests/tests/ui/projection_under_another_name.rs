use purlin::{Entity, Projection};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    net_weight: i64,
}

#[derive(Projection)]
#[serde(rename_all = "camelCase")]
#[projection(entity = Parcel)]
struct ParcelByWeight {
    net_weight: i64,
}

fn main() {}
