use purlin::{Entity, Projection};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(access(all, project = ParcelByWeight))]
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
