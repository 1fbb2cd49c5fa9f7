use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_town, on = GSI1, partition = "TOWN#{label.town}", sort = "PARCEL"))]
struct Parcel {
    parcel_id: String,
    label: String,
}

fn main() {}
