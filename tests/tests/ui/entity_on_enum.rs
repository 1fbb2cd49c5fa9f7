use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
enum Parcel {
    Small,
}

fn main() {}
