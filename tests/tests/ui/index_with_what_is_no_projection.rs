use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_weight, on = GSI1, partition = "PARCELS", sort = "PARCEL#{weight}", project = ParcelByWeight))]
struct Parcel {
    parcel_id: String,
    weight: i64,
}

struct ParcelByWeight {
    weight: i64,
}

fn main() {}
