use purlin::{Changes, Entity};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    #[entity(counter)]
    lookups: u64,
}

fn misuse() {
    let parcel = Parcel::fields();
    let _ = Changes::new().add(parcel.lookups(), 1_u64).set(parcel.lookups(), 0_u64);
}

fn main() {}
