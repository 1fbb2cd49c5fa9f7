use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_lookups, on = GSI1, partition = "PARCELS", sort = "PARCEL#{lookups}"))]
struct Parcel {
    parcel_id: String,
    #[entity(counter)]
    lookups: u64,
}

fn main() {}
