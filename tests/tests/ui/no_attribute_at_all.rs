use purlin::Entity;

#[derive(Entity)]
struct Parcel {
    parcel_id: String,
}

fn main() {}
