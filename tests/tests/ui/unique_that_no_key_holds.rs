use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(unique(tags(tags)))]
struct Parcel {
    parcel_id: String,
    tags: Vec<String>,
}

fn main() {}
