use purlin::{Changes, Entity};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA", owner = sender)]
struct Parcel {
    parcel_id: String,
    sender: String,
}

fn misuse() {
    let _ = Changes::new().set(Parcel::fields().sender(), "Ann");
}

fn main() {}
