use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    #[entity(sets = on_write)]
    updated_at: purlin::Timestamp,
}

fn main() {}
