use purlin::{Changes, Entity};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_weight, on = GSI1, partition = "PARCELS", sort = "PARCEL#{weight}"))]
struct Parcel {
    parcel_id: String,
    weight: i64,
}

fn misuse() {
    let _ = Changes::new().add(Parcel::fields().weight(), 1);
}

fn main() {}
