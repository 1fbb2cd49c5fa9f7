use purlin::{Entity, Projection};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_weight, on = GSI1, partition = "PARCELS", sort = "PARCEL#{weight}", project = "ParcelByWeight"))]
struct Parcel {
    parcel_id: String,
    weight: i64,
}

#[derive(Projection)]
#[projection(entity = Parcel)]
struct ParcelByWeight {
    weight: i64,
}

fn main() {}
