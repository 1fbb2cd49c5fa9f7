use purlin::{Entity, Repository};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_floor, on = GSI1, partition = "CITY#{city}", sort = "FLOOR#{floor}"))]
struct Parcel {
    parcel_id: String,
    city: String,
    floor: i64,
}

fn misuse(parcels: Repository<Parcel>) {
    let _ = parcels.query(Parcel::by_floor("Ghent")).begins_with("1");
}

fn main() {}
