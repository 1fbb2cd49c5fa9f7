use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_sender, on = GSI1, partition = "SENDER#{sender}", sort = "PARCEL"))]
#[entity(index(by_sender, on = GSI2, partition = "CITY#{city}", sort = "PARCEL"))]
struct Parcel {
    parcel_id: String,
    sender: String,
    city: String,
}

fn main() {}
