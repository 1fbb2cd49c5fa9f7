use purlin::{Condition, Entity};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
}

fn misuse() {
    let _: Condition<Parcel> = Parcel::fields().parcel_id().eq(7);
}

fn main() {}
