use purlin::{Entity, Repository};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_floor, on = GSI1, partition = "CITY#{city}", sort = "FLOOR#{floor}#{sender}"))]
struct Parcel {
    parcel_id: String,
    city: String,
    floor: i64,
    sender: String,
}

fn misuse(parcels: Repository<Parcel>) {
    let _ = parcels.query(Parcel::by_floor("Ghent")).eq("Ann");
}

fn main() {}
