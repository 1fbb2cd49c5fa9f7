use purlin::Attribute;

#[derive(Attribute)]
#[serde(rename_all = "camelcase")]
struct Label {
    city: String,
}

fn main() {}
