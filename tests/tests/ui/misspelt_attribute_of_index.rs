use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(all, on = GSI1, partition = "PARCELS", sort = "PARCEL#{parcel_id}", decending))]
struct Parcel {
    parcel_id: String,
}

fn main() {}
