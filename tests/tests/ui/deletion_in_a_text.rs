use purlin::Entity;

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(soft_delete = deleted_at)]
struct Parcel {
    parcel_id: String,
    deleted_at: Option<String>,
}

fn main() {}
