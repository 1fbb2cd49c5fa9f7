use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(ttl = expires_at)]
struct Parcel {
    parcel_id: String,
    expires_at: Option<String>,
}

fn main() {}
