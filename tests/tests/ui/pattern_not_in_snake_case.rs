use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(access(OfParcel), access(r#move))]
struct Parcel {
    parcel_id: String,
}

fn main() {}
