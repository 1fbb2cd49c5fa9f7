use purlin::Attribute;

struct Weight(f64);

#[derive(Attribute)]
struct Label {
    weight: Weight,
}

fn main() {}
