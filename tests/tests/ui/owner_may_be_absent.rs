use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA", owner = sender)]
struct Parcel {
    parcel_id: String,
    sender: Option<String>,
}

fn main() {}
