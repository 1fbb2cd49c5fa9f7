use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(unique(email("email")))]
struct Parcel {
    parcel_id: String,
    email: String,
}

fn main() {}
