use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(access(fields))]
struct Parcel {
    parcel_id: String,
}

fn main() {}
