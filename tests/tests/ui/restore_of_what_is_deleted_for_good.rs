use purlin::{Entity, Expected, Repository};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
}

async fn misuse(parcels: Repository<Parcel>, parcel: Parcel) {
    let _ = parcels.restore(parcel.key(), Expected::Any).await;
}

fn main() {}
