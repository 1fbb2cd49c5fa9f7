use purlin::{Entity, Repository};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(unique(email(email)))]
struct Parcel {
    parcel_id: String,
    email: String,
}

async fn misuse(parcels: Repository<Parcel>, parcel: Parcel) {
    let _ = parcels.batch_put(&[parcel]).await;
}

fn main() {}
