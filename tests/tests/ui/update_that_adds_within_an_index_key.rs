use purlin::{Attribute, Changes, Entity};

#[derive(Attribute)]
struct Label {
    floor: i64,
    lines: Vec<String>,
}

#[derive(Entity)]
#[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
#[entity(index(by_floor, on = GSI1, partition = "PARCELS", sort = "FLOOR#{label.floor}"))]
struct Parcel {
    parcel_id: String,
    label: Label,
}

fn misuse() {
    let label = Parcel::fields().label().fields();
    let _ = Changes::new().set(label.floor(), 1).append(label.lines(), ["1".to_owned()]);
}

fn main() {}
