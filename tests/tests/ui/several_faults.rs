use purlin::{Entity, Id};

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel}", sort = "METADATA", id = "parcel", version = revision)]
#[entity(colour = "red")]
#[entity(index(by_sender, on = GSI0, partition = "SENDER{}", sort = "PARCEL"))]
struct Parcel {
    parcel_id: Id<Parcel>,
    sender: String,
}

// The stub keeps the compiler from complaining here as well.
fn key(parcel: &Parcel) -> (String, <Parcel as Entity>::Key<'_>) {
    (parcel.parcel_id.to_string(), parcel.key())
}

fn main() {}
