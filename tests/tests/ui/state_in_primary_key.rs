use purlin::{Attribute, Entity};

#[derive(Attribute)]
enum State {
    Sent,
}

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "STATE#{state}")]
struct Parcel {
    parcel_id: String,
    #[entity(status)]
    state: State,
}

fn main() {}
