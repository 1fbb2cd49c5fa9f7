use purlin::{Attribute, Changes, Entity};

#[derive(Attribute)]
enum State {
    Sent,
}

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
struct Parcel {
    parcel_id: String,
    #[entity(status)]
    state: State,
}

fn misuse() {
    let _ = Changes::new().set(Parcel::fields().state(), State::Sent);
}

fn main() {}
