use purlin::{Changes, Entity};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    tags: std::collections::BTreeSet<String>,
}

fn misuse() {
    let _ = Changes::new().append(Parcel::fields().tags(), ["cold".to_owned()]);
}

fn main() {}
