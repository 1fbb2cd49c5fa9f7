use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel<T> {
    parcel_id: T,
}

fn main() {}
