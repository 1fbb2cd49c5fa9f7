use purlin::{Attribute, Entity};

#[derive(Attribute)]
struct Label {
    city: String,
}

#[derive(Entity)]
#[entity(partition = "CITY#{label.city}", sort = "METADATA")]
struct Parcel {
    label: Label,
}

fn main() {}
