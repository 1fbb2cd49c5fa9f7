use purlin::Entity;

#[derive(Entity)]
#[entity(sort = "PARCEL#{parcel_id}")]
struct Parcel {
    parcel_id: String,
}

fn main() {}
