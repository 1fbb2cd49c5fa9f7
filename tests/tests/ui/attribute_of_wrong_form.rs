use purlin::Entity;

#[derive(Entity)]
#[entity(partition = 1, sort("METADATA"), version = "version")]
struct Parcel {
    parcel_id: String,
    version: u64,
}

fn main() {}
