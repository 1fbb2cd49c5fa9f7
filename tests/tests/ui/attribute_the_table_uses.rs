use purlin::Entity;

#[derive(Entity)]
#[serde(rename_all = "UPPERCASE")]
#[entity(partition = "PARCEL#{pk}", sort = "METADATA")]
struct Parcel {
    pk: String,
    gsi1sk: String,
    #[serde(rename = "_entity")]
    kind: String,
}

fn main() {}
