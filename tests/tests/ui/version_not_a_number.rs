use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA", version = version)]
struct Parcel {
    parcel_id: String,
    version: String,
}

fn main() {}
