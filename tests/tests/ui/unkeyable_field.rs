use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_tags, on = GSI1, partition = "TAGS#{tags}", sort = "PARCEL"))]
struct Parcel {
    parcel_id: String,
    tags: Vec<String>,
}

fn main() {}
