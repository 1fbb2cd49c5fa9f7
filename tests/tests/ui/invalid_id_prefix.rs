use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA", id = "Parcel-")]
struct Parcel {
    parcel_id: purlin::Id<Parcel>,
}

fn main() {}
