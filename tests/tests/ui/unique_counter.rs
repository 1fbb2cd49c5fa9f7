use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(unique(lookups(lookups)))]
struct Parcel {
    parcel_id: String,
    #[entity(counter)]
    lookups: u64,
}

fn main() {}
