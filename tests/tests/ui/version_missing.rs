use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA", version = version)]
struct Parcel {
    parcel_id: String,
    versions: u64,
}

fn main() {}
