use purlin::{Condition, Entity};

#[derive(Entity)]
#[entity(partition = "CRATE#{crate_id}", sort = "METADATA")]
struct Crate {
    crate_id: String,
}

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
}

fn misuse() {
    let _: Condition<Parcel> = Crate::fields().crate_id().exists();
}

fn main() {}
