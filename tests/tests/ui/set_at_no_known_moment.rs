use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    #[entity(set = on_writes)]
    updated_at: purlin::Timestamp,
}

fn main() {}
