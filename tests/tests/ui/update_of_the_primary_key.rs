use purlin::{Changes, Entity};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
}

fn misuse() {
    let _ = Changes::new().set(Parcel::fields().parcel_id(), "1");
}

fn main() {}
