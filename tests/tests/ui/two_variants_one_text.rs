use purlin::Attribute;

#[derive(Attribute)]
#[serde(rename_all = "lowercase")]
enum State {
    InTransit,
    Intransit,
}

fn main() {}
