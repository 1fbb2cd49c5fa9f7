use purlin::Entity;

struct Weight(f64);

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    weight: Weight,
}

fn main() {}
