use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_sender, on = GSI21, partition = "SENDER#{sender}", sort = "PARCEL"))]
#[entity(index(by_city, partition = "CITY#{city}", sort = "PARCEL"))]
#[entity(index(on = GSI3, partition = "PARCELS", sort = "PARCEL"))]
#[entity(index(all, on = GSI4, partition = "PARCELS"))]
#[entity(index = GSI5)]
struct Parcel {
    parcel_id: String,
    sender: String,
    city: String,
}

fn main() {}
