use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}")]
struct Parcel {
    parcel_id: String,
}

fn main() {}
