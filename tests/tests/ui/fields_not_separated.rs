use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{depot}{parcel_id}", sort = "METADATA")]
struct Parcel {
    depot: String,
    parcel_id: String,
}

fn main() {}
