use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL", sort = "METADATA")]
struct Parcel(String);

fn main() {}
