use purlin::{Entity, Projection};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    weight: i64,
}

#[derive(Projection)]
struct ParcelByWeight {
    weight: i64,
}

fn main() {}
